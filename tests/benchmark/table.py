"""What was measured on one database, as a table beside what must be reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Final

from tests.benchmark import works
from tests.benchmark.rounds import FRESH, KEPT, Course, ratio
from tests.benchmark.works import Work

_HEADER: Final = ("Work", "measured", "fresh", "CPU ms", "bytes", "must", "aim", "")
_ALL_AGAINST_ONE: Final = (3, 2)
_SMALLER_AT_LEAST: Final = (0.85, 0.95)
_ONE_MORE: Final = {works.JSON: (0.06, 0.04), works.PART: (0.10, 0.07)}
_MEMORY_MB: Final = (150, 110)
_START_SECONDS: Final = (1.5, 0.7)
_IMPORT_AT_LEAST: Final = {"sqlite": (40_000, 80_000), "postgresql": (25_000, 50_000)}


@dataclass(frozen=True)
class Line:
    """One row of the table: a multiple of the floor's CPU time unless its title says otherwise."""

    name: str
    title: str
    measured: float | None
    must: float | None = None
    aim: float | None = None
    fresh: float | None = None  # the same with a connection for each request
    milliseconds: float | None = None
    bytes_sent: int | None = None
    at_least: bool = False
    wrong: str = ""

    @property
    def verdict(self) -> str:
        """In a word or two."""
        if self.wrong:
            return f"WRONG: {self.wrong}"
        if self.measured is None or self.must is None:
            return ""
        reached = self.measured >= self.must if self.at_least else self.measured <= self.must
        return "pass" if reached else "miss"


@dataclass(frozen=True)
class Measured:
    """All that was measured on one database; `rows`: how many the typical and the quiet student have."""

    database: str
    world: str
    floor: Course
    works: dict[str, tuple[Work, Course]]
    small: Course | None
    rows: tuple[int, int]
    memory_mb: float
    start_seconds: float
    import_rows_a_second: float | None  # None: too few for the start of a command to be nothing

    @property
    def is_wrong(self) -> bool:
        """Whether any answer was not the right one."""
        return any(line.wrong for line in self.lines())

    def lines(self) -> list[Line]:
        """The rows of the table, in order."""
        return [*self._of_requests(), *self._compared(), *self._of_the_server()]

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        lines = [{**asdict(line), "verdict": line.verdict} for line in self.lines()]
        floor_ms = {mode: _milliseconds(self.floor, mode) for mode in (KEPT, FRESH)}
        return {"database": self.database, "world": self.world, "floor_ms": floor_ms, "lines": lines}

    def _of_requests(self) -> Iterator[Line]:
        for name, (work, course) in self.works.items():
            yield Line(
                name,
                work.title,
                ratio(course, self.floor),
                work.must,
                work.aim,
                ratio(course, self.floor, FRESH),
                _milliseconds(course),
                course.bytes_sent,
                wrong=course.wrong,
            )

    def _compared(self) -> Iterator[Line]:
        if works.SEARCH_ONE in self.works and works.SEARCH_ALL in self.works:
            one, everywhere = (self.works[name][1] for name in (works.SEARCH_ONE, works.SEARCH_ALL))
            yield Line("search-ratio", "search: all centers against one", ratio(everywhere, one), *_ALL_AGAINST_ONE)
        if self.small:
            large = self.works[works.JSON][1]
            title = "JSON in a world 100 times smaller, against this"
            must, aim = _SMALLER_AT_LEAST
            yield Line("json-small", title, ratio(self.small, large), must, aim, at_least=True, wrong=self.small.wrong)
        for many, few in ((works.JSON, works.JSON_FEW), (works.PART, works.PART_FEW)):
            if many in self.works and few in self.works:
                yield Line(f"one-more-{many}", f"one more row: {many}", self._one_more(many, few), *_ONE_MORE[many])

    def _one_more(self, many: str, few: str) -> float | None:
        high, low = (ratio(self.works[name][1], self.floor) for name in (many, few))
        difference = self.rows[0] - self.rows[1]
        return (high - low) / difference if high and low and difference else None

    def _of_the_server(self) -> Iterator[Line]:
        yield Line("memory", "peak memory of the server (PSS), MB", self.memory_mb, *_MEMORY_MB)
        yield Line("start", "start to first answer, seconds", self.start_seconds, *_START_SECONDS)
        if self.import_rows_a_second:
            must, aim = _IMPORT_AT_LEAST[self.database]
            title = "import into an empty database, rows a second"
            yield Line("import", title, self.import_rows_a_second, must, aim, at_least=True)


def print_table(measured: Measured) -> None:
    """The table in Markdown, on standard output."""
    floor = ", ".join(f"{mode} connections {_milliseconds(measured.floor, mode):.2f} ms" for mode in (KEPT, FRESH))
    print(f"\n{measured.database}, {measured.world}; the floor: {floor} of CPU\n")
    cells = [_HEADER, *(_cells(line) for line in measured.lines())]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADER))]
    for number, row in enumerate(cells):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print(flush=True)


def _cells(line: Line) -> tuple[str, ...]:
    bound = "at least " if line.at_least else ""
    return (
        line.title,
        _figure(line.measured),
        _figure(line.fresh),
        _figure(line.milliseconds),
        "" if line.bytes_sent is None else f"{line.bytes_sent:,}",
        "" if line.must is None else f"{bound}{line.must:,}",
        "" if line.aim is None else f"{line.aim:,}",
        line.verdict,
    )


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _milliseconds(course: Course, mode: str = KEPT) -> float | None:
    return median(course.seconds[mode]) * 1000 if course.seconds[mode] else None
