"""CSV files as a stream of rows that remember their line: encoding, separator and header, before any cell is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from webapp.transfer.problems import Problems

_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_CHECKED_ROWS: Final = 4096

Row = tuple[int, list[str]]


class Sheet:
    """A file opened for reading: `columns` names its columns, in the file's order; none if its header is wrong.

    What is wrong with its encoding, its header or the number of a row's cells goes to `problems`.
    """

    def __init__(self, path: Path, required: tuple[str, ...], optional: tuple[str, ...], problems: Problems) -> None:
        self.file = path.name
        self.columns: tuple[str, ...] = ()
        self._path = path
        self._size = max(path.stat().st_size, 1)
        self._problems = problems
        self._bytes = path.open("rb")
        self._text = io.TextIOWrapper(self._bytes, encoding="utf-8-sig", newline="")
        try:
            separator = _separator(self._text.readline())
            self._text.seek(0)
            self._reader = csv.reader(self._text, delimiter=separator, strict=True)
            columns = tuple(name.strip() for name in next(self._reader, []))
            if self._is_header_right(columns, required, optional):
                self.columns = columns
        except UnicodeDecodeError:
            self._tell_encoding()
        except csv.Error as error:
            self._tell_unreadable(1, error)

    def close(self) -> None:
        """Give the file back."""
        self._text.close()

    def rows(self, progress: Callable[[str, float], None]) -> Iterator[Row]:
        """Each row that is not blank, with the line it begins on; ends early where the file cannot be read on."""
        if not self.columns:
            return
        reader, width = self._reader, len(self.columns)
        begins = reader.line_num + 1
        try:
            for number, cells in enumerate(reader):
                line, begins = begins, reader.line_num + 1
                if len(cells) == width and (cells[0] or any(cell.strip() for cell in cells)):
                    yield line, cells
                elif any(cell.strip() for cell in cells):
                    words = f"this row has {len(cells)} cells, the header names {width} columns"
                    self._problems.add(self.file, line, "id", words)
                    self._problems.broken.add(self.file)
                if not number % _CHECKED_ROWS:
                    progress(self.file, self._bytes.tell() / self._size)
        except UnicodeDecodeError:
            self._tell_encoding()
        except csv.Error as error:
            self._tell_unreadable(begins, error)

    def _is_header_right(self, columns: tuple[str, ...], required: tuple[str, ...], optional: tuple[str, ...]) -> bool:
        before = len(self._problems)
        known = (*required, *optional)
        if not any(columns):
            words = f"the file is empty; its first line must name the columns: {', '.join(known)}"
            self._tell(1, None, words)
            return False
        for name in dict.fromkeys(columns):
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; allowed: {', '.join(known)}"
                self._tell(1, name or "(empty)", f"unknown column {name!r}{hint}")
            elif columns.count(name) > 1:
                self._tell(1, name, f"the column {name!r} is there {columns.count(name)} times")
        for name in required:
            if name not in columns:
                self._tell(1, name, f"the column {name!r} is missing")
        return len(self._problems) == before

    def _tell_encoding(self) -> None:
        """Find the first line that is not UTF-8; only a file that is known to be wrong is read for it once more."""
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError as error:
                    utf_16 = number == 1 and line.startswith(_UTF_16_MARKS)
                    likely = "UTF-16" if utf_16 else "Windows-1252"
                    byte = f"byte 0x{line[error.start]:02x}"
                    self._tell(1, None, f"line {number} is not UTF-8 ({byte}); it is likely {likely}: save it as UTF-8")
                    return

    def _tell_unreadable(self, line: int, error: csv.Error) -> None:
        self._tell(line, "id", f"this row cannot be read: {error}")

    def _tell(self, line: int, column: str | None, words: str) -> None:
        self._problems.add(self.file, line, column, words)
        self._problems.broken.add(self.file)


def _separator(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","
