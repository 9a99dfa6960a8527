"""A copy of the checkout in which a recipe is followed, and what the copy's own tools and tests say of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.house_rules.tools import ROOT, TOOLS

# A cache of mypy is kept: the copy differs in a few files only.
_LEFT_BEHIND: Final = (".git", ".venv", "instance", "__pycache__", ".pytest_cache", ".hypothesis", "test-results")
EVERY_TOOL: Final = ("format", "lint", "types", "layers", "templates")


@dataclass(slots=True)
class Checkout:
    """A copy of the checkout at `folder`; `touched` are the files that were changed or added in it."""

    folder: Path
    touched: set[str] = field(default_factory=set)

    def add(self, path: str, text: str) -> None:
        """Add a file, which must be new."""
        file = self.folder / path
        assert not file.exists(), f"the recipe adds {path}, which is there already"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self.touched.add(path)

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace a text that stands in a file exactly once."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"the recipe changes {old!r}, which stands {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new), encoding="utf-8")
        self.touched.add(path)

    def insert_after(self, path: str, line: str, text: str) -> None:
        """Insert a text after a line that stands in a file exactly once."""
        self.replace(path, f"\n{line}\n", f"\n{line}\n{text}")

    def findings(self, *names: str) -> list[str]:
        """What the named tools find in the copy; empty if all is well."""
        findings = {tool.name: tool.look(self.folder) for tool in TOOLS if tool.name in names}
        return [f"{name}: {finding.output}" for name, finding in findings.items() if finding.found]

    def failures(self, *tests: str) -> list[str]:
        """What fails among some tests of the copy, run quickly; empty if nothing does."""
        command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "--quick", *tests]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        return [done.stdout + done.stderr] if done.returncode else []


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe: its heading in CONTRIBUTING, its steps in order, and the tests of the copy that must pass."""

    heading: str
    steps: dict[str, Callable[[Checkout], None]]
    tests: tuple[str, ...]

    def follow_in(self, checkout: Checkout, *, without: Collection[str] = ()) -> None:
        """Make all steps but those named."""
        assert set(without) <= self.steps.keys()
        for name, step in self.steps.items():
            if name not in without:
                step(checkout)


def copy_checkout(folder: Path) -> Checkout:
    """A copy of the checkout in `folder`, which must be new."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_LEFT_BEHIND))
    return Checkout(folder)
