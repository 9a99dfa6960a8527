"""References of bookings, and the types of the users who have them, checked on the state after an import."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select

from webapp.encounters.booked_users import may_have_bookings
from webapp.models import Booking
from webapp.transfer.files import BOOKINGS, ENCOUNTERS, USERS
from webapp.transfer.messages import Message
from webapp.transfer.problems import Problems
from webapp.transfer.staging.stage import Stage
from webapp.transfer.staging.tables import CHANGED


def check_references(stage: Stage, problems: Problems) -> None:
    """Report bookings that refer to no class, to no user, or to a user of another type than Student."""
    booking = CHANGED[BOOKINGS]
    if ENCOUNTERS.name not in problems.broken:
        tables = (CHANGED[ENCOUNTERS], ENCOUNTERS.table)
        missing = (~exists().where(table.c.id == booking.c.encounter_id) for table in tables)
        for line, found in stage.connection.execute(select(booking.c.line, booking.c.encounter_id).where(*missing)):
            place = (BOOKINGS.name, line, "encounter_id")
            problems.add(*place, Message.UNKNOWN_ENCOUNTER, str(found), is_verbatim=False)
    students = select(booking.c.student_id).distinct().subquery()  # few, and each is looked up once
    others = select(students.c.student_id).where(~may_have_bookings(_type_after(students.c.student_id)))
    of_others = select(booking.c.line, booking.c.student_id, _type_after(booking.c.student_id))
    for line, student_id, found in stage.connection.execute(of_others.where(booking.c.student_id.in_(others))):
        place = (BOOKINGS.name, line, "student_id")
        if found:
            problems.add(*place, Message.NOT_A_STUDENT, str(student_id), {"type": found}, is_verbatim=False)
        elif USERS.name not in problems.broken:
            problems.add(*place, Message.UNKNOWN_USER, str(student_id), is_verbatim=False)


def check_types(stage: Stage, problems: Problems) -> None:
    """Report students who are to be something else although the database has bookings of theirs."""
    user, booking = CHANGED[USERS], CHANGED[BOOKINGS]
    moved = exists().where(booking.c.id == Booking.id, booking.c.student_id != Booking.student_id)
    query = (
        select(user.c.line, user.c.type, func.count())
        .join(Booking, Booking.student_id == user.c.id)
        .where(~may_have_bookings(user.c.type), ~moved)
        .group_by(user.c.line, user.c.type)
    )
    for line, found, count in stage.connection.execute(query):
        problems.add(USERS.name, line, "type", Message.HAS_BOOKINGS, found, {"count": count})


def _type_after(user_id: ColumnElement[UUID]) -> ColumnElement[str]:
    """The type of a user after the import; empty if there is none."""
    changed, stored = (
        select(table.c.type).where(table.c.id == user_id).scalar_subquery() for table in (CHANGED[USERS], USERS.table)
    )
    return func.coalesce(changed, stored, "")  # SQLite looks into the second table only where the first has nobody
