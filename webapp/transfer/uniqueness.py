"""Values that only one row may have, checked on the state after an import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Table, and_, exists, false, func, select, true, union

from webapp.transfer.files import BOOKINGS, CENTERS, USERS, File
from webapp.transfer.messages import Message
from webapp.transfer.problems import Problems
from webapp.transfer.stage import CHANGED, SAME, Stage


@dataclass(frozen=True, slots=True)
class _Unique:
    """Columns whose values together are unique; `told` is the column that a problem names."""

    file: File
    keys: tuple[str, ...]
    told: str


_ALL: Final = (
    _Unique(CENTERS, ("reference_id",), "reference_id"),
    _Unique(USERS, ("user_name_key",), "user_name"),
    _Unique(USERS, ("student_code",), "student_code"),
    _Unique(BOOKINGS, ("encounter_id", "student_id"), "student_id"),
)


def check_unique(stage: Stage, problems: Problems) -> None:
    """Tell every row that takes a value which another one has."""
    for unique in _ALL:
        if unique.file is BOOKINGS and stage.has_twin(BOOKINGS) and not stage.is_repeating(CHANGED[BOOKINGS.name]):
            continue  # its index could be made, so there is none
        for key in stage.connection.execute(_taken_twice(unique)).all():
            _tell_holders(stage, unique, key, problems)
    _check_names_against_mail(stage, problems)


def _taken_twice(unique: _Unique) -> Any:
    """The values that two rows would have: two changed ones, or a changed one and one that stays."""
    changed, own = CHANGED[unique.file.name], unique.file.table
    keys = [changed.c[name] for name in unique.keys]
    present = and_(_is_held(unique, changed), *(key.is_not(None) for key in keys))
    among = select(*keys).where(present).group_by(*keys).having(func.count() > 1)
    same_key = and_(*(own.c[name] == changed.c[name] for name in unique.keys))
    others = select(*keys).join(own, and_(same_key, own.c.id != changed.c.id)).where(present, _is_held(unique, own))
    return union(among, others.where(_stays(own, changed)))


def _tell_holders(stage: Stage, unique: _Unique, key: Row[Any], problems: Problems) -> None:
    changed, same, own = CHANGED[unique.file.name], SAME[unique.file.name], unique.file.table

    def with_key(table: Any, line: ColumnElement[Any]) -> Select[Any]:
        found = [table.c[name] == value for name, value in zip(unique.keys, key, strict=True)]
        return select(line, table.c.id, table.c[unique.told]).where(*found, _is_held(unique, table))

    staying = with_key(own, func.coalesce(same.c.line, 0)).outerjoin_from(own, same, same.c.id == own.c.id)
    rows = chain(
        stage.connection.execute(with_key(changed, changed.c.line)).all(),
        stage.connection.execute(staying.where(_stays(own, changed))).all(),
    )
    (first_line, first_id, _), *others = sorted(tuple(row) for row in rows)
    for line, _, value in others:
        place = (unique.file.name, line, unique.told)
        if first_line:
            problems.add(*place, Message.REPEATED_VALUE, str(value), {"first": first_line}, is_written=False)
        else:
            problems.add(*place, Message.TAKEN_VALUE, str(value), {"owner": str(first_id)}, is_written=False)


def _is_held(unique: _Unique, table: Any) -> ColumnElement[bool]:
    return table.c.is_cancelled == false() if unique.file is BOOKINGS else true()


def _stays(own: Any, changed: Table) -> ColumnElement[bool]:
    """Whether a row of the database is none of the changed ones."""
    other = changed.alias()
    return ~exists().where(other.c.id == own.c.id)


def _check_names_against_mail(stage: Stage, problems: Problems) -> None:
    """Tell a user name that is another user's e-mail: a sign-in could mean either."""
    told: set[tuple[str, int]] = set()
    for name_line, name, name_id, mail_line, mail, mail_id in sorted(_namesakes(stage), key=str):
        place, line, message, value, other = "user_name", name_line, Message.NAME_IS_EMAIL, name, mail_id
        if not name_line:
            place, line, message, value, other = "email", mail_line, Message.EMAIL_IS_NAME, mail, name_id
        if (place, line) not in told:
            told.add((place, line))
            problems.add(USERS.name, line, place, message, value, {"other": str(other)}, is_written=False)


def _namesakes(stage: Stage) -> Iterator[tuple[int, str, UUID, int, str, UUID]]:
    """Pairs of users, at least one of them changed, of whom one is called what the other's e-mail is; 0: not told."""
    changed, same, stored = CHANGED[USERS.name], SAME[USERS.name], USERS.table
    other = changed.alias()
    line = func.coalesce(same.c.line, 0)
    named, mailed = (changed.c.line, changed.c.user_name, changed.c.id), (changed.c.line, changed.c.email, changed.c.id)
    among = select(*named, other.c.line, other.c.email, other.c.id).join(
        other, and_(other.c.email_key == changed.c.user_name_key, other.c.id != changed.c.id)
    )
    mail_stays = (
        select(*named, line, stored.c.email, stored.c.id)
        .join(stored, and_(stored.c.email_key == changed.c.user_name_key, stored.c.id != changed.c.id))
        .outerjoin(same, same.c.id == stored.c.id)
    )
    name_stays = (
        select(line, stored.c.user_name, stored.c.id, *mailed)
        .select_from(changed)
        .join(stored, and_(stored.c.user_name_key == changed.c.email_key, stored.c.id != changed.c.id))
        .outerjoin(same, same.c.id == stored.c.id)
    )
    for query in (among, mail_stays.where(_stays(stored, changed)), name_stays.where(_stays(stored, changed))):
        yield from (tuple(row) for row in stage.connection.execute(query))
