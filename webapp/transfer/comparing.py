"""Rows of a file laid beside the database's, some thousand at a time: what is new, changed and unchanged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Final

from webapp.models import derived_user_columns
from webapp.transfer.files import ENCOUNTERS, KEPT, USERS, File
from webapp.transfer.resolving import Resolver, Rows
from webapp.transfer.stage import COME, DERIVED, GONE, SAME, Changed, Stage, Values
from webapp.transfer.understanding import Told

_ROWS_AT_ONCE: Final = 2_000
_PASSWORD: Final = USERS.stored.index("password_hash")
_CENTERS: Final = USERS.place("centers")
_CENTER, _STARTS_AT, _MINUTES, _IS_ONLINE = (
    ENCOUNTERS.stored.index(name) for name in ("center_id", "starts_at", "duration_minutes", "is_online")
)
_NAMES: Final = ("user_name", "first_name", "last_name", "email", "phone", "student_code")
_NAME_PLACES: Final = [USERS.stored.index(name) for name in _NAMES]


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
    """Compares the rows of one file, some at a time, and puts them on the stage."""

    def __init__(self, stage: Stage, file: File, rows: Rows, resolver: Resolver | None) -> None:
        self._stage = stage
        self._rows = rows
        self._file = file
        self._resolver = resolver
        self._id = file.stored.index("id")
        self._news = [column.new for column in file.columns if column.stored is not None]
        self._is_first = stage.is_empty(file)
        self._counts = {"new": 0, "changed": 0, "same": 0}

    def compare_some(self) -> bool:
        """Compare the next rows; what becomes of them is on the stage and counted. False if there are none."""
        chunk = list(islice(self._rows, _ROWS_AT_ONCE))
        if self._file is USERS:
            self._compare_users(chunk)
        else:
            self._compare_rows(chunk, set())
        return bool(chunk)

    @property
    def report(self) -> FileReport:
        """What was counted so far."""
        return FileReport(self._file.name, self._counts["new"], self._counts["changed"], self._counts["same"])

    def _compare_users(self, chunk: list[tuple[int, Told]]) -> None:
        """As other rows; but the centers of a user are rows of their own."""
        told = {row[self._id]: row[_CENTERS] for _, row in chunk}
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
        self._compare_rows([(line, (*row[:_CENTERS], *row[_CENTERS + 1 :])) for line, row in chunk], moved)

    def _compare_rows(self, chunk: list[tuple[int, Told]], moved: set[bytes]) -> None:
        """`moved` are users whose centers change: they count as changed whatever else is told."""
        if self._is_first:
            self._put_changed([(line, True, False, self._completed(told)) for line, told in chunk])
            return
        stored = self._stage.stored(self._file, [row[self._id] for _, row in chunk])
        keys = itemgetter(*(self._file.stored.index(name) for name in self._file.keys))
        changed: list[Changed] = []
        same: list[Values] = []
        for line, told in chunk:
            before = stored.get(told[self._id])
            after = self._completed(told) if before is None else self._merged(told, before)
            if before == after and after[self._id] not in moved:
                same.append((line, after[self._id]))
            else:
                moves = before is not None and keys(before) != keys(after)
                changed.append((line, before is None, moves, after))
        self._put_changed(changed)
        self._stage.add(SAME[self._file.name], same)
        self._counts["same"] += len(same)

    def _put_changed(self, rows: list[Changed]) -> None:
        derive = _DERIVED.get(self._file.name)
        if derive:
            rows = [(line, is_new, moves, (*row, *derive(row))) for line, is_new, moves, row in rows]
        self._stage.add_changed(self._file, rows)
        new = sum(is_new for _, is_new, _, _ in rows)
        self._counts["new"] += new
        self._counts["changed"] += len(rows) - new

    def _merged(self, told: Told, before: Values) -> Values:
        """What a stored row will be: what is told, and what is stored where nothing is; a password stays."""
        if self._file is USERS and before[_PASSWORD] is not None:
            told = (*told[:_PASSWORD], before[_PASSWORD], *told[_PASSWORD + 1 :])
        if KEPT not in told:
            return told
        return tuple(old if new is KEPT else new for new, old in zip(told, before, strict=True))

    def _completed(self, told: Told) -> Values:
        """What a new row will be: what is told, and what a new row has where nothing is."""
        if KEPT not in told:
            return told
        row = [new if value is KEPT else value for value, new in zip(told, self._news, strict=True)]
        if self._file is ENCOUNTERS and self._resolver and row[_IS_ONLINE] is None:
            row[_IS_ONLINE] = self._resolver.deliveries[told[_CENTER]]
        return tuple(row)


def _derive_user(row: Values) -> Values:
    names = {name: row[place] for name, place in zip(_NAMES, _NAME_PLACES, strict=True)}
    derived = derived_user_columns(**names)
    return tuple([derived[name] for name in DERIVED[USERS.name]])


# For the columns of DERIVED, in their order.
_DERIVED: Final[dict[str, Callable[[Values], Values]]] = {
    USERS.name: _derive_user,
    ENCOUNTERS.name: lambda row: (row[_STARTS_AT] + row[_MINUTES] * 60,),
}
