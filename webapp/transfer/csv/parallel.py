"""Rows of large files parsed in child processes, so that parsing and merging go on at the same time."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from signal import SIG_IGN, SIGINT, signal
from typing import Any, Final

from webapp.transfer.problems import Problems

_ROWS_AT_ONCE: Final = 2_000
_PIPE_BYTES: Final = 1024 * 1024

OnProgress = Callable[[str, float], None]  # what is being done and how much of it, from 0 to 1
Rows = Iterator[tuple[int, Any]]  # with their lines
Parse = Callable[[Problems, OnProgress], Rows]


def parse_in_child(
    parse: Parse, row: type[Any], problems: Problems, progress: OnProgress
) -> Generator[tuple[int, Any], None, None]:
    """The rows that `parse` gives, all of type `row`, from a child process; problems and progress arrive with them.

    Raises OSError if the child cannot read on. It ends with this process, whatever ends this one.
    """
    receiver, sender = get_context("fork").Pipe(duplex=False)
    _widen(sender)
    child = get_context("fork").Process(target=_send_all, args=(parse, problems.broken, receiver, sender), daemon=True)
    child.start()
    sender.close()
    make = partial(tuple.__new__, row)
    try:
        for rows, reached, found, broken in _receive(receiver):
            problems.broken.update(broken)
            for what, share in reached:
                progress(what, share)
            for problem in found:
                problems.add_raw(problem)
            for line, values in rows:
                yield line, make(values)
    finally:
        child.terminate()
        child.join()
        receiver.close()


def _receive(receiver: Connection) -> Iterator[Any]:
    while True:
        try:
            # Only what this program has sent itself a moment ago comes here.
            message = marshal.loads(receiver.recv_bytes())  # noqa: S302
        except EOFError:
            raise OSError("the process that read a file ended before the file did") from None
        if isinstance(message, str):
            if message:
                raise OSError(message)
            return
        yield message


def _widen(pipe: Connection) -> None:
    """Let a pipe hold some chunks, so that a child works on while other rows are merged; Linux alone can."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl  # noqa: PLC0415  not everywhere

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _send_all(parse: Parse, broken: set[str], receiver: Connection, sender: Connection) -> None:
    signal(SIGINT, SIG_IGN)  # the parent is interrupted too, and ends this process
    receiver.close()  # or this process would not notice that its parent has ended
    with suppress(BrokenPipeError):
        for message in _messages(parse, broken):
            sender.send_bytes(marshal.dumps(message))


def _messages(parse: Parse, broken: set[str]) -> Iterator[Any]:
    """Rows, progress, problems and broken files, again and again; at the end why there are no more, or nothing."""
    problems = Problems()  # the parent's are in a file that only one process may use
    problems.broken |= broken
    reached: list[tuple[str, float]] = []
    rows = parse(problems, lambda what, share: reached.append((what, share)))
    error = ""
    try:
        while chunk := [(line, tuple(row)) for line, row in islice(rows, _ROWS_AT_ONCE)]:
            yield chunk, reached[-1:], [], []
            reached.clear()
    except OSError as failed:
        error = str(failed)
    found = problems.raw()
    while some := list(islice(found, _ROWS_AT_ONCE)):
        yield [], [], some, []
    yield [], [], [], sorted(problems.broken)
    yield error
