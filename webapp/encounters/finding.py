"""The classes offered to one student, found in one query together with the seats they may conflict with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from webapp.encounters.asked_for import EncounterFilter
from webapp.encounters.statuses import CAN_BE_TAKEN, StudentEncounter, with_status
from webapp.models import Assignment, Booking, BookingMode, Center, CenterKind, Encounter
from webapp.students import Student

_FARTHEST_ZONE: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Limits:
    """How far ahead classes are offered: units past the current one, days, and minutes of notice."""

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
    """The encounters of an active `student`, by start, center name and id; one query, or none for who has no units.

    Only those that can be taken, unless `every_status`. `now` is the server's clock, in any zone.
    """
    units = student.units(limits.units_ahead)
    if not units:
        return []
    earliest = now + timedelta(minutes=limits.lead_minutes)
    latest = now + timedelta(days=limits.horizon_days)
    offered = and_(_is_offered(student, units, earliest, latest), wanted.clause())
    rows = connection.execute(_facts_and_own_seats(student, offered, earliest)).all()
    own_seats = [row for row in rows if row.is_own_seat]
    found = (
        with_status(row, own_seats)
        for row in rows
        if not row.is_own_seat and _within_contract(row.starts_at, row.time_zone, student.contract_ends_on)
    )
    return sorted(
        (encounter for encounter in found if every_status or encounter.status in CAN_BE_TAKEN),
        key=lambda encounter: (encounter.starts_at, encounter.center_name, encounter.id),
    )


def list_offered_centers(connection: Connection, student: Student) -> list[OfferedCenter]:
    """The centers whose classes `student` may take, with or without classes now, by name and id; one query."""
    query = select(Center.id, Center.name).where(Center.id.in_(_offered_center_ids(student)))
    return [OfferedCenter(*row) for row in connection.execute(query.order_by(Center.name, Center.id))]


def _offered_center_ids(student: Student) -> Select[UUID]:
    own = select(Assignment.center_id).where(Assignment.user_id == student.id)
    home = aliased(Center)
    territories = select(home.territory).where(home.id.in_(own))
    online = and_(Center.kind == CenterKind.ONLINE, Center.territory.in_(territories))
    return select(Center.id).where(or_(Center.id.in_(own), online))


def _is_offered(student: Student, units: range, earliest: datetime, latest: datetime) -> ColumnElement[bool]:
    if student.contract_ends_on is not None:
        # A coarse bound, in the zone where that day ends last; _within_contract decides in the center's own zone.
        day_after = datetime.combine(student.contract_ends_on + timedelta(days=1), time(), UTC)
        latest = min(latest, day_after + _FARTHEST_ZONE)
    return and_(
        Encounter.center_id.in_(_offered_center_ids(student)),
        Encounter.unit_number.between(units.start, units.stop - 1),
        Encounter.starts_at > earliest,
        Encounter.starts_at <= latest,
        Encounter.is_cancelled == false(),
    )


def _facts_and_own_seats(
    student: Student, offered: ColumnElement[bool], earliest: datetime
) -> CompoundSelect[*tuple[Any, ...]]:
    """One query for two questions: which classes are offered, and which seats, anywhere, they may conflict with."""
    seats = select(Booking.encounter_id).where(
        Booking.student_id == student.id, Booking.mode == BookingMode.SEAT, Booking.is_cancelled == false()
    )
    taken = and_(Encounter.id.in_(seats), Encounter.ends_at > earliest, Encounter.is_cancelled == false())
    return union_all(
        _facts(student, literal(False)).where(offered),
        _facts(student, literal(True)).where(taken),
    )


def _facts(student: Student, is_own_seat: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    mine = aliased(Booking)
    is_mine = and_(mine.encounter_id == Encounter.id, mine.student_id == student.id, mine.is_cancelled == false())
    return (
        select(
            is_own_seat.label("is_own_seat"),
            Encounter.id,
            Encounter.unit_number,
            Encounter.starts_at,
            Encounter.ends_at,
            Encounter.duration_minutes,
            Encounter.is_online,
            Encounter.is_closed,
            Encounter.seats,
            Encounter.standby_seats,
            Encounter.teacher,
            Center.id.label("center_id"),
            Center.name.label("center_name"),
            Center.reference_id.label("center_reference_id"),
            Center.time_zone,
            mine.mode.label("own_mode"),
            _taken(BookingMode.SEAT).label("seats_taken"),
            _taken(BookingMode.STANDBY).label("standby_taken"),
        )
        .join(Center, Center.id == Encounter.center_id)
        .outerjoin(mine, is_mine)
    )


def _taken(mode: BookingMode) -> ColumnElement[int]:
    anyone = aliased(Booking)
    return (
        select(func.count())
        .where(anyone.encounter_id == Encounter.id, anyone.mode == mode, anyone.is_cancelled == false())
        .correlate(Encounter)
        .scalar_subquery()
    )


def _within_contract(starts_at: datetime, time_zone: str, ends_on: date | None) -> bool:
    return ends_on is None or starts_at.astimezone(ZoneInfo(time_zone)).date() <= ends_on
