"""Rows of large files read in processes of their own, so that reading and comparing go on at the same time."""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, BinaryIO, Final

from webapp.transfer.problems import Problems
from webapp.transfer.resolving import Rows
from webapp.transfer.understanding import Told

_ROWS_AT_ONCE: Final = 2_000
_LENGTH_BYTES: Final = 8
_AHEAD_BYTES: Final = 1024 * 1024

OnProgress = Callable[[str, float], None]  # hears what is being done and how much of it, from 0 to 1
Reader = Generator[tuple[int, Told], None, None]
Reading = Callable[[Problems, OnProgress], Rows]

# A child that held the end from which its elder's rows are read would keep that one alive.
_receiving: Final[set[int]] = set()


def read_ahead(read: Reading, problems: Problems, progress: OnProgress) -> Reader:
    """The rows that `read` gives, from a child process; what it finds wrong and how far it is arrive with them.

    Raises OSError if the child cannot read on. It ends with this process, whatever ends this one.
    """
    receiving, sending = os.pipe()
    _widen(sending)
    child = os.fork()
    if child == 0:
        for descriptor in (receiving, *_receiving):
            os.close(descriptor)
        _run_child(read, problems.broken, sending)
    os.close(sending)
    _receiving.add(receiving)
    with os.fdopen(receiving, "rb") as messages:
        try:
            yield from _receive(messages, problems, progress)
        finally:
            _receiving.remove(receiving)
            messages.close()  # a child that still writes ends by it
            os.waitpid(child, 0)


def _widen(pipe: int) -> None:
    """Let a pipe hold some chunks, so that a child works on while its elders' rows are compared; Linux alone can."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl  # noqa: PLC0415  not everywhere

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _AHEAD_BYTES)


def _run_child(read: Reading, broken: set[str], sending: int) -> None:
    """Send chunks of rows, and leave without giving back anything that is the parent's."""
    try:
        with os.fdopen(sending, "wb") as out:
            _send_all(read, broken, out)
    finally:
        os._exit(0)


def _send_all(read: Reading, broken: set[str], out: BinaryIO) -> None:
    own = Problems()  # the parent's are in a file that only one process may use
    own.broken |= broken
    reached: list[tuple[str, float]] = []
    rows = read(own, lambda what, share: reached.append((what, share)))
    error: str | None = None
    while True:
        try:
            chunk = list(islice(rows, _ROWS_AT_ONCE))
        except OSError as failed:
            chunk, error = [], str(failed)
        _send(out, (chunk, reached[-1:], None))
        reached.clear()
        if len(chunk) < _ROWS_AT_ONCE:
            break
    found = own.raw()
    while some := list(islice(found, _ROWS_AT_ONCE)):
        _send(out, ([], [], some))
    _send(out, (sorted(own.broken), [], error or ""))


def _send(out: BinaryIO, message: Any) -> None:
    data = marshal.dumps(message)
    out.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
    out.flush()


def _receive(messages: BinaryIO, problems: Problems, progress: OnProgress) -> Rows:
    for content, reached, last in _messages(messages):
        for what, share in reached:
            progress(what, share)
        if isinstance(last, str):
            if last:
                raise OSError(last)
            problems.broken |= set(content)
            return
        for problem in last or ():
            problems.add_raw(problem)
        yield from content
    raise OSError("the process that read a file ended before the file did")


def _messages(stream: BinaryIO) -> Iterator[Any]:
    while length := stream.read(_LENGTH_BYTES):
        # Only what this program has sent itself a moment ago comes here.
        yield marshal.loads(stream.read(int.from_bytes(length, "big")))  # noqa: S302
