"""Interleaved rounds: how much CPU time each kind of request takes, as a multiple of the floor's in the same round."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from statistics import median
from typing import Final

from tests.benchmark import floor
from tests.benchmark.asking import Answer, Asker, Wrong, ask, connected, look_at, right_rows
from tests.benchmark.cast import Cast
from tests.benchmark.serving import Running
from tests.benchmark.works import Work

KEPT, FRESH = "kept", "fresh"  # one connection for all requests of a round, or one for each
FLOOR: Final = "floor"
_WARM_UP_SECONDS = 3.0
_FEWEST, _MOST = 2, 1500


@dataclass(frozen=True)
class Effort:
    """How long to measure."""

    warm_up: int  # requests, but no longer than 3 seconds
    rounds: int
    budget: float  # CPU seconds of all requests of one kind in one round
    starts: int  # of the server


@dataclass
class Course:
    """Requests of one kind to one server, and the CPU seconds that one took, by round."""

    name: str
    running: Running
    prepare: Callable[[], tuple[str, dict[str, str]]]  # the path and the headers
    look: Callable[[list[Answer], datetime], None]  # raises Wrong
    seconds: dict[str, list[float]] = field(default_factory=lambda: {KEPT: [], FRESH: []})
    wrong: str = ""
    bytes_sent: int = 0
    requests: int = _FEWEST  # of one round

    def warm_up(self, effort: Effort) -> None:
        """Ask over fresh connections, which reach all workers, and find out how many requests are a round."""
        deadline, costs = time.monotonic() + _WARM_UP_SECONDS, list[float]()
        try:
            while len(costs) < effort.warm_up and time.monotonic() < deadline:
                costs.append(self._ask(FRESH, 1))
            self.requests = int(min(max(effort.budget / median(costs), _FEWEST), _MOST))
        except Wrong as wrong:
            self.wrong = str(wrong)

    def run(self, mode: str) -> None:
        """Measure one round."""
        if self.wrong:
            return
        try:
            try:
                seconds = self._ask(mode, self.requests)
            except Wrong:  # a class may have begun just now, and with it another version
                seconds = self._ask(mode, self.requests)
            self.seconds[mode].append(seconds)
        except Wrong as wrong:
            self.wrong = str(wrong)

    def _ask(self, mode: str, count: int) -> float:
        """The CPU seconds of one request; the answers are looked at afterwards."""
        path, headers = self.prepare()
        since = datetime.now(UTC)
        before = self.running.cpu_seconds()
        with _connections(self.running.port, mode) as connect:
            answers = [ask(connect(), path, headers) for _ in range(count)]
        seconds = (self.running.cpu_seconds() - before) / count
        self.look(answers, since)
        self.bytes_sent = len(answers[-1].sent)
        return seconds


def course_of_floor(running: Running) -> Course:
    """The floor's only answer."""

    def look(answers: list[Answer], _since: datetime) -> None:
        if any(answer.status != 200 or answer.sent != floor.BODY for answer in answers):
            raise Wrong("the floor is not what it was")

    return Course(FLOOR, running, lambda: ("/", {}), look)


def course_of_work(work: Work, running: Running, asker: Asker, cast: Cast) -> Course:
    """Requests of one kind to the product."""

    def look(answers: list[Answer], since: datetime) -> None:
        look_at(work, answers, right_rows(work, cast, since, datetime.now(UTC)))

    return Course(work.name, running, lambda: (work.path, asker.request(work)), look)


def run_rounds(courses: list[Course], effort: Effort, after_each: Callable[[], None]) -> None:
    """Warm all courses up, then run them in turn, over kept and over fresh connections."""
    for course in courses:
        course.warm_up(effort)
    for number in range(effort.rounds):
        for mode in (KEPT, FRESH):
            for course in courses:
                course.run(mode)
        after_each()
        print(f"round {number + 1} of {effort.rounds}", file=sys.stderr, flush=True)


def ratio(course: Course, reference: Course, mode: str = KEPT) -> float | None:
    """The median of how many times as much a request took as the reference's in the same round; None: not measured."""
    pairs = zip(course.seconds[mode], reference.seconds[mode], strict=False)
    ratios = [seconds / others for seconds, others in pairs]
    return median(ratios) if ratios and not course.wrong and not reference.wrong else None


@contextmanager
def _connections(port: int, mode: str) -> Iterator[Callable[[], HTTPConnection]]:
    """What gives a connection for each request: always the same one, or a fresh one."""
    with connected(port) as kept:

        def fresh() -> HTTPConnection:
            kept.close()  # it opens itself again with the next request
            return kept

        yield fresh if mode == FRESH else lambda: kept
