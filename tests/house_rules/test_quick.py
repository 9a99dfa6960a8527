"""A quick run leaves out PostgreSQL, the browser and what is marked slow, and its last lines say so."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house_rules.tools import ROOT

TESTS = """
import time
import pytest

@pytest.fixture
def postgresql(): ...

@pytest.fixture
def page(): ...

def test_plain(): ...

@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_on_both(kind): ...

def test_on_a_server(postgresql): ...

def test_a_page(page): ...

@pytest.mark.slow
def test_many_times(): ...

def test_too_slow():
    time.sleep(0.3)
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder with one test of each kind."""
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "quick.py", tmp_path / "tests")
    quick = tmp_path / "tests" / "quick.py"
    quick.write_text(re.sub(r"(?m)^(MOST_SECONDS: Final = ).*", r"\g<1>0.2", quick.read_text()))
    (tmp_path / "tests" / "__init__.py").touch()
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.quick"]\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow: takes seconds\n")
    (tmp_path / "test_each.py").write_text(TESTS)
    return tmp_path


def run(suite: Path, *words: str) -> list[str]:
    """What pytest prints from its summary on."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    lines = subprocess.run(command, cwd=suite, capture_output=True, text=True, check=False).stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if " passed" in line)
    return [re.sub(r" in [0-9.]+s", "", line) for line in lines[start:]]


@pytest.mark.slow
@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_the_last_lines_say_what_was_left_out_and_what_should_be(suite: Path, processes: tuple[str, ...]) -> None:
    assert run(suite, "--quick", *processes) == [
        "3 passed, 4 deselected" if not processes else "3 passed",
        "for a quick run too slow, and not marked so: test_each.py::test_too_slow (0 s)",
        "left out: 2 on PostgreSQL, 1 in the browser, 1 slow; the whole suite: python3 dev.py test",
    ]


@pytest.mark.slow
def test_the_whole_suite_leaves_nothing_out(suite: Path) -> None:
    assert run(suite) == ["7 passed"]
