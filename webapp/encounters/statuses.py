"""The status of a class for one student, decided from plain facts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from webapp.models import LONGEST_CLASS_MINUTES, BookingMode

LONGEST_CLASS: Final = timedelta(minutes=LONGEST_CLASS_MINUTES)


class Status(StrEnum):
    """The status of a class for a student: the first that applies, in this order (the README's section "Statuses")."""

    BOOKED = "Booked"
    ON_STANDBY = "OnStandby"
    CLOSED = "Closed"
    CONFLICT = "Conflict"
    AVAILABLE = "Available"
    STANDBY = "Standby"
    FULL = "Full"

    def is_shown(self, *, every_status: bool) -> bool:
        """Whether a list holds classes with this status: those that can be taken, or every one."""
        return every_status or self in CAN_BE_TAKEN


CAN_BE_TAKEN: Final = frozenset({Status.AVAILABLE, Status.STANDBY})


class Facts(NamedTuple):
    """A class and one student's place in it, as stored; a row of queries.offered_and_own_seats.

    Instants are in UTC. `own_mode` is the mode of the student's booking unless cancelled, None without one. If
    `is_own_seat`, the row is there for its times only, and places taken are 0.
    """

    is_own_seat: bool
    id: UUID
    unit_number: int
    starts_at: datetime
    ends_at: datetime
    duration_minutes: int
    is_online: bool
    is_closed: bool
    seats: int
    standby_seats: int
    teacher: str | None
    center_id: UUID
    center_name: str
    center_reference_id: str
    time_zone: str
    own_mode: str | None
    seats_taken: int
    standby_taken: int


@dataclass(frozen=True, slots=True)
class StudentEncounter:
    """A class with its status for one student. Instants are in UTC; places are free ones, never other students."""

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


class OwnSeats:
    """The classes in which a student holds a seat, ordered by start."""

    def __init__(self, seats: Iterable[Facts]) -> None:
        self._seats = sorted(seats, key=lambda seat: (seat.starts_at, seat.id))
        self._starts = [seat.starts_at for seat in self._seats]

    def find_conflict(self, facts: Facts) -> Facts | None:
        """The first other class with a seat that overlaps this one (17–18 does not overlap 18–19), or None."""
        # A class that started LONGEST_CLASS before this one or earlier cannot still be running.
        for place in range(bisect_left(self._starts, facts.starts_at - LONGEST_CLASS), len(self._seats)):
            seat = self._seats[place]
            if seat.starts_at >= facts.ends_at:
                return None
            if seat.ends_at > facts.starts_at and seat.id != facts.id:
                return seat
        return None


def with_status(facts: Facts, own_seats: OwnSeats) -> StudentEncounter:
    """The class with its status for the student who holds `own_seats`."""
    seats_free = max(facts.seats - facts.seats_taken, 0)
    standby_free = max(facts.standby_seats - facts.standby_taken, 0)
    return StudentEncounter(
        id=facts.id,
        unit_number=facts.unit_number,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        duration_minutes=facts.duration_minutes,
        status=_status(facts, own_seats, seats_free, standby_free),
        is_online=facts.is_online,
        center_id=facts.center_id,
        center_name=facts.center_name,
        center_reference_id=facts.center_reference_id,
        time_zone=facts.time_zone,
        seats_free=seats_free,
        standby_free=standby_free,
        teacher=facts.teacher,
    )


def _status(facts: Facts, own_seats: OwnSeats, seats_free: int, standby_free: int) -> Status:
    if facts.own_mode == BookingMode.SEAT:
        return Status.BOOKED
    if facts.own_mode == BookingMode.STANDBY:
        return Status.ON_STANDBY
    if facts.is_closed:
        return Status.CLOSED
    if own_seats.find_conflict(facts) is not None:
        return Status.CONFLICT
    if seats_free > 0:
        return Status.AVAILABLE
    return Status.STANDBY if standby_free > 0 else Status.FULL
