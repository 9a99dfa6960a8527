"""Ids and other values that only one row may have, checked on the state after an import."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, false, func, select, true, union

from webapp.transfer.checks.after import Part, changed, parts, select_after, staying
from webapp.transfer.files import BOOKINGS, CENTERS, FILES, USERS, File
from webapp.transfer.messages import Message
from webapp.transfer.problems import Problems
from webapp.transfer.staging.stage import Stage
from webapp.transfer.staging.tables import CHANGED, UNCHANGED


@dataclass(frozen=True, slots=True)
class _Unique:
    """Columns whose values together are unique; `shown` is the column that a problem names."""

    file: File
    keys: tuple[str, ...]
    shown: str

    def is_held(self, part: Part) -> ColumnElement[bool]:
        """Whether a row counts."""
        return part.columns.is_cancelled == false() if self.file is BOOKINGS else true()

    def same_key(self, part: Part, values: Any) -> ColumnElement[bool]:
        """Whether a row has these values."""
        return and_(*(part.columns[name] == value for name, value in zip(self.keys, values, strict=True)))


_ALL: Final = (
    _Unique(CENTERS, ("reference_id",), "reference_id"),
    _Unique(USERS, ("user_name_key",), "user_name"),
    _Unique(USERS, ("student_code",), "student_code"),
    _Unique(BOOKINGS, ("encounter_id", "student_id"), "student_id"),
)


def check_ids(stage: Stage, problems: Problems) -> None:
    """Report every id that a file has twice, and leave its later rows out."""
    for file in FILES:
        tables = (CHANGED[file], UNCHANGED[file])
        twice = [
            select(table.c.id).group_by(table.c.id).having(func.count() > 1)
            for table in tables
            if stage.has_duplicates(table)
        ]
        both = select(tables[0].c.id).join(tables[1], tables[0].c.id == tables[1].c.id)
        for (row_id,) in stage.connection.execute(union(*twice, both)).all():
            lines = sorted(
                line
                for table in tables
                for line in stage.connection.execute(select(table.c.line).where(table.c.id == row_id)).scalars()
            )
            first = {"first": lines[0]}
            for line in lines[1:]:
                problems.add(file.name, line, "id", Message.REPEATED_ID, str(row_id), first, is_verbatim=False)
            for table in tables:
                stage.delete_duplicates(table, row_id, but_line=lines[0])


def check_unique(stage: Stage, problems: Problems) -> None:
    """Report every row that takes a value which another one has."""
    for unique in _ALL:
        if unique.file in stage.twins and not stage.has_duplicates(CHANGED[unique.file]):
            continue  # its unique index could be made
        for key in stage.connection.execute(_repeated_keys(stage, unique)).all():
            _report_holders(stage, unique, key, problems)
    _check_names_against_emails(stage, problems)


def _repeated_keys(stage: Stage, unique: _Unique) -> Any:
    """The values that two rows would have: two changed ones, or a changed one and one that stays."""
    new = changed(unique.file)
    keys = [new.columns[name] for name in unique.keys]
    held = and_(unique.is_held(new), *(key.is_not(None) for key in keys))
    queries = [new.select(*keys).where(held).group_by(*keys).having(func.count() > 1)]
    if unique.file not in stage.empty:
        old = staying(unique.file)
        taken = and_(unique.same_key(old, keys), old.columns.id != new.columns.id, unique.is_held(old), old.condition)
        queries.append(select(*keys).select_from(new.source).join(old.source, taken).where(held))
    return union(*queries)


def _report_holders(stage: Stage, unique: _Unique, key: Row[Any], problems: Problems) -> None:
    def holders(part: Part) -> Any:
        columns = (part.line.label("line"), part.columns.id, part.columns[unique.shown].label("value"))
        return part.select(*columns).where(unique.same_key(part, key), unique.is_held(part))

    rows = stage.connection.execute(select_after(stage, unique.file, holders)).all()
    first, *others = sorted(rows, key=lambda row: (row.line, row.id))
    for row in others:
        place = (unique.file.name, row.line, unique.shown)
        if first.line:
            problems.add(*place, Message.REPEATED_VALUE, str(row.value), {"first": first.line}, is_verbatim=False)
        else:
            problems.add(*place, Message.TAKEN_VALUE, str(row.value), {"owner": str(first.id)}, is_verbatim=False)


def _check_names_against_emails(stage: Stage, problems: Problems) -> None:
    """Report a user name that is another user's e-mail: a sign-in could mean either."""
    reported: set[tuple[str, int]] = set()
    pairs = product(parts(stage, USERS), parts(stage, USERS))  # two aliases of each table
    queries = [_namesakes(named, mailed) for named, mailed in pairs if named.is_changed or mailed.is_changed]
    rows = [row for query in queries for row in stage.connection.execute(query)]
    for row in sorted(rows, key=str):
        column, line, message, value, other = "user_name", row.name_line, Message.NAME_IS_EMAIL, row.name, row.email_id
        if not line:
            column, line, message, value = "email", row.email_line, Message.EMAIL_IS_NAME, row.email
            other = row.name_id
        if (column, line) not in reported:
            reported.add((column, line))
            problems.add(USERS.name, line, column, message, value, {"other": str(other)}, is_verbatim=False)


def _namesakes(named: Part, mailed: Part) -> Any:
    """Pairs of users in which one's user name is the other's e-mail."""
    name, mail = named.columns, mailed.columns
    same = and_(mail.email_key == name.user_name_key, mail.id != name.id, mailed.condition)
    columns = (
        *(named.line.label("name_line"), name.user_name.label("name"), name.id.label("name_id")),
        *(mailed.line.label("email_line"), mail.email.label("email"), mail.id.label("email_id")),
    )
    return select(*columns).select_from(named.source).join(mailed.source, same).where(named.condition)
