"""The rows of encounters.csv and bookings.csv, a week of a center at a time."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from tests.benchmark.guids import BOOKINGS, ENCOUNTERS, Guids
from tests.benchmark.people import LAST_UNIT, Students
from tests.benchmark.places import Center

COLUMNS: Final = (
    "id,center,unit_number,starts_at,duration_minutes,seats,standby_seats,is_online,is_closed,is_cancelled,teacher"
)
BOOKING_COLUMNS: Final = "id,encounter_id,student_id,booked_at,mode,is_cancelled"

Plan = tuple[str, ...]  # the ends of the lines of bookings.csv for one class

_TAKEN: Final = "seat,false\n"
_OPEN, _CLOSED, _CANCELLED = "false,false", "true,false", "false,true"
_FATES: Final = (_OPEN,) * 119 + (_CLOSED,) * 5 + (_CANCELLED,) * 4
_SEATS: Final = (1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 3, 4, 2)
_STANDBY: Final = (0, 1, 2, 2)
_DURATIONS: Final = (45, 60, 60, 90)
_HOURS: Final = range(16, 44)  # half hours from 08:00 to 21:30
_TABLE = 1024
MOST_SEATS_AHEAD: Final = 8  # of one student from the middle week on; people do not book half a year at once


class Timetable:
    """When the classes of one week start and when they were booked, as texts to draw from."""

    def __init__(self, first_day: date) -> None:
        days = [first_day + timedelta(days=days) for days in range(7)]
        slots = [(day, half) for day in days for half in _HOURS]
        weights = [_busy(day.weekday(), half) for day, half in slots]
        self.starts: list[str] = []
        reached = 0
        for (day, half), weight in zip(slots, weights, strict=True):
            reached += weight
            text = f"{day} {half // 2:02d}:{half % 2 * 30:02d}"
            self.starts += [text] * (_TABLE * reached // sum(weights) - len(self.starts))
        before = [str(first_day - timedelta(days=days)) for days in range(1, 22)]
        # Also in the zone farthest east, the evening (UTC) before the week is earlier than its first class.
        self.booked = [f"{before[turn * turn % 21]} {5 + turn % 15:02d}:{turn * 7 % 60:02d}" for turn in range(_TABLE)]


def _busy(weekday: int, half: int) -> int:
    """How many classes start at a time, in proportion: evenings of working days and the day of Saturday are full."""
    if weekday == 6:
        return 3 if half < 36 else 1
    if weekday == 5:
        return 6 if 18 <= half < 36 else 2
    return 9 if 35 <= half < 41 else 2


class Classes:
    """Makes the classes of a network one after the other, and counts them."""

    def __init__(self, students: Students, guids: Guids, chance: Random) -> None:
        self._students, self._guids, self._chance = students, guids, chance
        self._seats_ahead = bytearray(len(students.units))
        self.count = self.booked = 0

    def make(
        self, center: Center, teachers: list[str], times: Timetable, count: int, *, is_ahead: bool
    ) -> tuple[list[str], list[str]]:
        """The lines of `count` classes and of their bookings; `is_ahead`: in the middle week or later."""
        students, draw, guid = self._students, self._chance.getrandbits, self._guids.text
        neighbours = students.by_territory if center.is_online else students.by_center
        low, size = center.audience.start, len(center.audience)
        starts, moments, units, person = times.starts, times.booked, students.units, students.id
        online = "true" if center.is_online else "false"
        encounters: list[str] = []
        bookings: list[str] = []
        seats_ahead = self._seats_ahead
        number, booking = self.count, self.booked
        for _ in range(count):
            bits = draw(96)
            place = (bits >> 64) * size >> 32
            shape, plans = _SHAPES[bits & 255]
            fate = _FATES[bits >> 8 & 127]
            # Two in five take the class of the next unit: it is open to them too.
            unit = min(units[neighbours[low + place]] + (bits >> 15 & 7 < 3), LAST_UNIT)
            encounter = guid(ENCOUNTERS, number)
            number += 1
            encounters.append(
                f"{encounter},{center.reference},{unit},{starts[bits >> 18 & 1023]},{shape},{online},{fate},"
                f"{teachers[bits >> 28 & 7]}\n"
            )
            moment = bits >> 31
            for end in plans[fate is _CANCELLED][bits >> 41 & 63][:size]:
                student = neighbours[low + place]
                if is_ahead and end == _TAKEN:
                    if seats_ahead[student] == MOST_SEATS_AHEAD:
                        break  # nobody waits for a place while a seat is free
                    seats_ahead[student] += 1
                bookings.append(
                    f"{guid(BOOKINGS, booking)},{encounter},{person(student)},{moments[moment & 1023]},{end}"
                )
                booking += 1
                moment += 37
                # The next in this order studies the same unit, or nearly.
                place = place + 1 if place + 1 < size else 0
        self.count, self.booked = number, booking
        return encounters, bookings


def _plans(seats: int, standby: int) -> tuple[list[Plan], list[Plan]]:
    """64 ways in which a class is booked, and the same once it is cancelled."""
    plans: list[Plan] = []
    for turn in range(64):
        is_full = turn < 24
        taken = seats if is_full else turn % seats
        waiting = (turn % (standby + 1)) if is_full else 0
        given_up = (0, 0, 1, 0, 0, 0, 0, 2)[turn % 8]
        plans.append(
            ("seat,true\n",) * given_up + (_TAKEN,) * taken + ("standby,false\n",) * waiting,
        )
    return plans, [tuple(end.replace("false", "true") for end in plan) for plan in plans]


def _shapes() -> list[tuple[str, tuple[list[Plan], list[Plan]]]]:
    """256 classes by duration and places, each with its ways to be booked."""
    found = []
    for duration in _DURATIONS:
        for seats in _SEATS:
            for standby in _STANDBY:
                found.append((f"{duration},{seats},{standby}", _plans(seats, standby)))
    return found


_SHAPES: Final = _shapes()
