"""What `encounters check` verifies of a database, each finding in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, UniqueConstraint, false, func, inspect, select
from sqlalchemy.orm import InstrumentedAttribute

from webapp.database import Database
from webapp.encounters.capacity import find_overfilled
from webapp.migrations import is_current
from webapp.models import (
    ApiToken,
    Assignment,
    Base,
    Booking,
    Center,
    Encounter,
    SignIn,
    User,
    UserType,
    derived_user_columns,
)


def find_faults(database: Database) -> Iterator[str]:
    """What is wrong with the database, a line each; nothing if all is well. Raises DatabaseAway."""
    if not is_current(database):
        yield "migrations: the database is not migrated to this version; run `encounters migrate`"
        return
    with database.reading() as connection:
        yield from _overfilled(connection)
        yield from _bookings_of_others(connection)
        yield from _dangling_references(connection)
        yield from _wrong_keys(connection)
        yield from _missing_unique_keys(connection)


def _overfilled(connection: Connection) -> Iterator[str]:
    bookings = select(Booking.encounter_id, Booking.mode).where(Booking.is_cancelled == false()).subquery("bookings")
    query = find_overfilled(bookings, cast(Table, Encounter.__table__))
    for row in connection.execute(query.order_by(query.selected_columns.encounter_id, query.selected_columns.mode)):
        yield f"encounters: {row.encounter_id} has {row.taken} bookings of mode {row.mode}, allowed: {row.places}"


def _bookings_of_others(connection: Connection) -> Iterator[str]:
    query = (
        select(Booking.id, User.type)
        .join(User, User.id == Booking.student_id)
        .where(User.type != UserType.STUDENT, Booking.is_cancelled == false())
        .order_by(Booking.id)
    )
    for booking_id, kind in connection.execute(query):
        yield f"bookings: {booking_id} is of a {kind}; allowed: Student"


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
    called = (User.user_name, User.first_name, User.last_name, User.email, User.phone, User.student_code)
    keys = (User.user_name_key, User.email_key, User.phone_digits, User.search_key, User.sort_key)
    query = select(User.id, *called, *keys).order_by(User.id).execution_options(yield_per=1000)
    for row in connection.execute(query):
        names = {column.key: getattr(row, column.key) for column in called}
        for column, expected in derived_user_columns(**names).items():
            if getattr(row, column) != expected:
                yield f"users: {row.id} has a {column} that does not fit its names; import its users.csv again"


def _missing_unique_keys(connection: Connection) -> Iterator[str]:
    inspector = inspect(connection)
    for table in Base.metadata.sorted_tables:
        present = {index["name"] for index in inspector.get_indexes(table.name) if index["unique"]}
        present |= {constraint["name"] for constraint in inspector.get_unique_constraints(table.name)}
        wanted = {str(index.name) for index in table.indexes if index.unique}
        wanted |= {str(rule.name) for rule in table.constraints if isinstance(rule, UniqueConstraint)}
        for name in sorted(wanted - present):
            yield f"unique keys: {name} is missing"
