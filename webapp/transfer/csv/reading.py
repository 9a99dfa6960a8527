"""CSV files as a stream of rows of text with their lines: encoding, separator and header, before any cell is parsed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from webapp.transfer.messages import Message, suggest
from webapp.transfer.problems import Problems

_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_CHECKED_ROWS: Final = 4096

Line = tuple[int, list[str]]  # the number of the line on which a row begins, and its cells


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
            self._report_encoding()
        except csv.Error as error:
            self._report_unreadable(1, error)

    def close(self) -> None:
        """Give the file back."""
        self._text.close()

    def rows(self, progress: Callable[[str, float], None]) -> Iterator[Line]:
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
                    # A problem of a whole row is reported in the column of the id, which is what finds the row.
                    self._add(line, "id", Message.WRONG_WIDTH, None, cells=len(cells), columns=width)
                if not number % _CHECKED_ROWS:
                    progress(self.file, self._bytes.tell() / self._size)
        except UnicodeDecodeError:
            self._report_encoding()
        except csv.Error as error:
            self._report_unreadable(begins, error)

    def _is_header_right(self, columns: tuple[str, ...], required: tuple[str, ...], optional: tuple[str, ...]) -> bool:
        before = len(self._problems)
        known = (*required, *optional)
        if not any(columns):
            self._add(1, None, Message.EMPTY_FILE, None, columns=", ".join(known))
            return False
        for name in dict.fromkeys(columns):
            if name not in known:
                hint = suggest(name, list(known))
                self._add(1, name or "(empty)", Message.UNKNOWN_COLUMN, name, hint=hint)
            elif columns.count(name) > 1:
                self._add(1, name, Message.REPEATED_COLUMN, name, count=columns.count(name))
        for name in required:
            if name not in columns:
                self._add(1, name, Message.MISSING_COLUMN, name)
        return len(self._problems) == before

    def _report_encoding(self) -> None:
        """Find the first line that is not UTF-8; only a file that is known to be wrong is read for it once more."""
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError as error:
                    utf_16 = number == 1 and line.startswith(_UTF_16_MARKS)
                    likely = "UTF-16" if utf_16 else "Windows-1252"
                    byte = f"0x{line[error.start]:02x}"
                    self._add(1, None, Message.NOT_UTF_8, None, number=number, byte=byte, encoding=likely)
                    return

    def _report_unreadable(self, line: int, error: csv.Error) -> None:
        self._add(line, "id", Message.UNREADABLE, None, reason=str(error))

    def _add(self, line: int, column: str | None, message: Message, value: str | None, **details: str | int) -> None:
        self._problems.add(self.file, line, column, message, value, details)
        self._problems.broken.add(self.file)


def _separator(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","
