"""What is wrong with a folder: each problem with its file, line and column, as a compiler tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MOST_TOLD: Final = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` counts from 1, the header; no `column` means the whole file."""

    file: str
    line: int
    column: str | None
    words: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:"
        return f"{place} {self.column}: {self.words}" if self.column else f"{place} {self.words}"


class WrongCell(Exception):
    """A cell that is not allowed, in words; whoever knows its place makes a Problem of it."""


@dataclass(slots=True)
class Problems:
    """All problems found so far; `order` is the one in which files are told.

    `broken` are the files of which rows were lost: what refers to them may be right and is not complained of.
    """

    order: tuple[str, ...] = ()
    found: list[Problem] = field(default_factory=list)
    broken: frozenset[str] = frozenset()

    def add(self, file: str, line: int, column: str | None, words: str) -> None:
        """One more."""
        self.found.append(Problem(file, line, column, words))

    def refuse_if_any(self) -> None:
        """Raises ImportRefused if anything is wrong."""
        if self.found:
            raise ImportRefused(sorted(self.found, key=lambda one: (self.order.index(one.file), one.line)))


class ImportRefused(Exception):
    """A folder that was not imported; nothing was written. `problems` holds all of them, str() at most 50."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        told = [str(problem) for problem in problems[:MOST_TOLD]]
        more = len(problems) - len(told)
        super().__init__("\n".join([*told, f"and {more} more problems"] if more else told))
