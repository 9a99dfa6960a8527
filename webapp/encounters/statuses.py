"""What a class is to one student: the seven statuses, decided from plain facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row

from webapp.models import BookingMode

Facts = Row[*tuple[Any, ...]]


class Status(StrEnum):
    """What a class is to a student; the first that holds, in this order (the README's section "Statuses")."""

    BOOKED = "Booked"
    ON_STANDBY = "OnStandby"
    CLOSED = "Closed"
    CONFLICT = "Conflict"
    AVAILABLE = "Available"
    STANDBY = "Standby"
    FULL = "Full"


CAN_BE_TAKEN: Final = frozenset({Status.AVAILABLE, Status.STANDBY})


@dataclass(frozen=True, slots=True)
class StudentEncounter:
    """A class as it stands for one student. Instants are in UTC; free places never name who holds the others."""

    id: UUID
    unit_number: int
    starts_at: datetime
    ends_at: datetime
    duration_minutes: int
    status: Status
    is_online: bool
    center_id: UUID
    center_name: str
    center_reference_id: str
    time_zone: str
    seats_free: int
    standby_free: int
    teacher: str | None


def with_status(row: Facts, own_seats: Sequence[Facts]) -> StudentEncounter:
    """The class that a row of finding's query tells of; `own_seats`: the rows in which the student holds a seat."""
    seats_free = max(row.seats - row.seats_taken, 0)
    standby_free = max(row.standby_seats - row.standby_taken, 0)
    return StudentEncounter(
        id=row.id,
        unit_number=row.unit_number,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        duration_minutes=row.duration_minutes,
        status=_status(row, own_seats, seats_free, standby_free),
        is_online=row.is_online,
        center_id=row.center_id,
        center_name=row.center_name,
        center_reference_id=row.center_reference_id,
        time_zone=row.time_zone,
        seats_free=seats_free,
        standby_free=standby_free,
        teacher=row.teacher,
    )


def _status(row: Facts, own_seats: Sequence[Facts], seats_free: int, standby_free: int) -> Status:
    rules = (
        (row.own_mode == BookingMode.SEAT, Status.BOOKED),
        (row.own_mode == BookingMode.STANDBY, Status.ON_STANDBY),
        (row.is_closed, Status.CLOSED),
        (any(_overlap(row, seat) for seat in own_seats), Status.CONFLICT),
        (seats_free > 0, Status.AVAILABLE),
        (standby_free > 0, Status.STANDBY),
    )
    return next((status for holds, status in rules if holds), Status.FULL)


def _overlap(one: Facts, other: Facts) -> bool:
    different = one.id != other.id
    return bool(different and one.starts_at < other.ends_at and other.starts_at < one.ends_at)
