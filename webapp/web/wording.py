"""Encounters, students and filters in words: domain objects to the view models that templates receive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from webapp.encounters import Because, OfferedCenter, Shown, Status, StudentEncounter
from webapp.students import LAST_UNIT_OF_THE_COURSE, MOST_COUNTED, Found, NobodyBecause, Student
from webapp.web.inputs import Question
from webapp.web.view_models import (
    Availability,
    Choice,
    EncounterLine,
    Filters,
    StudentHead,
    StudentLine,
    StudentList,
)

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOTHING: Final = "—"
_STATUS_WORDS: Final = {
    Status.BOOKED: "Booked",
    Status.ON_STANDBY: "On standby",
    Status.CLOSED: "Closed",
    Status.CONFLICT: "Conflict",
    Status.AVAILABLE: "Available",
    Status.STANDBY: "Standby only",
    Status.FULL: "Full",
}
_WHY_NOBODY: Final = {
    NobodyBecause.NO_STUDENTS: (
        "There are no students yet.",
        "They appear here once they are imported.",
    ),
    NobodyBecause.NO_CENTER: (
        "You are not assigned to a center, so there are no students to show.",
        "Ask whoever manages your account to assign you to one.",
    ),
    NobodyBecause.NO_ACTIVE_STUDENTS: ("Your centers have no active students.",),
}


def day_in_words(day: date) -> str:
    """A calendar day: Tue 24 Nov 2026."""
    return f"{_WEEKDAYS[day.weekday()]} {_date_in_words(day)}"


def time_span(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when, both in one time zone: 18:00–19:00, with the weekday if it ends on another day."""
    another_day = "" if starts_at.date() == ends_at.date() else f" {_WEEKDAYS[ends_at.weekday()]}"
    return f"{starts_at:%H:%M}–{ends_at:%H:%M}{another_day}"


def zone_in_words(moment: datetime, name: str) -> str:
    """The time zone in force at `moment`: CET · Europe/Rome, or UTC+05:30 · … where it has no letters."""
    short = moment.tzname() or ""
    if not short.isalpha():
        offset = moment.strftime("%z")
        short = f"UTC{offset[:3]}:{offset[3:]}"
    return short if short == name else f"{short} · {name}"


def unit_in_words(student: Student) -> str:
    """The current unit and its level, or a dash."""
    return _NOTHING if student.level is None else f"Unit {student.current_unit} · Level {student.level}"


def student_head(student: Student) -> StudentHead:
    """Who an availability page is about."""
    return StudentHead(student.student_code or _NOTHING, unit_in_words(student), _contract_end(student))


def student_list(
    found: Found, asked: str, href_of: dict[UUID, str], nobody: NobodyBecause | None = None
) -> StudentList:
    """What a search found, with the address of each student's encounters; `nobody`: why nothing typed finds nobody."""
    count = len(found.students)
    is_counted = count + found.more < MOST_COUNTED
    more = f"{found.more:,}" if is_counted else f"More than {found.more - 1:,}"
    everyone = _counted(count + found.more, "student") if is_counted else f"More than {MOST_COUNTED - 1:,} students"
    empty = () if count else _WHY_NOBODY[nobody] if nobody else (f"No student matches “{asked}”.",)
    return StudentList(
        lines=tuple(_student_line(student, found, href_of[student.id]) for student in found.students),
        summary=everyone if count else empty[0],
        empty=empty,
        more=f"{more} more: type more of the name, or the code." if found.more else None,
        problem=None,
    )


def refused_search(problem: str) -> StudentList:
    """The list in whose place a problem stands."""
    return StudentList((), "", (), None, problem)


def filters(question: Question, centers: Sequence[OfferedCenter], units: Sequence[int], action: str) -> Filters:
    """The form #filters: what may be chosen, and what is chosen, also if it is not among that."""
    wanted = question.wanted
    known = {center.id for center in centers}
    strangers = [OfferedCenter(id_, str(id_)) for id_ in dict.fromkeys(wanted.center_ids) if id_ not in known]
    numbers = sorted({*units, *wanted.unit_numbers})
    online = wanted.is_online[0] if len(set(wanted.is_online)) == 1 else None
    return Filters(
        action=action,
        centers=tuple(Choice(str(c.id), c.name, c.id in wanted.center_ids) for c in (*centers, *strangers)),
        deliveries=(
            Choice("", "Any", online is None),
            Choice("false", "In person", online is False),
            Choice("true", "Online", online is True),
        ),
        units=tuple(Choice(str(number), f"Unit {number}", number in wanted.unit_numbers) for number in numbers),
        shows_all=question.shows_all,
        clear_href=action if question.query else None,
    )


def availability(
    shown: Shown, student: Student, question: Question, action: str, refresh_seconds: int, horizon_days: int
) -> Availability:
    """The element #availability with a line for each class, or one true sentence why there is none."""
    lines = tuple(_encounter_line(encounter) for encounter in shown.encounters)
    empty = _nothing_to_take(shown, student, question, horizon_days)
    summary = _counted(len(lines), "class", "es")
    # The question is part of the version: rows of one choice are never taken for those of another.
    told = [(*(getattr(line, name) for name in EncounterLine.__slots__),) for line in lines]
    return Availability(
        action=action,
        version=sha256(orjson.dumps([action, question.query, refresh_seconds, empty, told])).hexdigest()[:16],
        refresh_seconds=str(refresh_seconds),
        lines=lines,
        summary=summary if question.shows_all else f"{summary} to take",
        empty=empty,
        because=shown.because,
        problem=None,
    )


def refused_availability(problem: str, action: str) -> Availability:
    """The element #availability in which a problem stands instead of a table."""
    return Availability(action, "", "0", (), "", (), None, problem)


def _encounter_line(encounter: StudentEncounter) -> EncounterLine:
    zone = ZoneInfo(encounter.time_zone)
    starts_at, ends_at = encounter.starts_at.astimezone(zone), encounter.ends_at.astimezone(zone)
    return EncounterLine(
        id=str(encounter.id),
        unit=str(encounter.unit_number),
        status=encounter.status.value,
        status_word=_STATUS_WORDS[encounter.status],
        is_online=str(encounter.is_online).lower(),
        center_id=str(encounter.center_id),
        starts_at=encounter.starts_at.astimezone(UTC).isoformat(),
        ends_at=encounter.ends_at.astimezone(UTC).isoformat(),
        day=day_in_words(starts_at.date()),
        time=time_span(starts_at, ends_at),
        zone=zone_in_words(starts_at, encounter.time_zone),
        center_name=encounter.center_name,
        delivery="Online" if encounter.is_online else "In person",
        places=_places(encounter),
        teacher=encounter.teacher or _NOTHING,
    )


def _places(encounter: StudentEncounter) -> str:
    if encounter.status == Status.AVAILABLE:
        return _counted(encounter.seats_free, "seat")
    if encounter.status == Status.STANDBY:
        return f"{encounter.standby_free} standby"
    return _NOTHING


def _student_line(student: Student, found: Found, href: str) -> StudentLine:
    return StudentLine(
        user_id=str(student.id),
        href=href,
        name=student.full_name,
        code=student.student_code or _NOTHING,
        centers=", ".join(found.centers.get(student.id, ())) or _NOTHING,
        unit=unit_in_words(student),
        contract_ends=_contract_end(student),
    )


def _contract_end(student: Student) -> str:
    return _NOTHING if student.contract_ends_on is None else day_in_words(student.contract_ends_on)


def _nothing_to_take(shown: Shown, student: Student, question: Question, horizon_days: int) -> tuple[str, ...]:
    what = "No classes" if question.shows_all else "No class can be taken"
    match shown.because:
        case None:
            return ()
        case Because.NOT_A_STUDENT:
            return ("Only students take classes, and this account is not a student’s.",)
        case Because.NO_UNIT:
            return ("No current unit is recorded, so no class can be offered.",)
        case Because.COURSE_FINISHED:
            last = student.last_unit or LAST_UNIT_OF_THE_COURSE
            return (f"The course is finished: unit {student.current_unit} is past its last unit, {last}.",)
        case Because.CONTRACT_ENDED if student.contract_ends_on:
            return (f"The contract ended on {_date_in_words(student.contract_ends_on)}.",)
        case Because.NO_CENTER:
            return ("No center is assigned, so no class can be offered.",)
        case Because.FILTERS:
            return (f"{what} with these filters.", "Clear the filters to see what else there is.")
    return _nothing_in_window(what, shown, question, horizon_days)


def _nothing_in_window(what: str, shown: Shown, question: Question, horizon_days: int) -> tuple[str, ...]:
    days = "the next day" if horizon_days == 1 else f"the next {horizon_days} days"
    either_way = ", with or without these filters" if question.wanted.parameters() else ""
    hint = f"Show all classes to see {shown.hidden} that cannot be taken." if shown.hidden else None
    return (f"{what} in {days}{either_way}.", *([hint] if hint else []))


def _date_in_words(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _counted(number: int, noun: str, plural: str = "s") -> str:
    return f"{number} {noun}{'' if number == 1 else plural}"
