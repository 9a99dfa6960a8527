"""What is wrong with a folder: each problem with its file, line and column, as a compiler tells them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MOST_TOLD: Final = 50
MOST_KINDS: Final = 20

# A quote that never closes takes the rest: to look for its end anew from each quote within grows with the square.
_VALUE = re.compile(r"(?<!\w)(?:'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\]|\\.)*\"?)", re.DOTALL)
_NUMBER = re.compile(r"\b[0-9][0-9a-f-]*\b")


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


class Problems:
    """All problems found so far, kept on disk beyond the first few: a file may be wrong in each of its million rows.

    `order` is the one in which files are told. `broken` are the files of which rows were lost: what refers to them
    may be right and is not complained of.
    """

    def __init__(self, order: tuple[str, ...] = ()) -> None:
        self._order = order
        self.broken: set[str] = set()
        self._kept = sqlite3.connect("", isolation_level=None)  # a temporary file that goes with its connection
        self._kept.execute("PRAGMA journal_mode=OFF")
        self._kept.execute("CREATE TABLE problems (place, file, line, title, words)")
        self._count = 0

    def __del__(self) -> None:
        self._kept.close()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Problem]:
        """In the order of files and lines."""
        query = "SELECT file, line, title, words FROM problems ORDER BY place, line, rowid"
        return (Problem(*row) for row in self._kept.execute(query))

    def add(self, file: str, line: int, column: str | None, words: str) -> None:
        """One more."""
        place = self._order.index(file) if file in self._order else -1
        self._kept.execute("INSERT INTO problems VALUES (?, ?, ?, ?, ?)", (place, file, line, column, words))
        self._count += 1

    def refuse_if_any(self) -> None:
        """Raises ImportRefused if anything is wrong."""
        if self._count:
            raise ImportRefused(self)

    def first(self) -> list[Problem]:
        """The ones that are told one by one."""
        return [problem for problem, _ in zip(self, range(MOST_TOLD), strict=False)]

    def by_kind(self) -> list[tuple[int, str]]:
        """How often each kind of problem occurs, the most frequent first."""
        self._kept.create_function("kind", 2, _kind, deterministic=True)
        query = (
            "SELECT count(*), file || ': ' || kind(title, words) FROM problems GROUP BY 2 ORDER BY 1 DESC, 2 LIMIT ?"
        )
        return self._kept.execute(query, (MOST_KINDS,)).fetchall()


class ImportRefused(Exception):
    """A folder that was not imported; nothing was written. `problems` holds all of them, str() tells at most 50."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        lines = [str(problem) for problem in problems.first()]
        if len(problems) > len(lines):
            lines.append(f"{len(problems)} problems in all, the first {len(lines)} are above; by kind:")
            lines += [f"{count} × {kind}" for count, kind in problems.by_kind()]
        super().__init__("\n".join(lines))


def _kind(column: str | None, words: str) -> str:
    """A problem's words without the values in them and without what is suggested."""
    said = _NUMBER.sub("…", _VALUE.sub("…", words)).partition(";")[0]
    return f"{column}: {said}" if column else said
