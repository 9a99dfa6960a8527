"""What is wrong with a folder: each problem with its file, line and column, as a compiler reports them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from webapp.transfer.messages import NO_DETAILS, Details, Message, show_bare

MOST_SHOWN: Final = 50
MOST_KINDS: Final = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` counts from 1, the header; no `column` means the whole file."""

    file: str
    line: int
    column: str | None
    message: Message
    details: Details

    @property
    def words(self) -> str:
        """What is wrong, and the value."""
        return self.message.words(self.details)

    def __str__(self) -> str:
        place = f"{show_bare(self.file)}:{self.line}:"
        return f"{place} {show_bare(self.column)}: {self.words}" if self.column else f"{place} {self.words}"


class WrongCell(Exception):
    """A cell that is not allowed; the caller adds its place and makes a Problem of it. No `value`: the whole cell."""

    def __init__(self, message: Message, value: str | None = None, **details: str | int) -> None:
        super().__init__(message)
        self.message = message
        self.value = value
        self.details = details


class Problems:
    """All problems found so far, on disk: a file may be wrong in each of its million rows.

    `order` is the one in which files are reported. `broken` are the files of which rows were lost: what refers to them
    may be right and is not reported.
    """

    def __init__(self, order: tuple[str, ...] = ()) -> None:
        self._order = order
        self.broken: set[str] = set()
        self._store = sqlite3.connect("", isolation_level=None)  # a temporary file that goes with its connection
        self._store.execute("PRAGMA journal_mode=OFF")
        self._store.execute("CREATE TABLE problems (place, file, line, column, message, value, details, is_verbatim)")
        self._count = 0

    def __del__(self) -> None:
        self._store.close()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Problem]:
        """In the order of files and lines."""
        query = "SELECT file, line, column, message, value, details FROM problems ORDER BY place, line, rowid"
        for file, line, column, message, value, details in self._store.execute(query):
            values = json.loads(details) if value is None else {**json.loads(details), "value": value}
            yield Problem(file, line, column, Message[message], values)

    def add(
        self,
        file: str,
        line: int,
        column: str | None,
        message: Message,
        value: str | None = None,
        details: Details = NO_DETAILS,
        *,
        is_verbatim: bool = True,
    ) -> None:
        """One more. `is_verbatim`: whether `value` is the text of the cell, not one derived from it."""
        self.add_raw((file, line, column, message.name, value, json.dumps(dict(details)), is_verbatim))

    def add_raw(self, row: tuple[Any, ...]) -> None:
        """One more, as `raw` gave it."""
        place = self._order.index(row[0]) if row[0] in self._order else -1
        self._store.execute("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (place, *row))
        self._count += 1

    def raw(self) -> Iterator[tuple[Any, ...]]:
        """All of them as plain values, for another process."""
        query = (
            "SELECT file, line, column, message, value, details, is_verbatim FROM problems ORDER BY place, line, rowid"
        )
        return iter(self._store.execute(query))

    def not_verbatim(self, file: str) -> list[tuple[int, int, str]]:
        """Key, line and column of the problems of a file whose value is not the text of the cell, ordered by line."""
        query = "SELECT rowid, line, column FROM problems WHERE file = ? AND NOT is_verbatim ORDER BY line"
        return self._store.execute(query, (file,)).fetchall()

    def set_value(self, key: int, value: str) -> None:
        """Set the value of a problem, by its key, to the text of its cell."""
        self._store.execute("UPDATE problems SET value = ? WHERE rowid = ?", (value, key))

    def first(self) -> list[Problem]:
        """The ones that are reported one by one."""
        return [problem for problem, _ in zip(self, range(MOST_SHOWN), strict=False)]

    def by_kind(self) -> list[tuple[int, str]]:
        """How often each kind of problem occurs, the most frequent first."""
        query = "SELECT count(*), file, column, message FROM problems GROUP BY 2, 3, 4 ORDER BY 1 DESC, 2, 3, 4 LIMIT ?"
        return [
            (
                count,
                f"{file}: {show_bare(column)}: {Message[message].kind}"
                if column
                else f"{file}: {Message[message].kind}",
            )
            for count, file, column, message in self._store.execute(query, (MOST_KINDS,))
        ]


class ImportRefused(Exception):
    """A folder that was not imported; nothing was written. `problems` holds all of them, str() shows at most 50."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        lines = [str(problem) for problem in problems.first()]
        if len(problems) > len(lines):
            lines.append(f"{len(problems)} problems in all, the first {len(lines)} are above; by kind:")
            lines += [f"{count} × {kind}" for count, kind in problems.by_kind()]
        super().__init__("\n".join(lines))
