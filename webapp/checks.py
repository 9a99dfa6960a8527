"""The checks of `encounters check`: data invariants and file modes, each finding in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, UniqueConstraint, except_, false, func, inspect, select, true
from sqlalchemy.orm import InstrumentedAttribute

from webapp.database import Database
from webapp.encounters.booked_users import find_wrongly_booked
from webapp.encounters.capacity import find_overfilled
from webapp.migrations import is_current
from webapp.models import ApiToken, Assignment, Base, Booking, Center, Encounter, SearchEntry, SignIn, User, UserType
from webapp.private_files import find_exposed, mode_open_to_others
from webapp.user_keys import derived_user_columns


def find_faults(database: Database) -> Iterator[str]:
    """What is wrong with the database, one line each; none if all is well. Raises DatabaseUnavailable."""
    if not is_current(database):
        yield "migrations: the database is not migrated to this version; run `encounters migrate`"
        return
    with database.reading() as connection:
        yield from _overfilled(connection)
        yield from _bookings_of_others(connection)
        yield from _dangling_references(connection)
        yield from _wrong_keys(connection)
        yield from _wrong_search_entries(connection)
        yield from _missing_unique_keys(connection)


def find_exposed_files(files: Iterable[Path]) -> Iterator[str]:
    """The existing `files` that others can read, one line each."""
    for _file, exposure in find_exposed(files):
        yield f"files: {exposure}; run `chmod 600` on it"


def find_open_folders(files: Iterable[Path]) -> Iterator[str]:
    """The folders of existing `files` that others can list or enter, one line each."""
    for folder in sorted({file.parent for file in files if file.exists()}):
        mode = mode_open_to_others(folder)
        if mode:
            yield f"the folder {folder} is open to others (mode {mode})"


def _overfilled(connection: Connection) -> Iterator[str]:
    bookings = select(Booking.encounter_id, Booking.mode).where(Booking.is_cancelled == false()).subquery("bookings")
    query = find_overfilled(bookings, cast(Table, Encounter.__table__))
    for row in connection.execute(query.order_by(query.selected_columns.encounter_id, query.selected_columns.mode)):
        yield f"encounters: {row.encounter_id} has {row.taken} bookings of mode {row.mode}, allowed: {row.places}"


def _bookings_of_others(connection: Connection) -> Iterator[str]:
    for booking_id, user_type in connection.execute(find_wrongly_booked().order_by(Booking.id)):
        yield f"bookings: {booking_id} belongs to a user of type {user_type}; allowed: Student"


def _dangling_references(connection: Connection) -> Iterator[str]:
    references: tuple[tuple[InstrumentedAttribute[object], InstrumentedAttribute[object]], ...] = (
        (Assignment.user_id, User.id),
        (Assignment.center_id, Center.id),
        (Encounter.center_id, Center.id),
        (Booking.encounter_id, Encounter.id),
        (Booking.student_id, User.id),
        (SignIn.user_id, User.id),
        (ApiToken.user_id, User.id),
    )
    for reference, key in references:
        missing: ColumnElement[bool] = key.is_(None)
        query = (
            select(func.count()).select_from(reference.class_).outerjoin(key.class_, key == reference).where(missing)
        )
        count = connection.execute(query).scalar_one()
        if count:
            column = f"{reference.class_.__tablename__}.{reference.key}"
            yield f"references: {count} values of {column} refer to nothing in {key.class_.__tablename__}"


def _wrong_keys(connection: Connection) -> Iterator[str]:
    names = (User.user_name, User.first_name, User.last_name, User.email, User.phone, User.student_code)
    keys = (User.user_name_key, User.email_key, User.phone_digits, User.search_key, User.sort_key)
    query = select(User.id, *names, *keys).order_by(User.id).execution_options(yield_per=1000)
    for row in connection.execute(query):
        named = {column.key: getattr(row, column.key) for column in names}
        for column, expected in derived_user_columns(**named).items():
            if getattr(row, column) != expected:
                yield f"users: {row.id} has a {column} that does not match its names; import its users.csv again"


def _wrong_search_entries(connection: Connection) -> Iterator[str]:
    found = (User.id, User.sort_key, User.search_key, User.phone_digits)
    students = select(Assignment.center_id, *found).join(User, User.id == Assignment.user_id)
    expected = students.where(User.active == true(), User.type == UserType.STUDENT)
    stored = select(
        SearchEntry.center_id,
        SearchEntry.user_id,
        SearchEntry.sort_key,
        SearchEntry.search_key,
        SearchEntry.phone_digits,
    )
    for words, entries in (
        ("is missing", except_(expected, stored)),
        ("should not be there", except_(stored, expected)),
    ):
        for center_id, user_id, *_ in sorted(connection.execute(entries)):
            yield f"search: the entry of {user_id} at center {center_id} {words}"


def _missing_unique_keys(connection: Connection) -> Iterator[str]:
    inspector = inspect(connection)
    for table in Base.metadata.sorted_tables:
        present = {index["name"] for index in inspector.get_indexes(table.name) if index["unique"]}
        present |= {constraint["name"] for constraint in inspector.get_unique_constraints(table.name)}
        wanted = {str(index.name) for index in table.indexes if index.unique}
        wanted |= {str(rule.name) for rule in table.constraints if isinstance(rule, UniqueConstraint)}
        for name in sorted(wanted - present):
            yield f"unique keys: {name} is missing"
