"""Which encounters a student is offered, with which status, in which order and in which JSON spelling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.world import STUDENT, Center, Encounter, User, World

OFFERED_STATUSES = ("Available", "Standby")
LAST_UNIT_OF_THE_COURSE = 80


@dataclass(frozen=True)
class Wanted:
    """What was asked for; an empty set is no filter, center ids are lower case."""

    center_ids: frozenset[str] = frozenset()
    is_online: frozenset[bool] = frozenset()
    unit_numbers: frozenset[int] = frozenset()

    def includes(self, encounter: Encounter, center: Center) -> bool:
        """Whether a class of a center passes every filter."""
        return (
            (not self.center_ids or center.id in self.center_ids)
            and (not self.is_online or encounter.is_online in self.is_online)
            and (not self.unit_numbers or encounter.unit_number in self.unit_numbers)
        )


EVERYTHING = Wanted()


def answer(
    world: World,
    student: User,
    now: datetime,
    wanted: Wanted = EVERYTHING,
    only_available: bool = True,
    *,
    units_ahead: int = 1,
    lead_minutes: int = 0,
    horizon_days: int = 28,
) -> list[dict[str, object]]:
    """The JSON array of …/encounters/available, or of …/encounters where `only_available` is false."""
    window = {"units_ahead": units_ahead, "lead_minutes": lead_minutes, "horizon_days": horizon_days}
    return [
        in_json(encounter, center, status)
        for encounter, status in statuses(world, student, now, **window)
        if wanted.includes(encounter, center := world.center_of_id[encounter.center_id])
        and (status in OFFERED_STATUSES or not only_available)
    ]


def in_json(encounter: Encounter, center: Center, status: str) -> dict[str, object]:
    """One class as the ten published fields, in their order."""
    return {
        "UnitNumber": encounter.unit_number,
        "Id": encounter.id,
        "DateTime": encounter.starts_at.isoformat(),
        "EndDate": encounter.ends_at.isoformat(),
        "Duration": encounter.duration_minutes,
        "Status": status,
        "IsOnline": encounter.is_online,
        "CenterId": center.id,
        "CenterName": center.name,
        "CenterReferenceId": center.reference_id,
    }


def statuses(
    world: World,
    student: User,
    now: datetime,
    *,
    units_ahead: int = 1,
    lead_minutes: int = 0,
    horizon_days: int = 28,
) -> list[tuple[Encounter, str]]:
    """Every class in reach of a student with its status, by start, center's name and id; `now` is aware."""
    if student.type != STUDENT or not student.active:
        return []
    units = offered_units(student, units_ahead=units_ahead)
    centers = offered_centers(world, student)
    in_reach = [
        encounter
        for encounter in world.encounters
        if encounter.unit_number in units
        and world.center_of_id[encounter.center_id] in centers
        and now + timedelta(minutes=lead_minutes) < encounter.starts_at
        and encounter.starts_at <= now + timedelta(days=horizon_days)
        and starts_within_contract(world, student, encounter)
        and not encounter.is_cancelled
    ]
    in_reach.sort(key=lambda it: (it.starts_at, world.center_of_id[it.center_id].name, it.id))
    return [(encounter, status_of(world, student, encounter)) for encounter in in_reach]


def offered_units(student: User, *, units_ahead: int = 1) -> list[int]:
    """The units from the current one on, in order; empty without a current unit or past the last one."""
    if student.current_unit is None:
        return []
    last = LAST_UNIT_OF_THE_COURSE if student.last_unit is None else student.last_unit
    return list(range(student.current_unit, min(student.current_unit + units_ahead, last) + 1))


def offered_centers(world: World, student: User) -> list[Center]:
    """The student's centers and every online center of their territories, by name and id."""
    assigned = [center for center in world.centers if center.id in student.centers]
    territories = {center.territory for center in assigned}
    online = [it for it in world.centers if it.kind == "online" and it.territory in territories]
    return sorted({*assigned, *online}, key=lambda center: (center.name, center.id))


def starts_within_contract(world: World, student: User, encounter: Encounter) -> bool:
    """Whether the day a class starts on, as its center's calendar shows it, is not after the contract's end."""
    if student.contract_ends_on is None:
        return True
    zone = ZoneInfo(world.center_of_id[encounter.center_id].time_zone)
    return encounter.starts_at.astimezone(zone).date() <= student.contract_ends_on


def status_of(world: World, student: User, encounter: Encounter) -> str:
    """The first status that holds for a class which is not cancelled."""
    taken = world.places_in.get(encounter.id, [])
    seats = [booking.student_id for booking in taken if booking.mode == "seat"]
    standby = [booking.student_id for booking in taken if booking.mode == "standby"]
    holds = (
        ("Booked", student.id in seats),
        ("OnStandby", student.id in standby),
        ("Closed", encounter.is_closed),
        ("Conflict", any(overlap(encounter, other) for other in other_classes(world, student, encounter))),
        ("Available", len(seats) < encounter.seats),
        ("Standby", len(standby) < encounter.standby_seats),
        ("Full", True),
    )
    return next(status for status, is_so in holds if is_so)


def other_classes(world: World, student: User, encounter: Encounter) -> list[Encounter]:
    """The classes besides this one, not cancelled, in which the student holds a seat."""
    seats = [place for place in world.places_of.get(student.id, []) if place.mode == "seat"]
    held = [world.encounter_of_id[seat.encounter_id] for seat in seats]
    return [other for other in held if other.id != encounter.id and not other.is_cancelled]


def overlap(one: Encounter, other: Encounter) -> bool:
    """Whether two classes share a moment; the moment one ends belongs to it no more."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
