"""The engine and units of work, which behave alike on SQLite and PostgreSQL.

The column types, the student search, the migrations and the import have parts of their own for each of the two.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from webapp.private_files import make_private_file, make_private_folder

LOCK_WAIT_MILLISECONDS: Final = 10_000
SHORT_LOCK_WAIT_MILLISECONDS: Final = 250
_STATEMENT_MILLISECONDS: Final = 15_000
_IDLE_MILLISECONDS: Final = 30_000
_POOL_SECONDS: Final = 3
_SCHEMA_LOCK_MILLISECONDS: Final = 3_000
_SQLITE_SCHEMA_LOCK_MILLISECONDS: Final = 60_000
_SCHEMA_TRIES: Final = 10
_SCHEMA_PAUSE_SECONDS: Final = 1
_BUSY_SQLSTATES: Final = frozenset({"55P03", "40P01"})  # lock_not_available, deadlock_detected
_CONFLICT_SQLSTATES: Final = frozenset({"23503", "23505"})  # foreign_key_violation, unique_violation
_CONFLICT_CODES: Final = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY,
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        sqlite3.SQLITE_CONSTRAINT_ROWID,
        sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    }
)
Result = TypeVar("Result")

# The driver searches an adapter for each value that is not a plain number or text, and finding none is the slowest
# case: with these two, the rows of an import are bound in two thirds of the time.
sqlite3.register_adapter(bytes, memoryview)
sqlite3.register_adapter(bool, int)


class DatabaseUnavailable(Exception):
    """The database cannot be reached, or is too busy to start; nothing was written."""


class DatabaseBusy(DatabaseUnavailable):
    """Another transaction held a lock for too long; a retry may succeed."""


class Database:
    """One database and its connection pool."""

    def __init__(self, url: str, *, web_threads: int | None = None) -> None:
        """Prepare the pool for a SQLAlchemy `url`; connects to nothing yet.

        `web_threads` is for a web server: one connection for each of its threads, and time limits on PostgreSQL.
        """
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.url: URL = parsed
        pool = {"pool_size": web_threads, "max_overflow": 0, "pool_timeout": _POOL_SECONDS} if web_threads else {}
        # The values of a failed statement would end up in logs, and they are names of people.
        self.engine = create_engine(
            parsed, hide_parameters=True, **pool, **self._options(for_web=web_threads is not None)
        )
        event.listen(self.engine, "handle_error", _translate_error, retval=True)
        if self.is_sqlite:
            event.listen(self.engine, "do_connect", self._make_file)
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only unit of work; all its queries see one snapshot. Raises DatabaseUnavailable."""
        connection = self._connect()
        try:
            if not self.is_sqlite:  # on SQLite every transaction is a snapshot
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection
            if not (self.is_sqlite or connection.invalidated):
                with suppress(DatabaseUnavailable):  # after a rollback psycopg would prepare all statements again
                    connection.commit()
        finally:
            with suppress(DatabaseUnavailable):  # the caller has its rows, even if the connection broke since
                connection.close()

    @contextmanager
    def writing(self, wait_milliseconds: int = LOCK_WAIT_MILLISECONDS) -> Iterator[Connection]:
        """A unit of work that writes: committed at the end, rolled back on any error. Raises DatabaseUnavailable.

        It takes the write lock (SQLite) or sets `lock_timeout` (PostgreSQL) at the start, and waits at most
        `wait_milliseconds` for a lock.
        """
        with self._connect() as connection, self.within(connection, wait_milliseconds):
            yield connection

    @contextmanager
    def within(self, connection: Connection, wait_milliseconds: int | None = None) -> Iterator[None]:
        """A unit of work on an open connection; one that writes if `wait_milliseconds` is given, as in `writing`."""
        connection.execution_options(encounters_writes=wait_milliseconds)
        with connection.begin():
            if wait_milliseconds is not None and not self.is_sqlite:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait_milliseconds)}")
            yield

    @contextmanager
    def dedicated_connection(self) -> Iterator[Connection]:
        """A connection outside the pool, closed at the end, for session settings and temporary tables.

        Raises DatabaseUnavailable.
        """
        with self._connect() as connection:
            connection.detach()
            yield connection

    def change_schema(
        self,
        change: Callable[[Connection], Result],
        *,
        wait_milliseconds: int = _SCHEMA_LOCK_MILLISECONDS,
        tries: int = _SCHEMA_TRIES,
    ) -> Result:
        """Run `change` in its own unit of work, one at a time among all processes, and return its result.

        On PostgreSQL, queries queue behind a statement that waits for a table lock. So it waits `wait_milliseconds`
        at most, rolls back and starts again after a pause, `tries` times. Raises DatabaseUnavailable.
        """
        while True:
            try:
                with self._changing_schema(wait_milliseconds) as connection:
                    return change(connection)
            except DatabaseBusy as busy:
                tries -= 1
                if not tries:
                    raise DatabaseUnavailable("the tables stay busy; nothing was changed, try again later") from busy
            time.sleep(_SCHEMA_PAUSE_SECONDS)

    def one_at_a_time(self, connection: Connection, key: bytes) -> None:
        """Take an exclusive lock on `key` until this unit of work, which must write, ends."""
        if not self.is_sqlite:  # SQLite has only one writer
            number = int.from_bytes(sha256(key).digest()[:8], "big", signed=True)
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({number})")

    @property
    def files(self) -> tuple[Path, ...]:
        """The paths of the SQLite file and those that SQLite puts beside it; none for PostgreSQL."""
        name = self.url.database
        if not self.is_sqlite or not name or name.startswith("file:"):
            return ()
        main = Path(name).resolve()
        return (main, *(main.with_name(f"{main.name}-{suffix}") for suffix in ("wal", "shm", "journal")))

    def make_folder(self) -> None:
        """Make the folder of an SQLite file with mode 0700, unless it exists. Raises OSError."""
        if self.files:
            make_private_folder(self.files[0].parent)

    def dispose(self) -> None:
        """Close all connections of the pool."""
        self.engine.dispose()

    @contextmanager
    def _changing_schema(self, wait_milliseconds: int) -> Iterator[Connection]:
        with self._connect() as connection:
            connection = connection.execution_options(encounters_writes=_SQLITE_SCHEMA_LOCK_MILLISECONDS)  # noqa: PLW2901
            if self.is_sqlite:
                # Rebuilding a parent table would delete its children by cascade. The pragma is ignored inside a
                # transaction, so it is set on the driver's connection before one starts.
                connection.connection.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    self.one_at_a_time(connection, b"encounters migrations")
                    if not self.is_sqlite:
                        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait_milliseconds)}")
                    yield connection
                    if self.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise RuntimeError("a migration left rows that refer to nothing")
            finally:
                if self.is_sqlite:
                    connection.connection.execute("PRAGMA foreign_keys=ON")

    def _connect(self) -> Connection:
        try:
            return self.engine.connect()
        except PoolTimeout as error:
            raise DatabaseUnavailable("all connections are in use") from error

    def _make_file(self, *_connecting: Any) -> None:
        # SQLite would make it with the umask's mode; the files that it puts beside it get the mode of this one.
        if self.files:
            make_private_file(self.files[0])

    def _options(self, *, for_web: bool) -> dict[str, Any]:
        if self.is_sqlite:
            return {"connect_args": {"isolation_level": None, "check_same_thread": False}}
        settings = {"timezone": "UTC"}
        if for_web:  # migrations and imports may take longer
            settings["statement_timeout"] = str(_STATEMENT_MILLISECONDS)
            settings["idle_in_transaction_session_timeout"] = str(_IDLE_MILLISECONDS)
        return {
            "pool_pre_ping": True,
            "connect_args": {
                "application_name": f"encounters {'web' if for_web else 'terminal'}",
                "connect_timeout": 5,
                "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            },
        }


def is_conflict(error: IntegrityError) -> bool:
    """Whether a write met what others wrote: a row with the same key, or none where it refers to one.

    False for a value that breaks a rule of its column (CHECK, NOT NULL).
    """
    driver = error.orig
    is_known_code = getattr(driver, "sqlite_errorcode", None) in _CONFLICT_CODES
    return is_known_code or getattr(driver, "sqlstate", None) in _CONFLICT_SQLSTATES


def _translate_error(context: ExceptionContext) -> DatabaseUnavailable | None:
    """The error to raise in place of the driver's; None keeps that one."""
    error, driver = context.sqlalchemy_exception, context.original_exception
    if context.is_pre_ping:  # the pool replaces a dead connection itself
        return None
    if getattr(driver, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:  # a mistake in SQL
        return None
    if context.is_disconnect or isinstance(error, OperationalError | InterfaceError):
        is_busy = getattr(driver, "sqlstate", None) in _BUSY_SQLSTATES
        return (DatabaseBusy if is_busy else DatabaseUnavailable)(str(driver))
    return None


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.execute(f"PRAGMA busy_timeout={LOCK_WAIT_MILLISECONDS}")
    _enable_write_ahead_log(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _enable_write_ahead_log(connection: sqlite3.Connection) -> None:
    # When several connections do this to a new file at once, SQLite ignores busy_timeout and refuses some.
    deadline = time.monotonic() + LOCK_WAIT_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    # The driver starts no transaction (isolation_level=None). A deferred BEGIN that becomes a writer later fails at
    # once with "database is locked", so a unit of work that writes takes the lock at its start.
    wait = connection.get_execution_options().get("encounters_writes")
    if wait is None:
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(wait)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
