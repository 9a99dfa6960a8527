"""Rows of text as rows of values, cell by cell; a row with a wrong cell is told and left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import call, itemgetter
from typing import Any, Final

from webapp.transfer.files import KEPT, REFUSED, Column, File
from webapp.transfer.messages import Message
from webapp.transfer.problems import Problems, WrongCell
from webapp.transfer.reading import Row

Told = tuple[Any, ...]
_MOST_REMEMBERED: Final = 10_000


class _Remembered(dict[str, Any]):
    """Values of a column by their text: most columns have few, and looking one up is cheaper than reading it."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Any:
        value = self._read(text)
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[text] = value
        return value


def understand(
    file: File, columns: tuple[str, ...], rows: Iterable[Row], problems: Problems
) -> Iterator[tuple[int, Told]]:
    """The line of each row that is right, and its values in the order of the file's columns; KEPT for what it lacks."""
    by_name = {column.name: column for column in file.columns}
    readers = [_fast_reader_of(column) if column.name in columns else _kept for column in file.columns]
    arranged = itemgetter(*(columns.index(name) if name in columns else 0 for name in by_name))
    for line, cells in rows:
        try:
            # A call for each cell without a step of Python between: this line is half of what reading costs.
            yield line, tuple(map(call, readers, arranged(cells)))
        except WrongCell:
            told = _read_carefully(file, columns, line, cells, problems)
            if told is not None:
                yield line, told


def _kept(_cell: str) -> Any:
    return KEPT


def _read_carefully(
    file: File, columns: tuple[str, ...], line: int, cells: list[str], problems: Problems
) -> Told | None:
    """The same once more, cell by cell: blanks around a cell are taken away, and each wrong one is told."""
    values: dict[str, Any] = {}
    by_name = {column.name: column for column in file.columns}
    for name, cell in zip(columns, cells, strict=True):
        try:
            values[name] = _reader_of(by_name[name])(cell)
        except WrongCell as wrong:
            problems.add(file.name, line, name, wrong.message, cell.strip(), wrong.details)
            problems.broken.add(file.name)
    return tuple(values.get(name, KEPT) for name in by_name) if len(values) == len(cells) else None


def _fast_reader_of(column: Column) -> Callable[[str], Any]:
    """A reader that may refuse blanks around a cell, for the great many cells that have none."""
    if column.is_exact:
        return column.parse if column.is_varied else _Remembered(column.parse).__getitem__
    read = _reader_of(column)
    return read if column.is_varied else _Remembered(read).__getitem__


def _reader_of(column: Column) -> Callable[[str], Any]:
    parse, empty = column.parse, column.empty

    def read(text: str) -> Any:
        trimmed = text.strip()
        if trimmed:
            return parse(trimmed)
        if empty is REFUSED:
            raise WrongCell(Message.EMPTY_CELL)
        return empty

    return read
