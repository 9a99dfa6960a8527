"""Measures requests of `encounters serve` in a large network, as multiples of what a plain Flask answer costs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmark.asking import Asker
from tests.benchmark.cast import load_cast
from tests.benchmark.kept import KeptDatabase, default_folder, first_day, keep_database, keep_world
from tests.benchmark.rounds import Course, Effort, course_of_floor, course_of_work, run_rounds
from tests.benchmark.serving import NotServing, Running, serve_floor, serve_product
from tests.benchmark.table import Measured, print_table
from tests.benchmark.works import JSON, NAMES, build_works
from tests.benchmark.world import Refused, Size
from tests.postgresql import Missing

LARGE: Final = Size()
SMALL: Final = Size(centers=4, students=2000)  # a hundredth
DATABASES: Final = ("sqlite", "postgresql")


FULL: Final = Effort(warm_up=40, rounds=7, budget=0.3, starts=3)
QUICK: Final = Effort(warm_up=20, rounds=3, budget=0.15, starts=1)


def main(words: list[str] | None = None) -> int:
    """Measure, and print a table; 1 if an answer was wrong."""
    given = _parser().parse_args(words)
    if not Path("/proc/self/smaps_rollup").exists():
        print("dev.py bench: only Linux reports what processes use", file=sys.stderr)
        return 1
    effort, size = (QUICK, SMALL) if given.quick else (FULL, LARGE)
    kinds = [given.database] if given.database else list(DATABASES)
    try:
        results = []
        for kind in kinds:
            results.append(measure(kind, default_folder(), size, effort, given.row))
            print_table(results[-1])
    except (Missing, NotServing, Refused) as reason:
        print(f"dev.py bench: {reason}", file=sys.stderr)
        return 1
    if given.json:
        given.json.write_text(json.dumps([result.as_json() for result in results], indent=1) + "\n")
    return int(any(result.is_wrong for result in results))


def _parser() -> argparse.ArgumentParser:
    kept = "Networks are kept for a week in the folder BENCH_FOLDER, or in instance/bench of this checkout: 4 GB."
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__, epilog=kept)
    add = parser.add_argument
    add("--quick", action="store_true", help="a network a hundred times smaller, fewer rounds")
    add("--database", choices=DATABASES, help="only one of the two")
    add("--row", metavar="NAME", choices=NAMES, help=f"only one kind of request: {', '.join(NAMES)}")
    add("--json", metavar="FILE", type=Path, help="write what was measured there too")
    return parser


def measure(kind: str, folder: Path, size: Size, effort: Effort, only: str | None = None) -> Measured:
    """Measure on one kind of database, in networks of this week that are kept in a folder."""
    size = replace(size, first_day=first_day(datetime.now(UTC).date(), size.weeks))
    with ExitStack() as opened:
        floor = course_of_floor(opened.enter_context(serve_floor()))
        kept = keep_world(folder, size)
        database = opened.enter_context(keep_database(kept, kind))
        starts = [_seconds_to_start(database) for _ in range(effort.starts)]
        running = opened.enter_context(_serve(database))
        cast = load_cast(kept / "world", size, datetime.now(UTC))
        asker = Asker(running.port, database.ready.token)
        wanted = [work for work in build_works(cast, kept / "world" / "users.csv") if only in {None, work.name}]
        courses = {work.name: (work, course_of_work(work, running, asker, cast)) for work in wanted}
        small = None
        if size.students > SMALL.students and JSON in courses:
            small = opened.enter_context(_json_in_small(kind, folder))
        peak = 0.0

        def sample() -> None:
            nonlocal peak
            peak = max(peak, running.memory_mb())

        every = [floor, *(course for _, course in courses.values()), *([small] if small else [])]
        run_rounds(every, effort, sample)
        now = datetime.now(UTC)
        return Measured(
            kind,
            kept.name,
            floor,
            courses,
            small,
            (cast.rows(cast.typical, now), cast.rows(cast.quiet, now)),
            peak,
            median(starts),
            database.ready.rows / database.ready.seconds if size.students > SMALL.students else None,
        )


@contextmanager
def _json_in_small(kind: str, folder: Path) -> Iterator[Course]:
    """The same JSON of a server of its own, in a network a hundredth as large."""
    size = replace(SMALL, first_day=first_day(datetime.now(UTC).date(), SMALL.weeks))
    kept = keep_world(folder, size)
    with keep_database(kept, kind) as database, _serve(database) as running:
        cast = load_cast(kept / "world", size, datetime.now(UTC))
        work = next(work for work in build_works(cast, kept / "world" / "users.csv") if work.name == JSON)
        yield course_of_work(work, running, Asker(running.port, database.ready.token), cast)


@contextmanager
def _serve(database: KeptDatabase) -> Iterator[Running]:
    others = [database.server.pid] if database.server else []
    with serve_product(database.url, *others) as running:
        yield running


def _seconds_to_start(database: KeptDatabase) -> float:
    with _serve(database) as running:
        return running.seconds_to_start


if __name__ == "__main__":
    raise SystemExit(main())
