"""The demo: the fictional network of seed_data, shifted to the current week and imported."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from webapp.database import Database
from webapp.migrations import upgrade
from webapp.models import Center, User
from webapp.refusals import Refused
from webapp.settings import Settings, shipped_folder
from webapp.transfer import import_folder

PASSWORD: Final = "Lantern-Orchid-29-Quay"  # noqa: S105  public on purpose: the people are fictional
SIGN_INS: Final = (
    ("maria.rossi", "front desk of Milano Duomo, the busiest center"),
    ("aylin.demir", "staff of three centers in three time zones"),
    ("olga.marchetti", "staff of Italia Online only"),
    ("tomas.novak", "staff without a center: sees nobody"),
    ("ada.keller", "administrator: may see no classes"),
    ("pietro.galli", "prospect: may see no classes"),
    ("giulia.conti", "student of Milano Duomo; every status occurs"),
    ("lukasz.wojcik", "student; own seats conflict with other classes"),
    ("elena.riva", "student; the contract ends within the 28 days"),
    ("marco.deluca", "student; nothing to take, showing all says why"),
    ("sakura.tanaka", "student; a name that is not in Latin letters"),
    ("layla.haddad", "student of two centers in two territories and time zones"),
)


class DemoRefused(Refused):
    """The demo refuses to change this database; `str()` is the reason."""


def own_database_url(folder: Path) -> str:
    """The URL of the demo's own SQLite file in `folder`/instance."""
    return f"sqlite:///{folder / 'instance' / 'demo.sqlite3'}"


def prepare(settings: Settings, now: datetime) -> Iterator[str]:
    """Migrate the database and import the seed data; yields a report, line by line.

    All dates of the seed are shifted by the same number of weeks, so that its first week is that of `now` (in UTC).
    Raises DemoRefused in production and for a database with anyone else in it, DatabaseUnavailable, OSError.
    """
    if settings.production:
        raise DemoRefused("the demo is not for production: its passwords are published; unset ENCOUNTERS_ENV")
    seed = shipped_folder("seed_data")
    database = Database(settings.database_url)
    try:
        upgrade(database)
        with database.reading() as connection:
            _refuse_strangers(connection, seed)
        weeks = _weeks_since(_first_monday(seed / "encounters.csv"), now.astimezone(UTC).date())
        yield from import_folder(database, seed, weeks_later=weeks).lines()
    finally:
        database.dispose()


def _refuse_strangers(connection: Connection, seed: Path) -> None:
    for file, column, what in (("centers.csv", Center.id, "center"), ("users.csv", User.id, "user")):
        known = {UUID(row["id"]) for row in _rows(seed / file)}
        strangers = set(connection.execute(select(column)).scalars()) - known
        if strangers:
            raise DemoRefused(
                f"the database holds {len(strangers)} {what}(s) that do not belong to the demo, "
                f"such as {min(strangers)}; unset DATABASE_URL, or name an empty database"
            )


def _first_monday(encounters: Path) -> date:
    first = min(date.fromisoformat(row["starts_at"][:10]) for row in _rows(encounters))
    return first - timedelta(days=first.weekday())


def _weeks_since(monday: date, today: date) -> int:
    return (today - timedelta(days=today.weekday()) - monday).days // 7


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
