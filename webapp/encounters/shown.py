"""The classes that the page of one student shows, or the first reason why there are none."""

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
from webapp.encounters.statuses import StudentEncounter
from webapp.models import Center, UserType
from webapp.students import Student


class EmptyReason(StrEnum):
    """Why nothing is shown: the first that applies, in this order (the README's section "Pages")."""

    NOT_A_STUDENT = "not-a-student"
    NO_UNIT = "no-unit"
    COURSE_FINISHED = "course-finished"
    CONTRACT_ENDED = "contract-ended"
    NO_CENTER = "no-center"
    FILTERS = "filters"
    NONE_IN_WINDOW = "none-in-window"


@dataclass(frozen=True, slots=True)
class ShownEncounters:
    """The classes shown, or the reason why there are none; `hidden` counts those whose status is not shown."""

    encounters: tuple[StudentEncounter, ...]
    empty_reason: EmptyReason | None
    hidden: int


def list_shown_encounters(
    connection: Connection,
    student: Student,
    wanted: EncounterFilter,
    limits: Limits,
    now: datetime,
    *,
    every_status: bool,
) -> ShownEncounters:
    """The encounters that list_encounters returns, or why there are none; one query, two if there are none.

    `now` is the server's clock, in any zone.
    """
    # One query without the filter also shows whether the filter is the reason for an empty table.
    everything = list_encounters(connection, student, EncounterFilter(), limits, now, every_status=True)
    matching = list(wanted.matching(everything))
    shown = tuple(encounter for encounter in matching if encounter.status.is_shown(every_status=every_status))
    empty_reason = None
    if not shown:
        is_filtered_out = any(encounter.status.is_shown(every_status=every_status) for encounter in everything)
        empty_reason = EmptyReason.FILTERS if is_filtered_out else _explain_nothing(connection, student, now)
    return ShownEncounters(shown, empty_reason, len(matching) - len(shown))


def _explain_nothing(connection: Connection, student: Student, now: datetime) -> EmptyReason:
    if student.type != UserType.STUDENT:
        return EmptyReason.NOT_A_STUDENT
    if student.current_unit is None:
        return EmptyReason.NO_UNIT
    if not student.units(0):
        return EmptyReason.COURSE_FINISHED
    zones = connection.scalars(_offered_zones(), {"student_id": student.id}).all()
    if zones and _ended(student.contract_ends_on, zones, now):
        return EmptyReason.CONTRACT_ENDED
    return EmptyReason.NONE_IN_WINDOW if zones else EmptyReason.NO_CENTER


def _ended(ends_on: date | None, zones: Sequence[str], now: datetime) -> bool:
    return ends_on is not None and all(ends_on < now.astimezone(ZoneInfo(zone)).date() for zone in zones)


@cache
def _offered_zones() -> Select[*tuple[Any, ...]]:
    return queries.offered_centers().with_only_columns(Center.time_zone).order_by(None).distinct()
