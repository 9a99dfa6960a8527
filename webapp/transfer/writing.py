"""The changed rows of an import into the database's own tables, in an order in which no constraint is in the way."""

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
from webapp.transfer.stage import CHANGED, COME, GONE, Stage
from webapp.transfer.twins import move_in

# Characters that no imported value can hold: what makes room cannot be in the way of anything.
_NEUTRAL: Final = {"reference_id": "\n", "user_name_key": "/"}


def write_changes(stage: Stage) -> None:
    """Write all that is on the stage, within a unit of work that writes. References hold: they were checked.

    Users who change come last, for they may have a name that a person signing in just now is looked up by.
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
    """New rows. A user whose name or code is still another's gets it later, by _name_new_users."""
    if stage.has_twin(file):
        move_in(stage.connection, file)
        return
    changed = CHANGED[file.name]
    names = [column.name for column in changed.columns if column.name in file.table.columns]
    values = {name: stage.final(changed, name) for name in names}
    if file is USERS and _is_anybody_renamed(stage):
        taken = _is_taken(changed, "user_name_key")
        values["user_name_key"] = case((taken, _neutral(USERS, "user_name_key")), else_=values["user_name_key"])
        values["student_code"] = case((_is_taken(changed, "student_code"), None), else_=values["student_code"])
    rows = select(*values.values()).where(changed.c.is_new == true())
    rows = rows.order_by(*(changed.c[name] for name in file.order))
    stage.connection.execute(insert(file.model).from_select(names, rows))


def _update(stage: Stage, file: File, *which: ColumnElement[bool]) -> None:
    """Changed rows. Where no key changes none is written: an index would be made anew for the same value."""
    changed, own = CHANGED[file.name], file.table
    values = {
        column.name: stage.final(changed, column.name) for column in changed.columns if column.name in own.columns
    }
    del values["id"]
    if file is USERS:
        values["password_hash"] = func.coalesce(own.c.password_hash, values["password_hash"])
    keys = {*file.keys, "user_name_key"}
    same_keys = {name: value for name, value in values.items() if name not in keys}
    for moves, written in ((false(), same_keys), (true(), values)):
        concerned = (own.c.id == changed.c.id, changed.c.is_new == false(), changed.c.moves == moves, *which)
        stage.connection.execute(update(own).values(written).where(*concerned))


def _make_room(stage: Stage, file: File, values: dict[str, Any], *which: ColumnElement[bool]) -> None:
    """Uniqueness is checked row by row: rows that exchange a value meet in the middle, so all step aside first."""
    changed, own = CHANGED[file.name], file.table
    moving = (own.c.id == changed.c.id, changed.c.moves == true(), *which)
    stage.connection.execute(update(own).values(values).where(*moving))


def _name_new_users(stage: Stage) -> None:
    """Those whose name or code was still another's get the own."""
    if not _is_anybody_renamed(stage):
        return
    changed, own = CHANGED[USERS.name], USERS.table
    waiting = or_(
        own.c.user_name_key != changed.c.user_name_key, own.c.student_code.is_distinct_from(changed.c.student_code)
    )
    values = {name: changed.c[name] for name in ("user_name_key", "student_code")}
    own_row = (own.c.id == changed.c.id, changed.c.is_new == true())
    stage.connection.execute(update(own).values(values).where(*own_row, waiting))


def _is_anybody_renamed(stage: Stage) -> bool:
    """Whether a user of the database gives a name or code up that a new one may get."""
    moves = CHANGED[USERS.name].c.moves
    return stage.connection.execute(select(moves).where(moves == true()).limit(1)).first() is not None


def _write_bookings(stage: Stage) -> None:
    """Who gives a place up goes first: a student has one booking of a class that is not cancelled."""
    is_cancelled = CHANGED[BOOKINGS.name].c.is_cancelled
    _update(stage, BOOKINGS, is_cancelled == true())
    _make_room(stage, BOOKINGS, {"is_cancelled": True}, is_cancelled == false())
    _insert(stage, BOOKINGS)
    _update(stage, BOOKINGS, is_cancelled == false())


def _assign(stage: Stage) -> None:
    own = ASSIGNMENTS
    gone = exists().where(GONE.c.user_id == own.c.user_id, GONE.c.center_id == own.c.center_id)
    stage.connection.execute(delete(own).where(gone))
    # A search reads the students of a center: their entries, which follow in this order, shall stand together.
    come = select(COME.c.user_id, COME.c.center_id).order_by(COME.c.center_id, COME.c.user_id)
    stage.connection.execute(insert(own).from_select(["user_id", "center_id"], come))


def _end_sign_ins(stage: Stage) -> None:
    """Who is deactivated or becomes somebody else must sign in anew, and no session from before lives again."""
    changed, own = CHANGED[USERS.name], USERS.table
    ended = (
        select(own.c.id)
        .join(changed, changed.c.id == own.c.id)
        .where(changed.c.is_new == false())
        .where(or_(own.c.type != changed.c.type, and_(own.c.active == true(), changed.c.active != true())))
    )
    stage.connection.execute(delete(SignIn).where(SignIn.user_id.in_(ended)))
    raised = own.c.sign_in_generation + 1
    stage.connection.execute(update(own).values(sign_in_generation=raised).where(own.c.id.in_(ended)))


def _is_taken(changed: Table, column: str) -> ColumnElement[bool]:
    return exists().where(USERS.table.c[column] == changed.c[column])


def _neutral(file: File, column: str) -> ColumnElement[str]:
    return literal(_NEUTRAL[column]) + cast(CHANGED[file.name].c.line, String)
