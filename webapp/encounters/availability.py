"""The classes offered to one student, read in one query along with the seats that may conflict with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from webapp.encounters import queries
from webapp.encounters.filters import EncounterFilter
from webapp.encounters.statuses import LONGEST_CLASS, Facts, OwnSeats, StudentEncounter, with_status
from webapp.students import Student

_FARTHEST_ZONE: Final = timedelta(hours=14)


class NotOffered(LookupError):
    """The class is not offered to the student, or does not exist."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far ahead classes are offered: units past the current one, days, and minutes of lead time."""

    units_ahead: int
    horizon_days: int
    lead_minutes: int


@dataclass(frozen=True, slots=True)
class OfferedCenter:
    """A center whose classes a student may take."""

    id: UUID
    name: str


def list_encounters(
    connection: Connection,
    student: Student,
    wanted: EncounterFilter,
    limits: Limits,
    now: datetime,
    *,
    every_status: bool = False,
) -> list[StudentEncounter]:
    """The encounters offered to an active `student` (the README's section "The rules"), by start, center name and id.

    Only those that can be taken, unless `every_status`. `now` is an aware datetime in any zone. Runs one query, or
    none for a student without units.
    """
    offered = _read_offered(connection, student, wanted.values(), limits, now)
    return sorted(
        (encounter for encounter in wanted.matching(offered) if encounter.status.is_shown(every_status=every_status)),
        key=lambda encounter: (encounter.starts_at, encounter.center_name, encounter.id),
    )


def get_encounter(
    connection: Connection, student: Student, encounter_id: UUID, limits: Limits, now: datetime
) -> StudentEncounter:
    """One encounter offered to an active `student`, with the same status as in list_encounters; one query.

    Raises NotOffered if it is not offered.
    """
    for encounter in _read_offered(connection, student, {"encounter_ids": [encounter_id]}, limits, now):
        return encounter
    raise NotOffered(f"encounter {encounter_id} is not offered to student {student.id}")


def list_offered_centers(connection: Connection, student: Student) -> list[OfferedCenter]:
    """The centers whose classes `student` may take, even those without any now, by name and id; one query."""
    rows = connection.execute(queries.offered_centers(), {"student_id": student.id})
    return [OfferedCenter(**row._asdict()) for row in rows]


def _read_offered(
    connection: Connection, student: Student, filters: Mapping[str, list[object]], limits: Limits, now: datetime
) -> Iterator[StudentEncounter]:
    """The encounters offered, in no order; `filters` holds values by the names of queries.FILTERABLE_COLUMNS."""
    units = student.units(limits.units_ahead)
    if not units:
        return
    latest = _latest_start(now + timedelta(days=limits.horizon_days), student.contract_ends_on)
    values = {
        "student_id": student.id,
        "earliest": now + timedelta(minutes=limits.lead_minutes),
        "latest": latest,
        "last_end": latest + LONGEST_CLASS,
        **queries.unit_parameters(units),
        **filters,
    }
    rows = connection.execute(queries.offered_and_own_seats(frozenset(filters), len(units)), values)
    facts = [Facts._make(row) for row in rows]
    own_seats = OwnSeats(row for row in facts if row.is_own_seat)
    for row in facts:
        if not row.is_own_seat and _is_within_contract(row.starts_at, row.time_zone, student.contract_ends_on):
            yield with_status(row, own_seats)


def _latest_start(horizon: datetime, contract_ends_on: date | None) -> datetime:
    """An upper bound for the query: the contract's last day is over in every zone; _is_within_contract is exact."""
    if contract_ends_on is None or contract_ends_on > horizon.date():
        return horizon
    return min(horizon, datetime.combine(contract_ends_on, time(), UTC) + timedelta(days=1) + _FARTHEST_ZONE)


def _is_within_contract(starts_at: datetime, time_zone: str, ends_on: date | None) -> bool:
    return ends_on is None or starts_at.astimezone(ZoneInfo(time_zone)).date() <= ends_on
