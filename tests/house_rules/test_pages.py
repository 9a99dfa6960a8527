"""The pages for people who work on the project say what is so: links, paths, commands, versions of Python."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import dev
from tests.house_rules import pages
from tests.house_rules.tools import ROOT

LOCK = "requirements-dev.txt"  # holds all of requirements.txt
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
JOB = WORKFLOW["jobs"]["test"]
VERSIONS: list[str] = JOB["strategy"]["matrix"]["python"]


def test_what_pages_name_exists() -> None:
    assert pages.faults(ROOT) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("See [the map](nowhere.md).", "nowhere.md"),
        ("See [the map](../README.md#no-such-heading).", "../README.md#no-such-heading"),
        ("It is in `webapp/attic.py`.", "webapp/attic.py"),
        ("Run `python3 dev.py fly`.", "dev.py fly"),
        ("Run\n\n    encounters fly DIR\n", "encounters fly"),
    ],
)
def test_what_does_not_exist_is_noticed(text: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / "README.md").write_text("# One\n\n## The map\n\nRun `python3 dev.py test` and `encounters serve`.\n")
    page = tmp_path / ".github" / "PAGE.md"
    page.write_text("See [the map](../README.md#the-map).\n")
    assert pages.faults(tmp_path) == []
    page.write_text(text)
    assert pages.faults(tmp_path) == [f"PAGE.md: {fault}"]


def test_dev_py_lists_its_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["help"]) == 0
    assert re.findall(r"^python3 dev\.py (\w+)", capsys.readouterr().out, re.MULTILINE) == list(dev.verbs())


def test_the_workflow_runs_exactly_the_readmes_test_command() -> None:
    commands = re.findall(
        r"^    (python3 dev\.py test)\b", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [step["run"] for step in JOB["steps"] if "run" in step] == commands[:1] == ["python3 dev.py test"]


def test_the_workflow_may_only_read_and_takes_actions_by_commit() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    actions = [step["uses"] for step in JOB["steps"] if "uses" in step]
    assert [action for action in actions if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action)] == []


def test_the_workflow_begins_with_the_oldest_python_that_is_allowed() -> None:
    allowed = re.search(r'^requires-python = ">=(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert allowed is not None
    assert VERSIONS[0] == allowed[1] == ".".join(map(str, dev.OLDEST))
    assert [f"3.{minor}" for minor in range(11, 11 + len(VERSIONS))] == VERSIONS


def resolve(requirements: Path, version: str) -> subprocess.CompletedProcess[str]:
    """Ask the package registry for wheels of all requirements that fit a version of Python."""
    command = [shutil.which("uv") or dev.uv_of_its_own(), "pip", "compile", "--no-deps", "--no-header"]
    options = ["--no-annotate", "--only-binary", ":all:", "--no-python-downloads", "--python", sys.executable]
    command += [*options, "--python-version", version, str(requirements)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_the_lock_has_wheels_for_each_python(version: str) -> None:
    """Needs the package registry, as the installation of the tools does."""
    done = resolve(ROOT / LOCK, version)
    assert done.returncode == 0, f"{LOCK} does not resolve for Python {version}:\n{done.stderr}"
    locked = re.findall(r"^([\w.-]+==[\w.-]+) \\$", (ROOT / LOCK).read_text(), re.MULTILINE)  # those for every platform
    assert set(locked) - set(done.stdout.split()) == set()


@pytest.mark.slow
def test_a_package_without_a_wheel_is_noticed(tmp_path: Path) -> None:
    old = tmp_path / "old.txt"
    old.write_text("psycopg-binary==3.1.8\n")
    assert resolve(old, "3.11").returncode == 0
    assert "psycopg-binary==3.1.8 has no wheels with a" in resolve(old, "3.14").stderr
