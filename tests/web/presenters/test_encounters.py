"""The classes of a student in words, and the reasons when there are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from webapp.encounters import (
    EmptyReason,
    EncounterFilter,
    ShownEncounters,
    Status,
    StudentEncounter,
)
from webapp.students import Student
from webapp.web import presenters
from webapp.web.inputs import AvailabilityQuery
from webapp.web.view_models import Availability, EncounterLine

ACTION = "/students/1/encounters"
LONG_NAME = "Taumatawhakatangihangakoauauotamatea" * 5
MILAN = UUID(int=1)
NO_FILTER = EncounterFilter()
GIULIA = Student(
    id=UUID(int=9),
    type="Student",
    user_name="giulia",
    first_name="Giulia",
    last_name="Prova",
    student_code="MIL-0001",
    current_unit=13,
    last_unit=12,
    contract_ends_on=date(2027, 1, 31),
)
ENCOUNTER = StudentEncounter(
    id=UUID(int=7),
    unit_number=13,
    starts_at=datetime(2026, 11, 24, 17, tzinfo=UTC),
    ends_at=datetime(2026, 11, 24, 18, tzinfo=UTC),
    duration_minutes=60,
    status=Status.AVAILABLE,
    is_online=False,
    center_id=MILAN,
    center_name="Milano Duomo",
    center_reference_id="MIL-01",
    time_zone="Europe/Rome",
    seats_free=3,
    standby_free=2,
    teacher="Irene Sala",
)


def _query(wanted: EncounterFilter = NO_FILTER, *, shows_all: bool = False) -> AvailabilityQuery:
    return AvailabilityQuery(wanted, shows_all, None)


def _present(
    *encounters: StudentEncounter,
    reason: EmptyReason | None = None,
    hidden: int = 0,
    student: Student = GIULIA,
    query: AvailabilityQuery | None = None,
    refresh_seconds: int = 15,
    horizon_days: int = 28,
    action: str = ACTION,
) -> Availability:
    shown = ShownEncounters(encounters, reason, hidden)
    return presenters.availability(shown, student, query or _query(), action, refresh_seconds, horizon_days)


def _line(**changed: Any) -> EncounterLine:
    (line,) = _present(replace(ENCOUNTER, **changed)).lines
    return line


def test_a_row_has_the_values_of_the_json_and_their_words() -> None:
    assert _line() == EncounterLine(
        id="00000000-0000-0000-0000-000000000007",
        unit="13",
        status="Available",
        status_word="Available",
        is_online="false",
        center_id="00000000-0000-0000-0000-000000000001",
        starts_at="2026-11-24T17:00:00+00:00",
        day="Tue 24 Nov 2026",
        time="18:00–19:00",
        zone="CET · Europe/Rome",
        center_name="Milano Duomo",
        delivery="In person",
        places="3 seats",
        teacher="Irene Sala",
    )


@pytest.mark.parametrize(
    ("status", "seats", "standby", "words"),
    [
        (Status.AVAILABLE, 1, 2, ("Available", "Available", "1 seat")),
        (Status.AVAILABLE, 100, 0, ("Available", "Available", "100 seats")),
        (Status.STANDBY, 0, 1, ("Standby", "Standby only", "1 standby")),
        (Status.STANDBY, 0, 2, ("Standby", "Standby only", "2 standby")),
        (Status.BOOKED, 3, 2, ("Booked", "Booked", "—")),
        (Status.ON_STANDBY, 3, 2, ("OnStandby", "On standby", "—")),
        (Status.CLOSED, 3, 2, ("Closed", "Closed", "—")),
        (Status.CONFLICT, 3, 2, ("Conflict", "Conflict", "—")),
        (Status.FULL, 0, 0, ("Full", "Full", "—")),
    ],
)
def test_each_status_has_its_words_and_only_free_places_are_counted(
    status: Status, seats: int, standby: int, words: tuple[str, str, str]
) -> None:
    line = _line(status=status, seats_free=seats, standby_free=standby)
    assert (line.status, line.status_word, line.places) == words


def test_every_status_has_words() -> None:
    assert [_line(status=status).status for status in Status] == [status.value for status in Status]


def test_delivery_is_online_or_in_person() -> None:
    assert [(line.is_online, line.delivery) for line in (_line(is_online=True), _line())] == [
        ("true", "Online"),
        ("false", "In person"),
    ]


def test_a_class_without_a_teacher_has_a_dash() -> None:
    assert [_line(teacher=teacher).teacher for teacher in (None, "", LONG_NAME)] == ["—", "—", LONG_NAME]


@pytest.mark.parametrize(
    ("starts_at", "zone", "minutes", "words"),
    [
        ("2026-03-28T17:00", "Europe/Rome", 60, ("Sat 28 Mar 2026", "18:00–19:00", "CET · Europe/Rome")),
        ("2026-03-29T17:00", "Europe/Rome", 60, ("Sun 29 Mar 2026", "19:00–20:00", "CEST · Europe/Rome")),
        ("2026-03-29T00:30", "Europe/Rome", 60, ("Sun 29 Mar 2026", "01:30–03:30", "CET · Europe/Rome")),
        ("2026-12-31T23:30", "Europe/Rome", 60, ("Fri 1 Jan 2027", "00:30–01:30", "CET · Europe/Rome")),
        ("2026-12-31T22:30", "Europe/Rome", 60, ("Thu 31 Dec 2026", "23:30–00:30 Fri", "CET · Europe/Rome")),
        ("2026-12-31T23:30", "Asia/Tashkent", 60, ("Fri 1 Jan 2027", "04:30–05:30", "UTC+05:00 · Asia/Tashkent")),
        ("2026-11-24T17:00", "UTC", 600, ("Tue 24 Nov 2026", "17:00–03:00 Wed", "UTC")),
    ],
)
def test_day_and_time_are_those_of_the_center(
    starts_at: str, zone: str, minutes: int, words: tuple[str, str, str]
) -> None:
    start = datetime.fromisoformat(starts_at).replace(tzinfo=UTC)
    line = _line(starts_at=start, ends_at=start + timedelta(minutes=minutes), time_zone=zone)
    assert (line.day, line.time, line.zone) == words
    assert line.starts_at == f"{starts_at}:00+00:00"


def test_the_summary_counts_the_classes_to_take_or_all_of_them() -> None:
    everything = _query(shows_all=True)
    assert [_present(*[ENCOUNTER] * number).summary for number in (1, 2)] == ["1 class to take", "2 classes to take"]
    assert [_present(*[ENCOUNTER] * number, query=everything).summary for number in (1, 2)] == ["1 class", "2 classes"]


@pytest.mark.parametrize(
    ("reason", "sentences"),
    [
        (EmptyReason.NOT_A_STUDENT, ("Only students take classes, and this account is not a student’s.",)),
        (EmptyReason.NO_UNIT, ("No current unit is recorded, so no class can be offered.",)),
        (EmptyReason.COURSE_FINISHED, ("The course is finished: unit 13 is past its last unit, 12.",)),
        (EmptyReason.CONTRACT_ENDED, ("The contract ended on 31 Jan 2027.",)),
        (EmptyReason.NO_CENTER, ("No center is assigned, so no class can be offered.",)),
        (
            EmptyReason.FILTERS,
            ("No class can be taken with these filters.", "Clear the filters to see what else there is."),
        ),
        (EmptyReason.NONE_IN_WINDOW, ("No class can be taken in the next 28 days.",)),
    ],
)
def test_each_reason_for_nothing_found_has_its_sentence(reason: EmptyReason, sentences: tuple[str, ...]) -> None:
    presented = _present(reason=reason)
    assert (presented.because, presented.empty, presented.lines) == (reason, sentences, ())


def test_every_reason_has_a_sentence_of_its_own() -> None:
    sentences = {_present(reason=reason).empty for reason in EmptyReason}
    assert len(sentences) == len(EmptyReason)
    assert _present(ENCOUNTER).empty == ()


def test_a_course_without_a_last_unit_of_its_own_ends_with_unit_80() -> None:
    student = replace(GIULIA, current_unit=81, last_unit=None)
    presented = _present(reason=EmptyReason.COURSE_FINISHED, student=student)
    assert presented.empty == ("The course is finished: unit 81 is past its last unit, 80.",)


@pytest.mark.parametrize(
    ("query", "hidden", "horizon_days", "sentences"),
    [
        (_query(), 0, 1, ("No class can be taken in the next day.",)),
        (_query(), 0, 366, ("No class can be taken in the next 366 days.",)),
        (
            _query(),
            2,
            28,
            ("No class can be taken in the next 28 days.", "Show all classes to see 2 that cannot be taken."),
        ),
        (_query(shows_all=True), 0, 28, ("No classes in the next 28 days.",)),
        (
            _query(EncounterFilter(is_online=(True,))),
            0,
            28,
            ("No class can be taken in the next 28 days, with or without these filters.",),
        ),
        (
            _query(EncounterFilter(unit_numbers=(70,)), shows_all=True),
            0,
            28,
            ("No classes in the next 28 days, with or without these filters.",),
        ),
    ],
)
def test_an_empty_window_says_how_long_it_is_and_what_would_show_more(
    query: AvailabilityQuery, hidden: int, horizon_days: int, sentences: tuple[str, ...]
) -> None:
    presented = _present(reason=EmptyReason.NONE_IN_WINDOW, query=query, hidden=hidden, horizon_days=horizon_days)
    assert presented.empty == sentences


def test_an_empty_table_with_every_status_does_not_speak_of_taking() -> None:
    presented = _present(reason=EmptyReason.FILTERS, query=_query(shows_all=True))
    assert presented.empty == ("No classes with these filters.", "Clear the filters to see what else there is.")


def test_the_version_changes_with_anything_shown_and_with_nothing_else() -> None:
    first = _present(ENCOUNTER)
    assert _present(replace(ENCOUNTER)).version == first.version
    assert _present(ENCOUNTER, student=replace(GIULIA, current_unit=1)).version == first.version
    others = [
        _present(),
        _present(ENCOUNTER, ENCOUNTER),
        _present(replace(ENCOUNTER, seats_free=2)),
        _present(replace(ENCOUNTER, teacher=None)),
        _present(replace(ENCOUNTER, status=Status.FULL)),
        _present(ENCOUNTER, query=_query(shows_all=True)),
        _present(ENCOUNTER, query=_query(EncounterFilter(is_online=(False,)))),
        _present(ENCOUNTER, refresh_seconds=0),
        _present(ENCOUNTER, action="/students/2/encounters"),
        _present(reason=EmptyReason.NO_UNIT),
        _present(reason=EmptyReason.NO_CENTER),
    ]
    versions = [first.version, *(other.version for other in others)]
    assert len(set(versions)) == len(versions)


def test_a_parameter_that_is_not_allowed_takes_the_place_of_the_table() -> None:
    assert presenters.refused_availability("unitNumber: wrong.", ACTION) == Availability(
        action=ACTION,
        version="",
        refresh_seconds="0",
        lines=(),
        summary="",
        empty=(),
        because=None,
        problem="unitNumber: wrong.",
    )


def test_long_names_are_shown_in_full() -> None:
    line = _line(center_name=LONG_NAME, teacher=LONG_NAME)
    assert (line.center_name, line.teacher) == (LONG_NAME, LONG_NAME)
