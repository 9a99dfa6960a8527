"""What must hold after an import, across files and database: ids, references, and who has bookings."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Table, exists, func, select, union

from webapp.models import Booking, UserType
from webapp.transfer.files import BOOKINGS, ENCOUNTERS, FILES, USERS
from webapp.transfer.messages import Message
from webapp.transfer.problems import Problems
from webapp.transfer.stage import CHANGED, SAME, Stage


def check_ids(stage: Stage, problems: Problems) -> None:
    """Tell every id that a file has twice, and forget its later rows."""
    for file in FILES:
        changed, same = CHANGED[file.name], SAME[file.name]
        twice = [
            select(table.c.id).group_by(table.c.id).having(func.count() > 1)
            for table in (changed, same)
            if stage.is_repeating(table)
        ]
        both = select(changed.c.id).join(same, same.c.id == changed.c.id)
        for (row_id,) in stage.connection.execute(union(*twice, both)).all():
            lines = sorted(
                line
                for table in (changed, same)
                for line in stage.connection.execute(select(table.c.line).where(table.c.id == row_id)).scalars()
            )
            for line in lines[1:]:
                problems.add(
                    file.name, line, "id", Message.REPEATED_ID, str(row_id), {"first": lines[0]}, is_written=False
                )
            for table in (changed, same):
                stage.forget(table, row_id, but_line=lines[0])


def check_references(stage: Stage, problems: Problems) -> None:
    """Tell bookings of no class, of nobody, and of someone who is not a student."""
    booking, encounter = CHANGED[BOOKINGS.name], CHANGED[ENCOUNTERS.name]
    if ENCOUNTERS.name not in problems.broken:
        missing = (_lacks(encounter, booking.c.encounter_id), _lacks(ENCOUNTERS.table, booking.c.encounter_id))
        lines = select(booking.c.line, booking.c.encounter_id).where(*missing)
        for line, encounter_id in stage.connection.execute(lines):
            value = str(encounter_id)
            problems.add(BOOKINGS.name, line, "encounter_id", Message.UNKNOWN_ENCOUNTER, value, is_written=False)
    students = select(booking.c.student_id).distinct().subquery()  # few, and each is looked up once
    strange = select(students.c.student_id).where(_type_of(students.c.student_id) != UserType.STUDENT)
    of_strange = select(booking.c.line, booking.c.student_id, _type_of(booking.c.student_id))
    for line, student_id, found in stage.connection.execute(of_strange.where(booking.c.student_id.in_(strange))):
        place = (BOOKINGS.name, line, "student_id")
        if found:
            problems.add(*place, Message.NOT_A_STUDENT, str(student_id), {"type": found}, is_written=False)
        elif USERS.name not in problems.broken:
            problems.add(*place, Message.UNKNOWN_USER, str(student_id), is_written=False)


def check_types(stage: Stage, problems: Problems) -> None:
    """Tell students who are to be something else although the database has bookings of theirs."""
    user, booking = CHANGED[USERS.name], CHANGED[BOOKINGS.name]
    moved = exists().where(booking.c.id == Booking.id, booking.c.student_id != Booking.student_id)
    query = (
        select(user.c.line, user.c.type, func.count())
        .join(Booking, Booking.student_id == user.c.id)
        .where(user.c.type != UserType.STUDENT, ~moved)
        .group_by(user.c.line, user.c.type)
    )
    for line, kind, count in stage.connection.execute(query):
        problems.add(USERS.name, line, "type", Message.HAS_BOOKINGS, kind, {"count": count})


def _type_of(user_id: ColumnElement[UUID]) -> ColumnElement[str]:
    """The type of a user after the import; empty if there is none."""
    told, stored = (
        select(table.c.type).where(table.c.id == user_id).scalar_subquery()
        for table in (CHANGED[USERS.name], USERS.table)
    )
    return func.coalesce(told, stored, "")  # SQLite looks into the second table only where the first has nobody


def _lacks(table: Table, row_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    return ~exists().where(table.c.id == row_id)
