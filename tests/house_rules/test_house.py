"""Every rule of the house holds, and each one would notice if it did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house_rules import offences

ROOT = Path(__file__).resolve().parents[2]
WEBAPP = ROOT / "webapp"

BAD_MODULE = """
import flask
def show():
    pass  # TODO later
"""
BAD_VIEW = '"""One."""\n@blueprint.get("/")\ndef show():\n' + "    call()\n" * 16
BAD_ENTRANCE = 'from webapp.web import utils\nblueprint = Blueprint("utils", __name__)\n'


@pytest.mark.parametrize(
    ("find", "folders"),
    [
        (offences.too_long, ["webapp", "tests"]),
        (offences.long_views, ["webapp"]),
        (offences.undescribed, ["webapp", "tests"]),
        (offences.ways_around_the_writer, ["webapp/web"]),
        (offences.imported_entrances, ["webapp"]),
        (offences.open_ends, ["webapp"]),
        (offences.drawers, ["webapp", "tests", "templates"]),
    ],
)
def test_the_code_keeps_the_rules(find: Callable[[Path], list[str]], folders: list[str]) -> None:
    assert [offence for folder in folders for offence in find(ROOT / folder) if offence != "['__init__.py']"] == []


@pytest.mark.parametrize(
    ("find", "content"),
    [
        (offences.too_long, "\n" * 301),
        (offences.long_views, BAD_VIEW),
        (offences.ways_around_the_writer, "def begin():\n    app_context().database.writing()\n"),
        (offences.ways_around_the_writer, "from webapp.database import Database\n"),
        (offences.imported_entrances, BAD_ENTRANCE),
        (offences.imported_entrances, BAD_ENTRANCE.replace("from webapp.web import utils", "import webapp.web.utils")),
        (offences.imported_entrances, BAD_ENTRANCE.replace("web import utils", "web.utils import show")),
        (offences.undescribed, BAD_MODULE),
        (offences.open_ends, BAD_MODULE),
        (offences.drawers, BAD_MODULE),
    ],
)
def test_each_rule_notices_an_offence(find: Callable[[Path], list[str]], content: str, tmp_path: Path) -> None:
    (tmp_path / "utils.py").write_text(content)
    assert find(tmp_path) != []


def test_the_oracle_stands_alone(tmp_path: Path) -> None:
    assert offences.foreign_imports(ROOT / "tests" / "oracle", "tests.oracle") == []
    (tmp_path / "bad.py").write_text("import webapp.policy\nfrom tests.world import World\nimport csv\n")
    assert offences.foreign_imports(tmp_path, "tests.oracle") == ["bad.py: webapp.policy", "bad.py: tests.world"]


def test_the_top_level_is_the_fixed_one() -> None:
    listed = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert offences.strangers_at_the_top(listed.stdout.split()) == []
    assert offences.strangers_at_the_top(["docs", "webapp", ".ci"]) == ["docs"]


def test_lock_files_name_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert offences.hosts_in_lock(text) == []
    assert len(offences.hosts_in_lock("--index-url x\nflask @ https://example.org/f.whl\nflask==3\n")) == 2


def test_vendored_scripts_are_as_published(tmp_path: Path) -> None:
    vendor = ROOT / "static" / "vendor"
    assert offences.wrong_checksums(vendor) == []
    shutil.copytree(vendor, tmp_path / "vendor")
    (script,) = (tmp_path / "vendor").glob("*.js")
    script.write_bytes(script.read_bytes() + b"\n")
    assert offences.wrong_checksums(tmp_path / "vendor") == [script.name]


FORBIDDEN = [
    ("Layers of webapp", "webapp/text.py", "import webapp.models"),
    ("know HTTP", "webapp/students/student.py", "import flask"),
    ("know HTTP", "webapp/bookings.py", "import flask"),
    ("know HTTP", "webapp/transfer/uploads.py", "import werkzeug.datastructures"),
    ("knows SQL", "webapp/web/api.py", "import webapp.models"),
    ("knows SQL", "webapp/web/booking_pages.py", "import sqlalchemy.orm"),
    ("Layers of web:", "webapp/web/api.py", "import webapp.web.health"),
    ("Layers of web:", "webapp/web/booking_pages.py", "import webapp.web.health"),
    ("Layers of web:", "webapp/web/htmx.py", "import webapp.web.errors"),
]


def _lint_imports(folder: Path) -> str:
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([str(tool), "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def copied_webapp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the contracts and a copy of webapp."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(WEBAPP, folder / "webapp", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_layers_are_kept(copied_webapp: Path) -> None:
    assert _lint_imports(copied_webapp).startswith("0\n")


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "file", "line"), FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract_in_a_new_file_too(
    copied_webapp: Path, contract: str, file: str, line: str
) -> None:
    module = copied_webapp / file
    before = module.read_text() if module.exists() else None
    module.write_text(f"{before or ''}\n{line}\n")
    report = _lint_imports(copied_webapp)
    if before is None:
        module.unlink()
    else:
        module.write_text(before)
    assert [line for line in report.splitlines() if contract in line and " BROKEN" in line] != [], report


@pytest.mark.parametrize("file", ["webapp/attic.py", "webapp/web/attic.py"])
def test_a_module_without_a_place_in_the_layers_is_noticed(copied_webapp: Path, file: str) -> None:
    (copied_webapp / file).write_text('"""A room that nobody placed."""\n')
    report = _lint_imports(copied_webapp)
    (copied_webapp / file).unlink()
    assert report.startswith("1\n")
    assert "attic" in report
