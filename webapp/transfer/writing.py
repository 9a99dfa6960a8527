"""Write: staged rows into the tables of the database, in an order that breaks no constraint on the way."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    and_,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from webapp.models import SignIn
from webapp.transfer.files import ASSIGNMENTS, BOOKINGS, CENTERS, ENCOUNTERS, USERS, File
from webapp.transfer.staging.bulk_load import move_in
from webapp.transfer.staging.stage import Stage
from webapp.transfer.staging.tables import ADDED, CHANGED, REMOVED, field_bits

# Placeholders begin with a character that no imported value can hold, so they never equal one.
_NEUTRAL: Final = {"reference_id": "\n", "user_name_key": "/"}


def write_changes(stage: Stage) -> None:
    """Write all that is on the stage, within a unit of work that writes. References hold: they were checked.

    Changed users are written last, so that a sign-in of one of them waits as briefly as possible.
    """
    _make_room(stage, CENTERS, {"reference_id": _neutral(CENTERS, "reference_id")})
    _insert(stage, CENTERS)
    _update(stage, CENTERS)
    _insert(stage, USERS)
    _insert(stage, ENCOUNTERS)
    _update(stage, ENCOUNTERS)
    _write_bookings(stage)
    _assign(stage)
    _end_sign_ins(stage)
    _make_room(stage, USERS, {"user_name_key": _neutral(USERS, "user_name_key"), "student_code": None})
    _update(stage, USERS)
    _name_new_users(stage)


def _insert(stage: Stage, file: File) -> None:
    """Insert new rows. A user whose name or code still belongs to another gets it later, in _name_new_users."""
    if file in stage.twins:
        move_in(stage.connection, file, stage.twins[file])
        return
    changed = CHANGED[file]
    values = {name: stage.final(file, name) for name in file.stored}
    if file is USERS and _is_anybody_renamed(stage):
        taken = _is_taken(changed, "user_name_key")
        values["user_name_key"] = case((taken, _neutral(USERS, "user_name_key")), else_=values["user_name_key"])
        values["student_code"] = case((_is_taken(changed, "student_code"), None), else_=values["student_code"])
    rows = select(*values.values()).where(changed.c.is_new == true())
    rows = rows.order_by(*(changed.c[name] for name in file.order))
    stage.connection.execute(insert(file.model).from_select(list(values), rows))


def _update(stage: Stage, file: File, *which: ColumnElement[bool]) -> None:
    """Write changed rows. Keys are set only where they change: setting an equal value updates the index too."""
    changed, table = CHANGED[file], file.table
    values = {name: stage.final(file, name) for name in file.stored if name != "id"}
    if file is USERS:
        values["password_hash"] = func.coalesce(table.c.password_hash, values["password_hash"])
    same_keys = {name: value for name, value in values.items() if name not in file.keys}
    for condition, written in ((~_moves(file), same_keys), (_moves(file), values)):
        rows = (table.c.id == changed.c.id, changed.c.is_new == false(), condition, *which)
        stage.connection.execute(update(table).values(written).where(*rows))


def _make_room(stage: Stage, file: File, values: dict[str, Any], *which: ColumnElement[bool]) -> None:
    """Give rows that change a key a placeholder first: two that exchange a key would break its uniqueness."""
    changed, table = CHANGED[file], file.table
    moving = (table.c.id == changed.c.id, _moves(file), *which)
    stage.connection.execute(update(table).values(values).where(*moving))


def _name_new_users(stage: Stage) -> None:
    """Set the name and code of new users that belonged to another when they were inserted."""
    if not _is_anybody_renamed(stage):
        return
    changed, table = CHANGED[USERS], USERS.table
    waiting = or_(
        table.c.user_name_key != changed.c.user_name_key, table.c.student_code.is_distinct_from(changed.c.student_code)
    )
    values = {name: changed.c[name] for name in ("user_name_key", "student_code")}
    new_rows = (table.c.id == changed.c.id, changed.c.is_new == true())
    stage.connection.execute(update(table).values(values).where(*new_rows, waiting))


def _is_anybody_renamed(stage: Stage) -> bool:
    """Whether a stored user gives up a name or code, which a new user may get."""
    return stage.connection.execute(select(CHANGED[USERS].c.id).where(_moves(USERS)).limit(1)).first() is not None


def _moves(file: File) -> ColumnElement[bool]:
    """Whether a key of a changed row differs."""
    return CHANGED[file].c.differs.bitwise_and(field_bits(file, file.keys)) != 0


def _write_bookings(stage: Stage) -> None:
    """Free places first: a student has at most one booking of a class that is not cancelled."""
    is_cancelled = CHANGED[BOOKINGS].c.is_cancelled
    _update(stage, BOOKINGS, is_cancelled == true())
    _make_room(stage, BOOKINGS, {"is_cancelled": True}, is_cancelled == false())
    _insert(stage, BOOKINGS)
    _update(stage, BOOKINGS, is_cancelled == false())


def _assign(stage: Stage) -> None:
    table = ASSIGNMENTS
    removed = exists().where(REMOVED.c.user_id == table.c.user_id, REMOVED.c.center_id == table.c.center_id)
    stage.connection.execute(delete(table).where(removed))
    # A search reads the students of one center. Entries are stored in this order, so those of a center lie together.
    added = select(ADDED.c.user_id, ADDED.c.center_id).order_by(ADDED.c.center_id, ADDED.c.user_id)
    stage.connection.execute(insert(table).from_select(["user_id", "center_id"], added))


def _end_sign_ins(stage: Stage) -> None:
    """End all sign-ins of users who are deactivated or change type; the next generation keeps them from coming back."""
    changed, table = CHANGED[USERS], USERS.table
    ended = (
        select(table.c.id)
        .join(changed, changed.c.id == table.c.id)
        .where(changed.c.is_new == false())
        .where(or_(table.c.type != changed.c.type, and_(table.c.active == true(), changed.c.active != true())))
    )
    stage.connection.execute(delete(SignIn).where(SignIn.user_id.in_(ended)))
    raised = table.c.sign_in_generation + 1
    stage.connection.execute(update(table).values(sign_in_generation=raised).where(table.c.id.in_(ended)))


def _is_taken(changed: Table, column: str) -> ColumnElement[bool]:
    return exists().where(USERS.table.c[column] == changed.c[column])


def _neutral(file: File, column: str) -> ColumnElement[str]:
    return literal(_NEUTRAL[column]) + cast(CHANGED[file].c.line, String)
