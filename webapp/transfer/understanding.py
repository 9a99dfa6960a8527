"""Rows of text as rows of values, cell by cell; a row with a wrong cell is told and left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, Final

from webapp.transfer.files import KEPT, REFUSED, Column, File
from webapp.transfer.problems import Problems, WrongCell
from webapp.transfer.reading import Row

Told = tuple[Any, ...]
_MOST_REMEMBERED: Final = 50_000


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
    present = [by_name[name] for name in columns]
    readers = [column.parse if column.is_exact else _reader_of(column) for column in present]
    careful = [_reader_of(column) for column in present]
    places = [columns.index(name) if name in columns else len(columns) for name in by_name]
    arranged = itemgetter(*places)
    for line, cells in rows:
        try:
            values = [read(cell) for read, cell in zip(readers, cells, strict=True)]
        except WrongCell:
            values = []
            for column, read, cell in zip(present, careful, cells, strict=True):
                try:
                    values.append(read(cell))
                except WrongCell as wrong:
                    problems.add(file.name, line, column.name, str(wrong))
                    problems.broken.add(file.name)
            if len(values) < len(cells):
                continue
        values.append(KEPT)
        yield line, arranged(values)


def _reader_of(column: Column) -> Callable[[str], Any]:
    parse, empty = column.parse, column.empty

    def read(text: str) -> Any:
        trimmed = text.strip()
        if trimmed:
            return parse(trimmed)
        if empty is REFUSED:
            raise WrongCell("'' is not allowed: this cell must not be empty")
        return empty

    return read if column.is_varied or column.is_exact else _Remembered(read).__getitem__
