"""References and times of rows, resolved against the state after the import: centers by reference id, local times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from webapp.models import CenterKind, derived_user_columns
from webapp.transfer.cells import WrittenTime, in_zone, suggestion
from webapp.transfer.files import CENTERS, ENCOUNTERS, USERS, Row
from webapp.transfer.problems import Problems, WrongCell
from webapp.transfer.state import Table

_NAMES = ("user_name", "first_name", "last_name", "email", "phone", "student_code")


class Resolver:
    """Turns what rows say of other rows into ids and moments; `centers` is the table after the import."""

    def __init__(self, centers: Table, weeks_later: int, problems: Problems) -> None:
        self._centers = centers
        self._by_reference = {values.get("reference_id"): center_id for center_id, values in centers.items()}
        self._weeks_later = weeks_later
        self._problems = problems

    def resolve_users(self, rows: Iterable[Row]) -> None:
        """Centers by reference id become ids; the day on which a contract ends moves."""
        for row in rows:
            if "centers" in row.values:
                found = [self._center(USERS.name, row.line, "centers", name) for name in row.values["centers"]]
                row.values["centers"] = frozenset(center for center in found if center is not None)
            if row.values.get("contract_ends_on"):
                row.values["contract_ends_on"] += timedelta(weeks=self._weeks_later)

    def resolve_encounters(self, rows: Iterable[Row], stored: Table) -> None:
        """The center becomes its id, a local time a moment, and delivery follows the center's kind in a new row."""
        for row in rows:
            center_id = self._center(ENCOUNTERS.name, row.line, "center", row.values.pop("center", None))
            center = self._centers.get(center_id, {}) if center_id else {}
            if center_id:
                row.values["center_id"] = center_id
            if row.id not in stored and "is_online" not in row.values:
                row.values["is_online"] = center.get("kind") == CenterKind.ONLINE
            written: WrittenTime | None = row.values.pop("starts_at", None)
            if written is not None and center.get("time_zone"):
                self._start(row, written.later(self._weeks_later), center["time_zone"])

    def resolve_bookings(self, rows: Iterable[Row]) -> None:
        """A time without an offset is in UTC."""
        for row in rows:
            written: WrittenTime | None = row.values.get("booked_at")
            if written is not None:
                moved = written.later(self._weeks_later)
                row.values["booked_at"] = moved.moment or moved.local.replace(tzinfo=UTC)

    def _start(self, row: Row, written: WrittenTime, zone: str) -> None:
        try:
            row.values["starts_at"] = written.moment or in_zone(written.local, zone)
        except WrongCell as wrong:
            self._problems.add(ENCOUNTERS.name, row.line, "starts_at", str(wrong))

    def _center(self, file: str, line: int, column: str, reference: str | None) -> UUID | None:
        if reference is None:
            return None
        found = self._by_reference.get(reference)
        if found is None and CENTERS.name not in self._problems.broken:
            known = sorted(name for name in self._by_reference if name)
            words = f"unknown center {reference!r}{suggestion(reference, known, show_all=False)}"
            self._problems.add(file, line, column, words)
        return found


def complete_users(table: Table, rows: Iterable[Row], stored: Table) -> None:
    """Fill the columns that follow from others, and let a password only be set where there is none."""
    for row in rows:
        user = table[row.id]
        before = stored.get(row.id, {})
        user["password_hash"] = before.get("password_hash") or user.get("password_hash")
        if user.get("user_name") and user.get("first_name"):
            user.update(derived_user_columns(**{name: user.get(name) for name in _NAMES}))  # type: ignore[arg-type]


def complete_encounters(table: Table, rows: Iterable[Row]) -> None:
    """Fill the end of each class."""
    for row in rows:
        encounter: dict[str, Any] = table[row.id]
        if encounter.get("starts_at") and encounter.get("duration_minutes"):
            encounter["ends_at"] = encounter["starts_at"] + timedelta(minutes=encounter["duration_minutes"])
