"""CSV files as records that remember their line: encoding, separator and header, before any cell is understood."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from webapp.transfer.problems import Problems

_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a file: its cells, trimmed, under the names of their columns; `line` is the one it begins on."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that could be read: the columns it has, and its records."""

    file: str
    columns: tuple[str, ...]
    records: tuple[Record, ...]


def read_sheet(path: Path, required: tuple[str, ...], optional: tuple[str, ...], problems: Problems) -> Sheet:
    """The records of a file; what is wrong with its encoding, its header or a row's cells goes to `problems`."""
    text = _decoded(path, problems)
    if text is None:
        return Sheet(path.name, (), ())
    header, _, _ = text.partition("\n")
    separator = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = tuple(name.strip() for name in next(reader, []))
        if not _is_header_right(path.name, columns, required, optional, problems):
            return Sheet(path.name, (), ())
        return Sheet(path.name, columns, tuple(_records(path.name, reader, columns, problems)))
    except csv.Error as error:
        problems.add(path.name, reader.line_num, "id", f"this row cannot be read: {error}")
        return Sheet(path.name, (), ())


def _decoded(path: Path, problems: Problems) -> str | None:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        likely = "UTF-16" if raw.startswith(_UTF_16_MARKS) else "Windows-1252"
        line = raw.count(b"\n", 0, error.start) + 1
        words = f"line {line} is not UTF-8 (byte 0x{raw[error.start]:02x}); it is likely {likely}: save it as UTF-8"
        problems.add(path.name, 1, None, words)
        return None


def _is_header_right(
    file: str, columns: tuple[str, ...], required: tuple[str, ...], optional: tuple[str, ...], problems: Problems
) -> bool:
    before = len(problems.found)
    known = (*required, *optional)
    if not any(columns):
        problems.add(file, 1, None, f"the file is empty; its first line must name the columns: {', '.join(known)}")
        return False
    for name in dict.fromkeys(columns):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; allowed: {', '.join(known)}"
            problems.add(file, 1, name or "(empty)", f"unknown column {name!r}{hint}")
        elif columns.count(name) > 1:
            problems.add(file, 1, name, f"the column {name!r} is there {columns.count(name)} times")
    for name in required:
        if name not in columns:
            problems.add(file, 1, name, f"the column {name!r} is missing")
    return len(problems.found) == before


def _records(file: str, reader: Iterator[list[str]], columns: tuple[str, ...], problems: Problems) -> Iterator[Record]:
    begins = reader.line_num + 1  # type: ignore[attr-defined]
    for cells in reader:
        line, begins = begins, reader.line_num + 1  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            problems.add(file, line, "id", f"this row has {len(cells)} cells, the header names {len(columns)} columns")
            continue
        yield Record(line, dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
