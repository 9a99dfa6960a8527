"""The tools of `python3 dev.py check` find nothing in the checkout, and each finds a planted offence."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.house_rules import check, scripts
from tests.house_rules.tools import ROOT, TOOLS, Finding, Tool

BY_NAME = {tool.name: tool for tool in TOOLS}
CLEAN = '"""A clean module."""\n'
OFFENCES = [
    ("format", "webapp/added.py", f"{CLEAN}x = ( 1 )\n"),
    ("lint", "webapp/added.py", f"{CLEAN}import os\n"),
    ("types", "webapp/added.py", f'{CLEAN}NUMBER: int = "one"\n'),
    ("typed expressions", "webapp/added.py", f"{CLEAN}import json\n\nREAD = json.loads('1').some.attribute.of.it\n"),
    ("templates", "templates/added.html", '<a href="/x"><img src="x.png"></a>\n'),
    ("scripts", "static/added.js", "'use strict';\n\nundeclared();\n"),
]


@pytest.fixture
def small_checkout(tmp_path: Path) -> Path:
    """A folder with the settings of the tools and one clean file for each of them."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / ".biome.jsonc", tmp_path)
    for folder in ("webapp", "tests", "templates", "static"):
        (tmp_path / folder).mkdir()
    for package in ("webapp", "tests"):
        (tmp_path / package / "__init__.py").write_text(f'"""The package {package}."""\n')
    (tmp_path / "webapp" / "clean.py").write_text(f"{CLEAN}\nNUMBER = 1\n")
    (tmp_path / "templates" / "clean.html").write_text("<p>One.</p>\n")
    (tmp_path / "static" / "clean.js").write_text("'use strict';\n\ndocument.title = 'One';\n")
    return tmp_path


def look(name: str, folder: Path) -> Finding:
    """What a tool finds; the test is skipped, with the reason, where the tool cannot look."""
    finding = BY_NAME[name].look(folder)
    if finding.left_out:
        pytest.skip(finding.left_out)
    return finding


def said(name: str, finding: Finding) -> Tool:
    """A tool that says the same of every folder."""
    return Tool(name, lambda _folder: finding)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "layers"])  # test_house.py tries the layers
def test_the_tool_finds_nothing(name: str) -> None:
    finding = look(name, ROOT)
    assert not finding.found, finding.output


@pytest.mark.slow
@pytest.mark.parametrize(("name", "file", "content"), OFFENCES, ids=[name for name, _, _ in OFFENCES])
def test_the_tool_finds_a_planted_offence_and_nothing_before(
    name: str, file: str, content: str, small_checkout: Path
) -> None:
    before = look(name, small_checkout)
    assert not before.found, before.output
    (small_checkout / file).write_text(content)
    after = look(name, small_checkout)
    assert after.found
    assert "added" in after.output


def test_check_prints_a_line_for_each_tool_then_what_the_failed_ones_said(capsys: pytest.CaptureFixture[str]) -> None:
    good = said("good", Finding(found=False, output="all is well"))
    bad = said("bad", Finding(found=True, output="line 7 is wrong"))
    absent = said("absent", Finding(found=False, output="", left_out="Node is not installed"))
    assert check.check(ROOT, (good, bad, absent)) == 1
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert [re.sub(r" \([0-9.]+ s\)", "", line) for line in lines] == [
        "good ok",
        "bad failed",
        "absent left out: Node is not installed",
        "",
        "--- bad",
        "line 7 is wrong",
    ]
    assert check.check(ROOT, (good, absent)) == 0


@pytest.mark.slow
def test_fix_formats_what_other_fixes_leave_and_reports_the_rest(
    small_checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = small_checkout / "webapp" / "added.py"
    module.write_text(f"{CLEAN}import os\nimport sys\nprint( sys.path )\nONE: int = ''\n")
    assert check.fix(small_checkout) == 1
    assert module.read_text() == f'{CLEAN}\nimport sys\n\nprint(sys.path)\nONE: int = ""\n'
    assert "Incompatible types in assignment" in capsys.readouterr().out


def test_on_a_machine_without_node_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(scripts.Missing, match=r"^Node is not installed$"):
        scripts.biome()
    assert BY_NAME["scripts"].look(ROOT) == Finding(found=False, output="", left_out="Node is not installed")
