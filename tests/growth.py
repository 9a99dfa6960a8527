"""How the time of a function of text grows with the length of hostile text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import thread_time
from typing import Final

SMALLEST, LARGEST = 1024, 64 * 1024
MOST_GROWTH: Final = 3.0  # for each doubling: linear is 2, quadratic 4
_FLOOR_SECONDS: Final = 0.002
_TRIES: Final = 3
_STEEPEST: Final = 5
# Exponential growth would never come to an end at a kilobyte: it shows on the way there, in steps this small.
_FIRST_STEPS: Final = (*range(8, 64, 4), *(int(64 * 1.25**power) for power in range(13)))
_MOST_SECONDS_OF_FIRST_STEPS: Final = 0.05
_LENGTH_OF_SCREENING: Final = 2048


@dataclass(frozen=True, slots=True)
class Hostile:
    """A text of any length: a piece repeated between a head and a tail."""

    head: str
    piece: str
    tail: str

    def of(self, length: int) -> str:
        """About so many characters of it."""
        return self.head + self.piece * (length // len(self.piece)) + self.tail


def find_growth(run: Callable[[str], object], texts: Iterable[Hostile]) -> str | None:
    """How `run` takes more than three times as long for twice a hostile text, from 1 to 64 KB; None if it never does.

    All `texts` are tried up to 2 KB, and the five that take longest beyond.
    """
    screened = []
    for text in texts:
        slow = _find_slow_beginning(run, text)
        if slow:
            return slow
        seconds = _seconds(run, text.of(_LENGTH_OF_SCREENING), 1)
        steep = _find_steep_doubling(run, text) if seconds > _FLOOR_SECONDS else None
        if steep:
            return steep
        screened.append((seconds, text))
    screened.sort(key=lambda timed: timed[0], reverse=True)
    found = (_find_steep_doubling(run, text) for _, text in screened[:_STEEPEST])
    return next((words for words in found if words), None)


def _find_slow_beginning(run: Callable[[str], object], text: Hostile) -> str | None:
    for length in _FIRST_STEPS:
        for _ in range(_TRIES):
            seconds = _seconds(run, text.of(length), 1)
            if seconds <= _MOST_SECONDS_OF_FIRST_STEPS:
                break
        else:
            return f"{text} takes {seconds:.4f} s at {length} characters"
    return None


def _find_steep_doubling(run: Callable[[str], object], text: Hostile) -> str | None:
    length, before = SMALLEST, _seconds(run, text.of(SMALLEST))
    while length < LARGEST:
        after, tries = _seconds(run, text.of(2 * length)), _TRIES
        while after > MOST_GROWTH * max(before, _FLOOR_SECONDS):
            tries -= 1
            if not tries:
                return f"{text} takes {before:.4f} s at {length} characters and {after:.4f} s at twice as many"
            before, after = _seconds(run, text.of(length)), _seconds(run, text.of(2 * length))
        length, before = 2 * length, after
    return None


def _seconds(run: Callable[[str], object], text: str, tries: int = 5) -> float:
    """The best of so many tries, in time of this thread: others on the machine do not count."""
    taken = []
    for _ in range(tries):
        started = thread_time()
        run(text)
        taken.append(thread_time() - started)
    return min(taken)
