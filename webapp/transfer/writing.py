"""The changed rows of an import into the database, in an order in which no constraint is ever in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, update

from webapp.models import Assignment, Base, Booking, Center, Encounter, SignIn, User
from webapp.transfer.files import BOOKINGS, CENTERS, ENCOUNTERS, USERS, File, Values
from webapp.transfer.state import State, Table

MODELS: Final[dict[str, type[Base]]] = {
    CENTERS.name: Center,
    USERS.name: User,
    ENCOUNTERS.name: Encounter,
    BOOKINGS.name: Booking,
}
# Characters that no imported value can hold: what makes room cannot be in the way of anything.
_NEUTRAL_REFERENCE, _NEUTRAL_NAME = "\n{}", "/{}"


def write_changes(connection: Connection, file: File, before: State, after: State, changed: list[UUID]) -> None:
    """Insert what is new and update what is changed of one file; `changed` are the ids of both."""
    old, new = before.table(file), after.table(file)
    updated = [row_id for row_id in changed if row_id in old]
    added = [row_id for row_id in changed if row_id not in old]
    if file is USERS:
        _end_sign_ins(connection, [row_id for row_id in updated if _must_sign_out(old[row_id], new[row_id])])
    _make_room(connection, file, updated)
    model = MODELS[file.name]
    columns = [column.name for column in model.__table__.columns if column.name != "sign_in_generation"]
    _update(connection, model, [_picked(new[row_id], columns) for row_id in updated])
    if added:
        connection.execute(insert(model), [_picked(new[row_id], columns) for row_id in added])
    if file is USERS:
        _assign(connection, old, new, changed)


def _must_sign_out(old: Values, new: Values) -> bool:
    return bool((old["active"] and not new["active"]) or old["type"] != new["type"])


def _end_sign_ins(connection: Connection, users: Iterable[UUID]) -> None:
    ended = [{"row_id": user} for user in users]
    if ended:
        next_generation = User.sign_in_generation + 1
        connection.execute(
            update(User).where(User.id == bindparam("row_id")).values(sign_in_generation=next_generation), ended
        )
        connection.execute(delete(SignIn).where(SignIn.user_id == bindparam("row_id")), ended)


def _make_room(connection: Connection, file: File, updated: list[UUID]) -> None:
    """Uniqueness is checked row by row: rows that exchange a value meet in the middle, so all step aside first."""
    steps: dict[str, Any] = {
        CENTERS.name: lambda row_id: {"reference_id": _NEUTRAL_REFERENCE.format(row_id)},
        USERS.name: lambda row_id: {"user_name_key": _NEUTRAL_NAME.format(row_id), "student_code": None},
        BOOKINGS.name: lambda _row_id: {"is_cancelled": True},
    }
    if file.name in steps:
        rows = [{"id": row_id, **steps[file.name](row_id)} for row_id in updated]
        _update(connection, MODELS[file.name], rows)


def _update(connection: Connection, model: type[Base], rows: list[Values]) -> None:
    if not rows:
        return
    table = model.__table__
    names = [name for name in rows[0] if name != "id"]
    statement = (
        update(model)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names})
    )
    connection.execute(
        statement, [{"row_id": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
    )


def _picked(row: Mapping[str, Any], columns: Iterable[str]) -> Values:
    return {name: row[name] for name in columns}


def _assign(connection: Connection, old: Table, new: Table, changed: Iterable[UUID]) -> None:
    gone, come = [], []
    for user in changed:
        before = old[user]["centers"] if user in old else frozenset()
        gone += [{"of_user": user, "of_center": center} for center in before - new[user]["centers"]]
        come += [{"user_id": user, "center_id": center} for center in new[user]["centers"] - before]
    if gone:
        where = (Assignment.user_id == bindparam("of_user"), Assignment.center_id == bindparam("of_center"))
        connection.execute(delete(Assignment).where(*where), gone)
    if come:
        connection.execute(insert(Assignment), come)
