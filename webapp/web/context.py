"""This request's clock, and its reader and writer of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar, cast

from flask import Flask, current_app, g
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import Conflict

from webapp.accounts.sign_ins import SignInLimits
from webapp.database import LOCK_WAIT_MILLISECONDS, Database, is_conflict
from webapp.encounters import Limits
from webapp.settings import Settings

_KEY = "encounters"
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class AppContext:
    """What every request needs of the application; `clock` returns the time in UTC."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]

    @property
    def limits(self) -> Limits:
        """How far ahead classes are offered."""
        return Limits(self.settings.units_ahead, self.settings.horizon_days, self.settings.lead_minutes)

    @property
    def sign_in_limits(self) -> SignInLimits:
        """When sign-ins end."""
        return SignInLimits(timedelta(minutes=self.settings.idle_minutes), timedelta(hours=self.settings.session_hours))


def init_app(app: Flask, app_context: AppContext) -> None:
    """Give each request what it needs, and close its connection when it ends."""
    app.extensions[_KEY] = app_context
    app.teardown_request(lambda _error: release_reader())


def app_context() -> AppContext:
    """The settings, database and clock of the application that serves this request."""
    return cast(AppContext, current_app.extensions[_KEY])


def now() -> datetime:
    """The moment of this request, in UTC; the same at every call."""
    if "now" not in g:
        g.now = app_context().clock()
    return cast(datetime, g.now)


def connection() -> Connection:
    """The connection to read from: within `writer` the writer's, else the request's reader, opened at the first call.

    A reader sees one snapshot. Raises DatabaseUnavailable.
    """
    if "writer" in g:
        return cast(Connection, g.writer)
    if "reader" not in g:
        stack = ExitStack()
        g.reader = stack.enter_context(app_context().database.reading())
        g.reader_stack = stack
    return cast(Connection, g.reader)


@contextmanager
def writer(wait_milliseconds: int = LOCK_WAIT_MILLISECONDS) -> Iterator[Connection]:
    """A unit of work that writes, in place of the request's reader; committed at the end, rolled back on any error.

    It starts as a writer, waiting at most `wait_milliseconds` for another one. Read within it whatever the write
    depends on: what the reader saw may have changed. Raises Conflict (409) for a row whose key is taken or that
    refers to none, and DatabaseUnavailable; errors.py answers those (503), and what the domain refuses (422).
    """
    release_reader()
    try:
        with app_context().database.writing(wait_milliseconds) as unit_of_work:
            g.writer = unit_of_work
            try:
                yield unit_of_work
            finally:
                del g.writer
    except IntegrityError as error:
        if not is_conflict(error):
            raise
        raise Conflict from error


def run_with_database(
    work: Callable[Concatenate[Database, Parameters], Result],
    *arguments: Parameters.args,
    **named: Parameters.kwargs,
) -> Result:
    """What `work` returns; it gets the database and opens units of work of its own, in place of the reader."""
    release_reader()
    return work(app_context().database, *arguments, **named)


def release_reader() -> None:
    """Return the reader's connection to the pool: a thread has only one. The next `connection()` sees a new snapshot.

    Raises RuntimeError within `writer`.
    """
    if "writer" in g:
        raise RuntimeError("this request is writing already: use that unit of work")
    g.pop("reader", None)
    stack = g.pop("reader_stack", None)
    if stack is not None:
        stack.close()
