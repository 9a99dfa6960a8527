"""Merge: rows of a file beside the stored ones, some thousand at a time: which are new, changed and unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select

from webapp.network import Changes
from webapp.transfer.csv.context import Context
from webapp.transfer.csv.parallel import Rows
from webapp.transfer.files import BOOKINGS, ENCOUNTERS, UNSET, USERS, File, UserRow
from webapp.transfer.staging.stage import Stage
from webapp.transfer.staging.tables import ADDED, CHANGED, REMOVED, UNCHANGED
from webapp.user_keys import derived_user_columns

_ROWS_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class FileReport:
    """How many rows of a file are new, changed and unchanged."""

    file: str
    new: int
    changed: int
    unchanged: int

    def __str__(self) -> str:
        return f"{self.file}: {self.new} new, {self.changed} changed, {self.unchanged} unchanged"


class Merger:
    """Merges the rows of one file with the stored ones, some at a time, and stages them."""

    def __init__(self, stage: Stage, file: File, rows: Rows, context: Context) -> None:
        self._stage = stage
        self._file = file
        self._rows = rows
        self._context = context
        self._make = file.row._make
        self._stored_fields = itemgetter(*(file.row._fields.index(name) for name in file.stored))
        self._defaults = [file.cells[name].new if name in file.cells else None for name in file.row._fields]
        self._new = self._changed = self._unchanged = 0

    def merge_some(self) -> bool:
        """Merge and stage the next rows; False if there are none."""
        chunk = list(islice(self._rows, _ROWS_AT_ONCE))
        stored = self._stage.find_stored(self._file, [row.id for _, row in chunk])
        new = [(line, True, 0, self._complete(row)) for line, row in chunk if row.id not in stored]
        changed: list[tuple[int, bool, int, Any]] = []
        unchanged: list[tuple[int, bytes]] = []
        for line, row in chunk if stored else ():
            if row.id not in stored:
                continue
            before, after = stored[row.id], _merge(self._file, row, stored[row.id])
            if self._file is USERS:
                after = _derive(after)  # before the comparison, so that an import repairs wrong derived columns
            if after == before:
                unchanged.append((line, row.id))
            else:
                changed.append((line, False, _differences(before, after), after))
        self._stage_changed(new + changed, stored)
        self._stage.add(UNCHANGED[self._file], unchanged, ("line", "id"))
        self._new += len(new)
        self._changed += len(changed)
        self._unchanged += len(unchanged)
        return bool(chunk)

    @property
    def report(self) -> FileReport:
        """What was counted so far."""
        return FileReport(self._file.name, self._new, self._changed, self._unchanged)

    def _stage_changed(self, rows: list[tuple[int, bool, int, Any]], stored: dict[bytes, Any]) -> None:
        if self._file is USERS:
            self._stage_assignments([row for *_, row in rows], stored)
            rows = [(line, is_new, differs, self._stored_fields(row)) for line, is_new, differs, row in rows]
        self._stage.add_changed(self._file, rows)

    def _stage_assignments(self, users: list[UserRow], stored: dict[bytes, UserRow]) -> None:
        """The centers of users are rows of another table."""
        added, removed = [], []
        for user in users:
            before = stored[user.id].centers if user.id in stored else frozenset()
            added += [(user.id, center) for center in user.centers - before]
            removed += [(user.id, center) for center in before - user.centers]
        for table, rows in ((ADDED, added), (REMOVED, removed)):
            self._stage.add(table, rows, ("user_id", "center_id"))

    def _complete(self, row: Any) -> Any:
        """A new row, with the value of new rows where it is UNSET."""
        if UNSET not in row:
            return row
        values = [new if value is UNSET else value for value, new in zip(row, self._defaults, strict=True)]
        completed = self._make(values)
        if self._file is USERS:
            return _derive(completed)
        if self._file is ENCOUNTERS and completed.is_online is None:
            return completed._replace(is_online=self._context.is_online(completed.center_id))
        return completed


def merge_changes(stage: Stage, changes: Changes) -> bool:
    """Merge staged rows with what others changed in the same rows after they were staged, field by field.

    A field that the import changes stays as it is staged; every other one is as it is stored now. False if a row that
    was staged as new is there now, or one that was staged as changed is not.
    """
    for file in (USERS, ENCOUNTERS, BOOKINGS):
        changed = CHANGED[file]
        query = select(changed.c.id, changed.c.line, changed.c.is_new, changed.c.differs)
        query = query.where(changed.c.id.in_(changes.ids(file.model)))
        staged = {row.id.bytes: row for row in stage.connection.execute(query)}
        ids = list(staged)
        for start in range(0, len(ids), _ROWS_AT_ONCE):
            some = ids[start : start + _ROWS_AT_ONCE]
            stored = stage.find_stored(file, some)
            if any(staged[row_id].is_new == (row_id in stored) for row_id in some):
                return False
            if stored:
                _merge_staged(stage, file, {row_id: staged[row_id] for row_id in stored}, stored)
    return True


def _merge_staged(stage: Stage, file: File, staged: dict[bytes, Any], stored: dict[bytes, Any]) -> None:
    merged = []
    for values in stage.fetch(CHANGED[file], file.stored, "id", list(staged)):
        after = dict(zip(file.stored, values, strict=True))
        about, before = staged[after["id"]], stored[after["id"]]
        fields = {
            name: after[name] if name in after and about.differs >> place & 1 else getattr(before, name)
            for place, name in enumerate(file.row._fields)
        }
        row = _derive(file.row(**fields)) if file is USERS else file.row(**fields)
        merged.append((about.line, False, about.differs, tuple(getattr(row, name) for name in file.stored)))
    ids = [UUID(bytes=row_id) for row_id in staged]
    stage.connection.execute(delete(CHANGED[file]).where(CHANGED[file].c.id.in_(ids)))
    stage.add_changed(file, merged)


def _merge(file: File, row: Any, before: Any) -> Any:
    """A stored row as it will be: as before where the file's row is UNSET. A stored password stays."""
    if file is USERS and before.password_hash is not None:
        row = row._replace(password_hash=UNSET)
    if UNSET not in row:
        return row
    return file.row._make([old if new is UNSET else new for new, old in zip(row, before, strict=True)])


def _differences(before: Any, after: Any) -> int:
    """A bit for each field that differs."""
    return sum(1 << place for place, (old, new) in enumerate(zip(before, after, strict=True)) if old != new)


def _derive(user: UserRow) -> UserRow:
    """A user with what follows from the names."""
    derived: dict[str, Any] = derived_user_columns(
        user_name=user.user_name,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        phone=user.phone,
        student_code=user.student_code,
    )
    return user._replace(**derived)
