"""Rows of text as rows of values, cell by cell; a row with a wrong cell is reported and left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import call, itemgetter
from typing import Any, Final

from webapp.transfer.csv.context import Context
from webapp.transfer.csv.reading import Line
from webapp.transfer.files import CENTERS, ENCOUNTERS, REQUIRED, UNSET, Cell, EncounterRow, File
from webapp.transfer.messages import Message
from webapp.transfer.problems import Problems, WrongCell

_MOST_CACHED: Final = 10_000

Parser = Callable[[str], Any]


class _Cached(dict[str, Any]):
    """The values of a column by their text: most columns have few, and a look-up costs less than parsing."""

    def __init__(self, parse: Parser) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> Any:
        value = self._parse(text)
        if len(self) >= _MOST_CACHED:
            self.clear()
        self[text] = value
        return value


def parse_rows(
    file: File, columns: tuple[str, ...], lines: Iterable[Line], context: Context, problems: Problems
) -> Iterator[tuple[int, Any]]:
    """The line of each row without a wrong cell, and its values as a row of the file; UNSET for what it lacks.

    `columns` are those of the file at hand, in their order.
    """
    places = {file.columns[column]: place for place, column in enumerate(columns)}
    fields = file.row._fields
    parsers = [_fast_parser(file.cells[name], context) if name in places else _unset for name in fields]
    arranged = itemgetter(*(places.get(name, 0) for name in fields))
    make = partial(tuple.__new__, file.row)
    careful = {column: _parser(file.cells[name], context) for column, name in file.columns.items() if name in places}
    for line, cells in lines:
        try:
            # A call for each cell without a step of Python between: this line is half of what parsing costs.
            row = make(map(call, parsers, arranged(cells)))
        except WrongCell:
            values = _parse_carefully(file, careful, line, dict(zip(columns, cells, strict=True)), problems)
            if values is None:
                continue
            row = make(values.get(name, UNSET) for name in fields)
        yield line, row


def schedule(
    rows: Iterable[tuple[int, EncounterRow]], context: Context, problems: Problems
) -> Iterator[tuple[int, EncounterRow]]:
    """Rows of encounters with their start in UTC and their end."""
    starts_at, ends_at = (EncounterRow._fields.index(name) for name in ("starts_at", "ends_at"))
    for line, row in rows:
        try:
            start = context.in_utc(row.starts_at, row.center_id)
        except WrongCell as wrong:
            problems.add(ENCOUNTERS.name, line, "starts_at", wrong.message, None, wrong.details, is_verbatim=False)
            problems.broken.add(ENCOUNTERS.name)
            continue
        values: list[Any] = list(row)  # _replace takes three times as long
        values[starts_at], values[ends_at] = start, start + row.duration_minutes * 60
        yield line, EncounterRow._make(values)


def _unset(_cell: str) -> Any:
    return UNSET


def _parse_carefully(
    file: File, parsers: dict[str, Parser], line: int, cells: dict[str, str], problems: Problems
) -> dict[str, Any] | None:
    """The values by field, and each wrong cell reported; None if there is one."""
    values: dict[str, Any] = {}
    for column, parse in parsers.items():
        try:
            values[file.columns[column]] = parse(cells[column])
        except WrongCell as wrong:
            # Where rows of centers.csv were lost, the center may be among them.
            if wrong.message is not Message.UNKNOWN_CENTER or CENTERS.name not in problems.broken:
                value = cells[column].strip() if wrong.value is None else wrong.value
                problems.add(file.name, line, column, wrong.message, value, wrong.details)
            problems.broken.add(file.name)
    return values if len(values) == len(parsers) else None


def _fast_parser(cell: Cell, context: Context) -> Parser:
    """A parser that may refuse spaces around a cell, for the great many cells that have none."""
    parse = _in_context(cell, context) if cell.is_exact else _parser(cell, context)
    return parse if cell.is_varied else _Cached(parse).__getitem__


def _parser(cell: Cell, context: Context) -> Parser:
    parse, empty = _in_context(cell, context), cell.empty

    def parse_trimmed(text: str) -> Any:
        trimmed = text.strip()
        if trimmed:
            return parse(trimmed)
        if empty is REQUIRED:
            raise WrongCell(Message.EMPTY_CELL)
        return empty

    return parse_trimmed


def _in_context(cell: Cell, context: Context) -> Parser:
    return partial(cell.parse, context) if cell.in_context else cell.parse
