"""Rows of a file laid beside the database's, some thousand at a time: what is new, changed and unchanged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from webapp.models import derived_user_columns
from webapp.transfer.files import BOOKINGS, CENTERS, ENCOUNTERS, KEPT, USERS, File
from webapp.transfer.resolving import Resolver, Rows
from webapp.transfer.stage import CHANGED, COME, GONE, SAME, Stage, Values
from webapp.transfer.understanding import Told

_ROWS_AT_ONCE: Final = 2_000
_PASSWORD: Final = USERS.place("password_hash")
_CENTER: Final = ENCOUNTERS.place("center")
_STARTS_AT: Final = ENCOUNTERS.place("starts_at")
_MINUTES: Final = ENCOUNTERS.place("duration_minutes")
_IS_ONLINE: Final = ENCOUNTERS.place("is_online")


@dataclass(frozen=True, slots=True)
class FileReport:
    """How many rows of a file are new, changed and unchanged."""

    file: str
    new: int
    changed: int
    unchanged: int

    def __str__(self) -> str:
        return f"{self.file}: {self.new} new, {self.changed} changed, {self.unchanged} unchanged"


class Comparer:
    """Compares the rows of one file and puts them on the stage."""

    def __init__(self, stage: Stage, file: File, resolver: Resolver | None) -> None:
        self._stage = stage
        self._file = file
        self._resolver = resolver
        self._news = [column.new for column in file.columns]
        self._is_first = stage.is_empty(file)
        self._counts = {"new": 0, "changed": 0, "same": 0}

    def compare(self, rows: Rows) -> FileReport:
        """Compare all rows; what becomes of them is on the stage and counted."""
        while chunk := list(islice(rows, _ROWS_AT_ONCE)):
            if self._file is USERS:
                self._compare_users(chunk)
            else:
                self._compare_rows(chunk, set())
        return FileReport(self._file.name, self._counts["new"], self._counts["changed"], self._counts["same"])

    def _compare_users(self, chunk: list[tuple[int, Told]]) -> None:
        """As other rows; but the centers of a user, who stand last, are rows of their own."""
        told = {row[0]: row[-1] for _, row in chunk}
        before: defaultdict[bytes, set[bytes]] = defaultdict(set)
        if not self._is_first:
            for user, center in self._stage.stored_centers_of(list(told)):
                before[user].add(center)
        come, gone = [], []
        moved: set[bytes] = set()
        for user, centers in told.items():
            if centers is KEPT or before[user] == set(centers):
                continue
            moved.add(user)
            come += [(user, center) for center in centers if center not in before[user]]
            gone += [(user, center) for center in before[user] if center not in centers]
        self._stage.add(COME, come)
        self._stage.add(GONE, gone)
        self._compare_rows([(line, row[:-1]) for line, row in chunk], moved)

    def _compare_rows(self, chunk: list[tuple[int, Told]], moved: set[bytes]) -> None:
        stored: dict[bytes, Values] = {}
        if not self._is_first:
            stored = self._stage.stored(self._file, [row[0] for _, row in chunk])
        derive = _DERIVED[self._file.name]
        if self._is_first:
            self._counts["new"] += len(chunk)
            rows = [(line, self._completed(told) if KEPT in told else told) for line, told in chunk]
            self._stage.add(CHANGED[self._file.name], [(line, True, *row, *derive(row)) for line, row in rows])
            return
        changed: list[Values] = []
        same: list[Values] = []
        for line, told in chunk:
            before = stored.get(told[0])
            after = self._merged(told, before)
            if before == after and after[0] not in moved:
                same.append((line, after[0]))
                continue
            self._counts["new" if before is None else "changed"] += 1
            changed.append((line, before is None, *after, *derive(after)))
        self._counts["same"] += len(same)
        self._stage.add(CHANGED[self._file.name], changed)
        self._stage.add(SAME[self._file.name], same)

    def _merged(self, told: Told, before: Values | None) -> Values:
        """What a row will be: told values, and for the others what is stored, or what a new row has."""
        if before is not None:
            if self._file is USERS and before[_PASSWORD] is not None:
                told = (*told[:_PASSWORD], before[_PASSWORD], *told[_PASSWORD + 1 :])
            if KEPT not in told:
                return told
            return tuple(old if new is KEPT else new for new, old in zip(told, before, strict=True))
        return told if KEPT not in told else self._completed(told)

    def _completed(self, told: Told) -> Values:
        """A new row with what it does not tell."""
        row = [new if value is KEPT else value for value, new in zip(told, self._news, strict=False)]
        if self._resolver and row[_IS_ONLINE] is None and self._file is ENCOUNTERS:
            row[_IS_ONLINE] = self._resolver.deliveries[told[_CENTER]]
        return tuple(row)


def _derive_user(row: Values) -> Values:
    _, _, user_name, first_name, last_name, email, phone, student_code, *_ = row
    derived = derived_user_columns(
        user_name=user_name,
        first_name=first_name,
        last_name=last_name,
        email=email,
        phone=phone,
        student_code=student_code,
    )
    return tuple(derived.values())


# The columns of the tables that follow from others, in the tables' order.
_DERIVED: Final[dict[str, Callable[[Values], Values]]] = {
    CENTERS.name: lambda _row: (),
    USERS.name: _derive_user,
    ENCOUNTERS.name: lambda row: (row[_STARTS_AT] + row[_MINUTES] * 60,),
    BOOKINGS.name: lambda _row: (),
}
