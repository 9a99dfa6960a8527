"""The classes of one student: the filters, the table, and the reason when it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from webapp.encounters import EmptyReason, OfferedCenter, ShownEncounters, Status, StudentEncounter
from webapp.students import LAST_UNIT_OF_THE_COURSE, Student
from webapp.web.inputs import AvailabilityQuery
from webapp.web.presenters.words import (
    NOTHING,
    format_count,
    format_date,
    format_day,
    format_time_span,
    format_zone,
)
from webapp.web.view_models import Availability, Choice, ChoiceGroup, EncounterLine, FilterForm

_STATUS_WORDS: Final = {
    Status.BOOKED: "Booked",
    Status.ON_STANDBY: "On standby",
    Status.CLOSED: "Closed",
    Status.CONFLICT: "Conflict",
    Status.AVAILABLE: "Available",
    Status.STANDBY: "Standby only",
    Status.FULL: "Full",
}


def filter_form(
    query: AvailabilityQuery, centers: Sequence[OfferedCenter], units: Sequence[int], action: str
) -> FilterForm:
    """The form #filters: every center and unit offered, and any other that the address asks for, checked."""
    groups = (
        ChoiceGroup("Center", "centerId", "checkbox", _center_choices(query.wanted.center_ids, centers)),
        ChoiceGroup("Delivery", "isOnline", "radio", _delivery_choices(query.wanted.is_online)),
        ChoiceGroup("Unit", "unitNumber", "checkbox", _unit_choices(query.wanted.unit_numbers, units)),
        ChoiceGroup("Show", "show", "checkbox", (Choice("all", "All classes", query.shows_all),)),
    )
    return FilterForm(
        action=action,
        groups=tuple(group for group in groups if group.choices),
        can_be_cleared=bool(query.query_string),
    )


def availability(
    shown: ShownEncounters,
    student: Student,
    query: AvailabilityQuery,
    action: str,
    refresh_seconds: int,
    horizon_days: int,
) -> Availability:
    """The element #availability: a line for each class shown, or a true sentence about why there is none."""
    lines = tuple(_line(encounter) for encounter in shown.encounters)
    empty = _nothing_shown(shown, student, query, horizon_days)
    count = format_count(len(lines), "class", "es")
    return Availability(
        action=action,
        version=_version(action, query.query_string, refresh_seconds, empty, lines),
        refresh_seconds=str(refresh_seconds),
        lines=lines,
        summary=count if query.shows_all else f"{count} to take",
        empty=empty,
        because=shown.empty_reason,
        problem=None,
    )


def refused_availability(problem: str, action: str) -> Availability:
    """The element #availability with a problem in place of its table."""
    return Availability(
        action=action,
        version="",
        refresh_seconds="0",
        lines=(),
        summary="",
        empty=(),
        because=None,
        problem=problem,
    )


def _center_choices(checked: Sequence[UUID], offered: Sequence[OfferedCenter]) -> tuple[Choice, ...]:
    names = {center.id: center.name for center in offered}
    for center_id in checked:
        names.setdefault(center_id, str(center_id))  # the name of a center that is not offered stays hidden
    return tuple(Choice(str(center_id), name, center_id in checked) for center_id, name in names.items())


def _delivery_choices(wanted: Sequence[bool]) -> tuple[Choice, ...]:
    online = wanted[0] if len(set(wanted)) == 1 else None
    return (
        Choice("", "Any", online is None),
        Choice("false", "In person", online is False),
        Choice("true", "Online", online is True),
    )


def _unit_choices(checked: Sequence[int], offered: Sequence[int]) -> tuple[Choice, ...]:
    return tuple(Choice(str(unit), f"Unit {unit}", unit in checked) for unit in sorted({*offered, *checked}))


def _version(
    action: str, query_string: str, refresh_seconds: int, empty: Sequence[str], lines: Sequence[EncounterLine]
) -> str:
    """A digest of all that the element shows. It covers the query: rows of one choice never pass for another's."""
    return sha256(orjson.dumps([action, query_string, refresh_seconds, empty, lines])).hexdigest()[:16]


def _line(encounter: StudentEncounter) -> EncounterLine:
    zone = ZoneInfo(encounter.time_zone)
    starts_at, ends_at = encounter.starts_at.astimezone(zone), encounter.ends_at.astimezone(zone)
    return EncounterLine(
        id=str(encounter.id),
        unit=str(encounter.unit_number),
        status=encounter.status.value,
        status_word=_STATUS_WORDS[encounter.status],
        is_online=str(encounter.is_online).lower(),
        center_id=str(encounter.center_id),
        starts_at=encounter.starts_at.isoformat(),
        day=format_day(starts_at.date()),
        time=format_time_span(starts_at, ends_at),
        zone=format_zone(starts_at, encounter.time_zone),
        center_name=encounter.center_name,
        delivery="Online" if encounter.is_online else "In person",
        places=_places(encounter),
        teacher=encounter.teacher or NOTHING,
    )


def _places(encounter: StudentEncounter) -> str:
    if encounter.status == Status.AVAILABLE:
        return format_count(encounter.seats_free, "seat")
    if encounter.status == Status.STANDBY:
        return f"{encounter.standby_free} standby"
    return NOTHING


def _nothing_shown(
    shown: ShownEncounters, student: Student, query: AvailabilityQuery, horizon_days: int
) -> tuple[str, ...]:
    """Why nothing is shown, and what to do about it; empty if something is."""
    subject = "No classes" if query.shows_all else "No class can be taken"
    match shown.empty_reason:
        case None:
            return ()
        case EmptyReason.NOT_A_STUDENT:
            return ("Only students take classes, and this account is not a student’s.",)
        case EmptyReason.NO_UNIT:
            return ("No current unit is recorded, so no class can be offered.",)
        case EmptyReason.COURSE_FINISHED:
            last_unit = student.last_unit or LAST_UNIT_OF_THE_COURSE
            return (f"The course is finished: unit {student.current_unit} is past its last unit, {last_unit}.",)
        case EmptyReason.CONTRACT_ENDED if student.contract_ends_on:
            return (f"The contract ended on {format_date(student.contract_ends_on)}.",)
        case EmptyReason.NO_CENTER:
            return ("No center is assigned, so no class can be offered.",)
        case EmptyReason.FILTERS:
            return (f"{subject} with these filters.", "Clear the filters to see what else there is.")
    return _none_in_window(subject, shown, query, horizon_days)


def _none_in_window(
    subject: str, shown: ShownEncounters, query: AvailabilityQuery, horizon_days: int
) -> tuple[str, ...]:
    days = "the next day" if horizon_days == 1 else f"the next {horizon_days} days"
    either_way = ", with or without these filters" if query.wanted.parameters() else ""
    sentence = f"{subject} in {days}{either_way}."
    if not shown.hidden:
        return (sentence,)
    return (sentence, f"Show all classes to see {shown.hidden} that cannot be taken.")
