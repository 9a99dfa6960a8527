"""The exit codes of the command."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
REFUSED: Final = 1  # also: `check` has found faults
OUTPUT_CLOSED: Final = 128 + 13  # as a shell reports a command that SIGPIPE ended
