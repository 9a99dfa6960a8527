"""The tools that look at the code without running it: one list, for `python3 dev.py check` and for the tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.house_rules import scripts, typed

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a tool said about a folder; `left_out` says why it could not look, and is empty where it did."""

    found: bool
    output: str
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool by name: `look` judges a folder with the project's settings, `fix` makes the safe changes in it."""

    name: str
    look: Callable[[Path], Finding]
    fix: Callable[[Path], Finding] | None = None


def _run(command: tuple[str, ...], folder: Path) -> Finding:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return Finding(done.returncode != 0, done.stdout + done.stderr)


def _installed(*command: str) -> Callable[[Path], Finding]:
    """A command of the virtual environment that ends with 0 where it finds nothing."""
    return partial(_run, (str(Path(sys.executable).parent / command[0]), *command[1:]))


def _script_lint(*words: str) -> Callable[[Path], Finding]:
    def look(folder: Path) -> Finding:
        try:
            command = scripts.biome()
        except scripts.Missing as reason:
            return Finding(found=False, output="", left_out=str(reason))
        return _run((*command, "lint", "--error-on-warnings", *words, "static"), folder)

    return look


def _typed_share(folder: Path) -> Finding:
    share, report = typed.measure(folder)
    verdict = f"{share:.2f} % of the expressions in webapp are typed; {typed.FLOOR} % is the floor"
    return Finding(share < typed.FLOOR, f"{report}\n{verdict}\n")


TOOLS: Final = (
    Tool("format", _installed("ruff", "format", "--check", "."), _installed("ruff", "format", ".")),
    Tool("lint", _installed("ruff", "check", "."), _installed("ruff", "check", "--fix", ".")),
    Tool("types", _installed("mypy")),
    Tool("typed expressions", _typed_share),
    Tool("layers", _installed("lint-imports")),
    Tool("templates", _installed("djlint", "templates", "--lint", "--quiet")),
    Tool("scripts", _script_lint(), _script_lint("--write")),
)
