"""Stored sign-ins: begun with a password, ended for good, and limited when they fail."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, or_, select, true, update

from webapp.accounts.passwords import verify_password
from webapp.database import SHORT_LOCK_WAIT_MILLISECONDS, Database, DatabaseUnavailable
from webapp.models import Assignment, SignIn, SignInFailure, User
from webapp.text import LONGEST_TEXT, digest, forbidden_character, full_name, name_key

MOST_FAILURES: Final = 10
FAILURE_WINDOW: Final = timedelta(minutes=15)
LONGEST_ACTIVITY_STEP: Final = timedelta(minutes=1)


class SignInRefused(Exception):
    """A sign-in that did not succeed; the same for every cause."""


class SignInLimited(Exception):
    """Too many failed sign-ins for this name; `seconds` until the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many failed sign-ins; try again in {seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """When a sign-in ends: after so long without activity, and after so long in any case."""

    idle: timedelta
    absolute: timedelta

    @property
    def activity_step(self) -> timedelta:
        """How long written activity stands before it is written again: a tenth of `idle`, a minute at most."""
        return min(self.idle / 10, LONGEST_ACTIVITY_STEP)


@dataclass(frozen=True, slots=True)
class Account:
    """The active user that a sign-in or an API token belongs to, and the number of their centers."""

    id: UUID
    type: str
    user_name: str
    first_name: str
    last_name: str | None
    center_count: int

    @property
    def full_name(self) -> str:
        """First and last name, with one space between them."""
        return full_name(self.first_name, self.last_name)


@dataclass(frozen=True, slots=True)
class LiveSignIn:
    """A sign-in that has not ended, with its user; `rewrite_at`: from when on activity is written again, in UTC."""

    account: Account
    token: str
    rewrite_at: datetime


_CENTER_COUNT: Final = select(func.count()).where(Assignment.user_id == User.id).correlate(User).scalar_subquery()
ACCOUNT_COLUMNS: Final = (
    User.id,
    User.type,
    User.user_name,
    User.first_name,
    User.last_name,
    _CENTER_COUNT.label("center_count"),
)


def account_of(row: Row[*tuple[Any, ...]]) -> Account:
    """The account in a row that has ACCOUNT_COLUMNS, among any others."""
    return Account(**{column.key: getattr(row, column.key) for column in ACCOUNT_COLUMNS})


def sign_in(database: Database, name: str, password: str, limits: SignInLimits, now: datetime) -> LiveSignIn:
    """Begin a sign-in for a user name, or an e-mail that exactly one active user has.

    Raises SignInRefused for a wrong name or password and for a deactivated user, SignInLimited after 10 failures
    for this name within 15 minutes, DatabaseUnavailable. A name of over 200 characters, or with a
    forbidden character, matches no user and is refused after the same work.
    """
    # Folding takes time that grows with the square of the length: what is too long is counted as it was typed.
    can_be_one = len(name) <= LONGEST_TEXT and not forbidden_character(name.strip())
    key = name_key(name.strip()) if can_be_one else ""
    attempt = _count_as_failed(database, digest(key if can_be_one else name), now)
    with database.reading() as connection:
        user = _find_by_name(connection, key)
    if not verify_password(password, user.password_hash if user else None) or user is None:
        raise SignInRefused
    token = secrets.token_urlsafe(32)
    with database.writing() as connection:
        connection.execute(delete(SignInFailure).where(SignInFailure.id == attempt))
        connection.execute(delete(SignIn).where(SignIn.created_at <= now - limits.absolute))
        connection.execute(
            insert(SignIn).values(
                token_hash=digest(token),
                user_id=user.id,
                generation=user.sign_in_generation,
                created_at=now,
                active_at=now,
            )
        )
    return LiveSignIn(account_of(user), token, now + limits.activity_step)


def find_sign_in(connection: Connection, token: str, limits: SignInLimits, now: datetime) -> LiveSignIn | None:
    """The sign-in of `token` with its user, read afresh, or None if it has ended; one query."""
    values = {
        "token_hash": digest(token),
        "active_after": now - limits.idle,
        "created_after": now - limits.absolute,
    }
    row = connection.execute(_live_sign_in(), values).one_or_none()
    return None if row is None else LiveSignIn(account_of(row), token, row.active_at + limits.activity_step)


@cache
def _live_sign_in() -> Select[*tuple[Any, ...]]:
    return (
        select(SignIn.active_at, *ACCOUNT_COLUMNS)
        .join(User, User.id == SignIn.user_id)
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.generation == User.sign_in_generation,
            SignIn.active_at > bindparam("active_after"),
            SignIn.created_at > bindparam("created_after"),
            User.active == true(),
        )
    )


def note_activity(database: Database, sign_in: LiveSignIn, now: datetime) -> None:
    """Remember that the person was active, if it is time to; skipped when the database is busy."""
    if now < sign_in.rewrite_at:
        return
    try:
        with database.writing(SHORT_LOCK_WAIT_MILLISECONDS) as connection:
            connection.execute(update(SignIn).where(SignIn.token_hash == digest(sign_in.token)).values(active_at=now))
    except DatabaseUnavailable:
        return


def sign_out(database: Database, token: str) -> None:
    """End the sign-in of `token` for good. Raises DatabaseUnavailable."""
    with database.writing() as connection:
        connection.execute(delete(SignIn).where(SignIn.token_hash == digest(token)))


def end_sign_ins(connection: Connection, user_id: UUID) -> None:
    """End all sign-ins of a user, also those that are beginning now: their generation is over."""
    connection.execute(update(User).where(User.id == user_id).values(sign_in_generation=User.sign_in_generation + 1))
    connection.execute(delete(SignIn).where(SignIn.user_id == user_id))


def _count_as_failed(database: Database, name_digest: bytes, now: datetime) -> UUID:
    """Count an attempt before it is looked at, so that attempts made at once cannot pass the limit together."""
    attempt = uuid4()
    with database.writing() as connection:
        database.one_at_a_time(connection, name_digest)
        connection.execute(delete(SignInFailure).where(SignInFailure.failed_at <= now - FAILURE_WINDOW))
        recent = (
            select(SignInFailure.failed_at)
            .where(SignInFailure.name_digest == name_digest)
            .order_by(SignInFailure.failed_at.desc())
            .limit(MOST_FAILURES)
        )
        failures = connection.execute(recent).scalars().all()
        if len(failures) == MOST_FAILURES:
            raise SignInLimited(max(int((failures[-1] + FAILURE_WINDOW - now).total_seconds()), 1))
        connection.execute(insert(SignInFailure).values(id=attempt, name_digest=name_digest, failed_at=now))
    return attempt


def _find_by_name(connection: Connection, key: str) -> Row[*tuple[Any, ...]] | None:
    """The active user with this user name; else the one with this e-mail, if there is exactly one."""
    query = (
        select(*ACCOUNT_COLUMNS, User.user_name_key, User.password_hash, User.sign_in_generation)
        .where(or_(User.user_name_key == key, User.email_key == key), User.active == true())
        .order_by(User.user_name_key != key)
        .limit(2)  # the user name comes first; without one, a second row shows that the e-mail is shared
    )
    rows = connection.execute(query).all()
    by_name = [row for row in rows if row.user_name_key == key]
    if by_name or len(rows) == 1:
        return (by_name or rows)[0]
    return None
