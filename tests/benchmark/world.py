"""Writes an invented language-school network of any size as a folder to import, the same bytes for the same words."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final, TextIO

from tests.benchmark import classes, people
from tests.benchmark.classes import Classes, Timetable
from tests.benchmark.guids import CENTERS, Guids
from tests.benchmark.people import Students
from tests.benchmark.places import build_centers, territories

FILES: Final = ("centers.csv", "users.csv", "encounters.csv", "bookings.csv")
_HASH: Final = re.compile(r"\$argon2id\$[A-Za-z0-9+/=,$]+", re.ASCII)
_CLASSES_OF_STUDENTS = 3, 26  # classes a week for so many students
_DAYS: Final = (date(1980, 1, 1), date(2100, 1, 1))
_BAR_WIDTH = 30
_ROWS_AT_ONCE = 2000  # bounds the memory, whatever the size


class Refused(Exception):
    """Why nothing can be written, in words."""


@dataclass(frozen=True)
class Size:
    """What a world is made from."""

    centers: int = 450
    students: int = 200_000
    weeks: int = 52
    seed: int = 1
    first_day: date = date(2026, 11, 23)
    password_hash: str | None = None

    @property
    def classes(self) -> int:
        """How many classes there are in all weeks together."""
        each, of = _CLASSES_OF_STUDENTS
        return self.students * self.weeks * each // of


class Progress:
    """How far the writing is: a bar on a terminal, a line for each finished file elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._is_terminal = stream, stream.isatty()

    def reached(self, done: int, total: int) -> None:
        """Show that `done` of `total` steps are done."""
        if self._is_terminal:
            bar = "#" * (_BAR_WIDTH * done // total)
            self._stream.write(f"\r[{bar:<{_BAR_WIDTH}}] {done * 100 // total:3d} %")
            self._stream.flush()

    def finished(self, file: str, rows: int) -> None:
        """Report that a file is complete."""
        clear = f"\r{'':<{_BAR_WIDTH + 8}}\r" if self._is_terminal else ""
        self._stream.write(f"{clear}{file}: {rows} rows\n")
        self._stream.flush()


def write_world(folder: Path, size: Size, progress: Progress) -> dict[str, int]:
    """Write the four files into a folder that has none of them; the rows of each. Raises Refused."""
    made: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = [name for name in FILES if (folder / name).exists()]
        if held:
            raise Refused(f"{folder} already holds {', '.join(held)}")
        with ExitStack() as stack:
            streams: dict[str, TextIO] = {}
            for name in FILES:
                path = folder / name
                streams[name] = stack.enter_context(path.open("x", encoding="utf-8", newline="\n"))
                made.append(path)
            return _Writer(streams, size, progress).write()
    except BaseException as error:
        # Half a world would import as if it were whole.
        for path in made:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Refused(f"{folder} cannot be written: {error.strerror or error}") from error
        raise


class _Writer:
    """One world on its way into four open files."""

    def __init__(self, streams: dict[str, TextIO], size: Size, progress: Progress) -> None:
        self._streams, self._size, self._progress = streams, size, progress
        self._guids, self._chance = Guids(size.seed), Random(size.seed)
        self._lands = territories(size.centers)
        self._centers = build_centers(size.centers, size.students, size.classes)
        self._students = Students(size.students, self._guids)

    def write(self) -> dict[str, int]:
        """Write all files; the rows of each."""
        rows: dict[str, int] = {}
        for name, lines in (("centers.csv", self._center_lines()), ("users.csv", self._user_lines())):
            rows[name] = -1  # the header
            for part in lines:
                self._streams[name].write("".join(part))
                rows[name] += len(part)
            self._progress.finished(name, rows[name])
        self._students.arrange(self._centers)
        made = self._write_classes()
        for name, count in (("encounters.csv", made.count), ("bookings.csv", made.booked)):
            rows[name] = count
            self._progress.finished(name, count)
        return rows

    def _center_lines(self) -> Iterator[list[str]]:
        yield ["id,reference_id,name,kind,time_zone,territory\n"]
        yield [
            f"{self._guids.text(CENTERS, center.number)},{center.reference},{center.name},"
            f"{'online' if center.is_online else 'physical'},{center.zone},{self._lands[center.territory].name}\n"
            for center in self._centers
        ]

    def _user_lines(self) -> Iterator[list[str]]:
        # A hash holds commas.
        tail = f',"{self._size.password_hash}"' if self._size.password_hash else ""
        yield [f"{people.COLUMNS}{',password_hash' if tail else ''}\n"]
        yield list(people.staff_rows(self._centers, self._lands, self._guids, self._chance, tail))
        for center in self._centers:
            land = self._lands[center.territory]
            near = [other.reference for other in self._centers if other.territory == center.territory]
            rows = people.student_rows(center, land, near, self._students, self._chance, self._size.first_day, tail)
            while part := list(islice(rows, _ROWS_AT_ONCE)):
                yield part
            self._progress.reached(center.number, len(self._centers))

    def _write_classes(self) -> Classes:
        encounters, bookings = self._streams["encounters.csv"], self._streams["bookings.csv"]
        encounters.write(f"{classes.COLUMNS}\n")
        bookings.write(f"{classes.BOOKING_COLUMNS}\n")
        staff = [people.teachers(center, self._lands[center.territory], self._chance) for center in self._centers]
        made, weeks = Classes(self._students, self._guids, self._chance), self._size.weeks
        for week in range(weeks):
            timetable = Timetable(self._size.first_day + timedelta(weeks=week))
            for center, names in zip(self._centers, staff, strict=True):
                # The classes of a center are divided among the weeks without a remainder.
                count = center.classes * (week + 1) // weeks - center.classes * week // weeks
                for start in range(0, count, _ROWS_AT_ONCE):
                    lines = made.make(
                        center, names, timetable, min(count - start, _ROWS_AT_ONCE), is_ahead=2 * week >= weeks
                    )
                    encounters.write("".join(lines[0]))
                    bookings.write("".join(lines[1]))
            self._progress.reached(week + 1, weeks)
        return made


def main(words: list[str]) -> int:
    """Write a world as the words of the command line say; the exit code."""
    parser = argparse.ArgumentParser(
        prog="dev.py world",
        description="Write an invented network of language schools as CSV files to import.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("folder", metavar="DIR", type=Path, help="where the four files go; made if missing")
    add("--centers", metavar="N", type=_whole(1, 9999), default=Size.centers, help="a fifteenth of them online")
    add("--students", metavar="N", type=_whole(1, 999_999), default=Size.students, help="staff and classes follow")
    add("--weeks", metavar="N", type=_whole(1, 520), default=Size.weeks, help="weeks of classes")
    add("--seed", metavar="S", type=_whole(0, 2**63 - 1), default=Size.seed, help="another seed, another network")
    add("--first-day", metavar="YYYY-MM-DD", type=_day, default=Size.first_day, help="of the first week")
    add("--password-hash", metavar="PHC", type=_phc, default=argparse.SUPPRESS, help="argon2id hash that everyone gets")
    wanted = vars(parser.parse_args(words))
    folder = wanted.pop("folder")
    try:
        write_world(folder, Size(**wanted), Progress(sys.stderr))
    except Refused as refused:
        print(f"dev.py world: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,19}", text, re.ASCII) or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return int(text)

    return parse


def _day(text: str) -> date:
    first, last = _DAYS
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not first <= day <= last:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day YYYY-MM-DD from {first} to {last}")
    return day


def _phc(text: str) -> str:
    if not _HASH.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an argon2id hash ($argon2id$v=19$m=…,t=…,p=…$…$…)")
    return text


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
