"""What the screen of one student shows: the classes that a filter leaves, or the first reason why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select

from webapp.encounters import queries
from webapp.encounters.availability import Limits, list_encounters
from webapp.encounters.filters import EncounterFilter
from webapp.encounters.statuses import CAN_BE_TAKEN, StudentEncounter
from webapp.models import Center, UserType
from webapp.students import Student


class Because(StrEnum):
    """Why nothing is shown; the first that holds, in this order (the README's section "Pages")."""

    NOT_A_STUDENT = "not-a-student"
    NO_UNIT = "no-unit"
    COURSE_FINISHED = "course-finished"
    CONTRACT_ENDED = "contract-ended"
    NO_CENTER = "no-center"
    FILTERS = "filters"
    NONE_IN_WINDOW = "none-in-window"


@dataclass(frozen=True, slots=True)
class Shown:
    """The classes shown; `because` says why there are none. `hidden` more have a status that is not shown."""

    encounters: tuple[StudentEncounter, ...]
    because: Because | None
    hidden: int


def list_shown(
    connection: Connection,
    student: Student,
    wanted: EncounterFilter,
    limits: Limits,
    now: datetime,
    *,
    every_status: bool,
) -> Shown:
    """The encounters that list_encounters gives, and why there are none; one query, two if there are none.

    `now` is the server's clock, in any zone.
    """
    # One read without the filter also answers what there would be without it.
    everything = list_encounters(connection, student, EncounterFilter(), limits, now, every_status=True)
    matching = list(wanted.matching(everything))
    shown = tuple(encounter for encounter in matching if every_status or encounter.status in CAN_BE_TAKEN)
    because = None
    if not shown:
        narrowed = any(every_status or encounter.status in CAN_BE_TAKEN for encounter in everything)
        because = Because.FILTERS if narrowed else _why_nothing(connection, student, now)
    return Shown(shown, because, len(matching) - len(shown))


def _why_nothing(connection: Connection, student: Student, now: datetime) -> Because:
    if student.type != UserType.STUDENT:
        return Because.NOT_A_STUDENT
    if student.current_unit is None:
        return Because.NO_UNIT
    if not student.units(0):
        return Because.COURSE_FINISHED
    zones = connection.scalars(_offered_zones(), {"student_id": student.id}).all()
    if zones and _ended(student.contract_ends_on, zones, now):
        return Because.CONTRACT_ENDED
    return Because.NONE_IN_WINDOW if zones else Because.NO_CENTER


def _ended(ends_on: date | None, zones: Sequence[str], now: datetime) -> bool:
    return ends_on is not None and all(ends_on < now.astimezone(ZoneInfo(zone)).date() for zone in zones)


@cache
def _offered_zones() -> Select[*tuple[Any, ...]]:
    return queries.offered_centers().with_only_columns(Center.time_zone).order_by(None).distinct()
