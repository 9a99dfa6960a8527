"""The progress of long work: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from typing import Final, TextIO

_WIDTH: Final = 30
_BAR_SECONDS, _LINE_SECONDS = 0.1, 5.0


class Progress:
    """Call it with what is being done and how much of it, from 0 to 1; `out` is where the words go."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._shown_at = time.monotonic()
        self._drawn = 0

    def __call__(self, what: str, share: float) -> None:
        now = time.monotonic()
        if now - self._shown_at < (_BAR_SECONDS if self._is_terminal else _LINE_SECONDS):
            return
        self._shown_at = now
        if self._is_terminal:
            done = round(_WIDTH * min(share, 1.0))
            self._draw(f"[{'█' * done}{'·' * (_WIDTH - done)}] {share:4.0%} {what}")
        else:
            print(f"{what}: {share:.0%}", file=self._out, flush=True)

    def say(self, words: str) -> None:
        """A whole line that stays."""
        self.clear()
        print(words, file=self._out, flush=True)

    def clear(self) -> None:
        """Take the bar away."""
        if self._drawn:
            self._draw("")
            print(end="\r", file=self._out, flush=True)
            self._drawn = 0

    def _draw(self, line: str) -> None:
        print(f"\r{line:<{self._drawn}}", end="", file=self._out, flush=True)
        self._drawn = max(self._drawn, len(line))
