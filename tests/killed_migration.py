"""A process that migrates a database in children of its own and kills each at a given statement.

It reads a line with a number for each child: kill it before that statement, or before the commit if there are fewer.
It answers with a line for each: how the child ended, and before what.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any, NoReturn

from sqlalchemy import event

from webapp.database import Database
from webapp.migrations import upgrade


def main(url: str) -> None:
    """Until standard input ends, a child for each line."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _migrate_and_die(url, int(line))
        _, status = os.waitpid(child, 0)
        print(f"ended with {os.waitstatus_to_exitcode(status)}", flush=True)


def _migrate_and_die(url: str, before: int) -> NoReturn:
    database = Database(url)
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)
        if len(statements) == before:
            _die(before, statement)

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", lambda _connection: _die(len(statements), "COMMIT"))
    upgrade(database)
    os._exit(0)


def _die(number: int, statement: str) -> None:
    print(number, " ".join(statement.split()[:3]), end=": ", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
