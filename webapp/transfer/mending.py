"""All problems of a folder beside their rows, as one CSV file to be mended in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from webapp.transfer.files import FILES, File
from webapp.transfer.problems import Problem, Problems
from webapp.transfer.reading import Sheet


def write_problems(problems: Problems, folder: Path, target: Path) -> None:
    """Write `file, line, column, problem` and the cells of the row for each problem. Raises OSError."""
    names = list(dict.fromkeys(column.name for file in FILES for column in file.columns))
    with target.open("w", encoding="utf-8-sig", newline="") as lines:  # a spreadsheet knows UTF-8 by its mark
        writer = csv.writer(lines)
        writer.writerow(["file", "line", "column", "problem", *names])
        for name, found in groupby(problems, key=attrgetter("file")):
            file = next((file for file in FILES if file.name == name), None)
            for problem, cells in _beside_rows(file, folder, found):
                place = [problem.file, problem.line, problem.column or "", problem.words]
                writer.writerow([*place, *(cells.get(column, "") for column in names)])


def _beside_rows(
    file: File | None, folder: Path, problems: Iterator[Problem]
) -> Iterator[tuple[Problem, dict[str, str]]]:
    """Problems are in the order of lines, and so are the rows: one walk through both."""
    if file is None:
        yield from ((problem, {}) for problem in problems)
        return
    sheet = Sheet(folder / file.name, file.required, file.optional, Problems())
    rows = sheet.rows(lambda _file, _share: None)
    line, cells = 1, list[str]()
    for problem in problems:
        while line < problem.line:
            line, cells = next(rows, (problem.line, []))
        yield problem, dict(zip(sheet.columns, cells, strict=False)) if line == problem.line else {}
    sheet.close()
