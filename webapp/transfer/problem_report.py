"""Problems beside the rows that they are about: the values as written, and a CSV file to correct in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import TypeVar

from webapp.transfer.csv.reading import Sheet
from webapp.transfer.files import FILES, File
from webapp.transfer.problems import Problems

Place = TypeVar("Place")


def read_values(problems: Problems, folder: Path) -> None:
    """Give each problem the value that is written in its cell, where only what was made of it is known."""
    for file in FILES:
        for (key, _, column), cells in _beside_rows(file, folder, problems.not_verbatim(file.name), itemgetter(1)):
            if written := cells.get(column, "").strip():
                problems.set_value(key, written)


def write_problems(problems: Problems, folder: Path, target: Path) -> None:
    """Write `file, line, column, problem` and the cells of the row for each problem. Raises OSError."""
    names = list(dict.fromkeys(column for file in FILES for column in file.columns))
    files = {file.name: file for file in FILES}
    with target.open("w", encoding="utf-8-sig", newline="") as lines:  # a spreadsheet knows UTF-8 by its mark
        writer = csv.writer(lines)
        writer.writerow(["file", "line", "column", "problem", *names])
        for name, found in groupby(problems, key=attrgetter("file")):
            for problem, cells in _beside_rows(files.get(name), folder, found, attrgetter("line")):
                place = [problem.file, problem.line, problem.column or "", problem.words]
                writer.writerow([*place, *(cells.get(column, "") for column in names)])


def _beside_rows(
    file: File | None, folder: Path, places: Iterable[Place], get_line: Callable[[Place], int]
) -> Iterator[tuple[Place, dict[str, str]]]:
    """Each place and the cells of the row that begins on its line, if one does: both are in the order of lines."""
    if file is None or not (folder / file.name).exists():
        yield from ((place, {}) for place in places)
        return
    with closing(Sheet(folder / file.name, file.required, file.optional, Problems())) as sheet:
        rows = sheet.rows(lambda _file, _share: None)
        reached, cells = 1, list[str]()
        for place in places:
            while reached < get_line(place):
                reached, cells = next(rows, (get_line(place), []))
            yield place, dict(zip(sheet.columns, cells, strict=False)) if reached == get_line(place) else {}
