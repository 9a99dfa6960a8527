"""The encounters of one student, each with its status for that student, and the filter that narrows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
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

from webapp.models import Assignment, Booking, BookingMode, Center, CenterKind, Encounter
from webapp.students import LAST_UNIT_OF_THE_COURSE, Student
from webapp.text import BadInput, parse_guid

MOST_VALUES: Final = 100
Value = TypeVar("Value")

_UNIT: Final = re.compile(r"0*([1-9][0-9]?)", re.ASCII)
_UNIT_NUMBERS: Final = f"a whole number from 1 to {LAST_UNIT_OF_THE_COURSE}"
_BOOLEANS: Final = {"true": True, "false": False}
_FARTHEST_ZONE: Final = timedelta(hours=14)


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
class Limits:
    """How far ahead classes are offered: units past the current one, days, and minutes of notice."""

    units_ahead: int
    horizon_days: int
    lead_minutes: int


@dataclass(frozen=True, slots=True)
class EncounterFilter:
    """What was asked for. Values of one kind are alternatives; an empty kind asks for nothing in particular."""

    center_ids: tuple[UUID, ...] = ()
    is_online: tuple[bool, ...] = ()
    unit_numbers: tuple[int, ...] = ()

    @classmethod
    def from_parameters(cls, values: Mapping[str, Sequence[str]]) -> tuple[EncounterFilter, BadInput | None]:
        """The filter that the parameters centerId, isOnline and unitNumber ask for; unknown ones are ignored.

        A value that does not parse, or over 100 values of one parameter, is left out and told as the second.
        """
        problems: list[BadInput] = []
        wanted = cls(
            tuple(_each(values, "centerId", parse_guid, "a GUID", problems)),
            tuple(_each(values, "isOnline", _BOOLEANS.get, "true or false", problems)),
            tuple(_each(values, "unitNumber", _unit_number, _UNIT_NUMBERS, problems)),
        )
        return wanted, problems[0] if problems else None

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters that ask for this filter, for an address."""
        return [
            *(("centerId", str(center)) for center in self.center_ids),
            *(("isOnline", str(online).lower()) for online in self.is_online),
            *(("unitNumber", str(unit)) for unit in self.unit_numbers),
        ]

    def clause(self) -> ColumnElement[bool]:
        """The same as a condition on `encounters`."""
        return and_(
            True,
            *([Encounter.center_id.in_(self.center_ids)] if self.center_ids else ()),
            *([Encounter.is_online.in_(self.is_online)] if self.is_online else ()),
            *([Encounter.unit_number.in_(self.unit_numbers)] if self.unit_numbers else ()),
        )


@dataclass(frozen=True, slots=True)
class OfferedCenter:
    """A center whose classes a student may take."""

    id: UUID
    name: str


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
        _with_status(row, own_seats)
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


def _each(
    values: Mapping[str, Sequence[str]],
    name: str,
    parse: Callable[[str], Value | None],
    allowed: str,
    problems: list[BadInput],
) -> Iterator[Value]:
    given = values.get(name, ())
    if len(given) > MOST_VALUES:
        problems.append(BadInput(name, f"{len(given)} values", f"at most {MOST_VALUES} values"))
    for text in given[:MOST_VALUES]:
        value = parse(text)
        if value is not None:
            yield value
        elif text:
            problems.append(BadInput(name, text[:MOST_VALUES], allowed))


def _unit_number(text: str) -> int | None:
    number = _UNIT.fullmatch(text)
    return int(number[1]) if number and int(number[1]) <= LAST_UNIT_OF_THE_COURSE else None


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


def _with_status(row: Row[*tuple[Any, ...]], own_seats: Sequence[Row[*tuple[Any, ...]]]) -> StudentEncounter:
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


def _status(
    row: Row[*tuple[Any, ...]], own_seats: Sequence[Row[*tuple[Any, ...]]], seats_free: int, standby_free: int
) -> Status:
    rules = (
        (row.own_mode == BookingMode.SEAT, Status.BOOKED),
        (row.own_mode == BookingMode.STANDBY, Status.ON_STANDBY),
        (row.is_closed, Status.CLOSED),
        (any(_overlap(row, seat) for seat in own_seats), Status.CONFLICT),
        (seats_free > 0, Status.AVAILABLE),
        (standby_free > 0, Status.STANDBY),
    )
    return next((status for holds, status in rules if holds), Status.FULL)


def _overlap(one: Row[*tuple[Any, ...]], other: Row[*tuple[Any, ...]]) -> bool:
    different = one.id != other.id
    return bool(different and one.starts_at < other.ends_at and other.starts_at < one.ends_at)
