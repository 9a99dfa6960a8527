"""The student search and the head of a student's page in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from webapp.students import EmptySearchReason, Found, Student
from webapp.web import presenters
from webapp.web.view_models import StudentHead, StudentLine

LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 5

GIULIA = Student(
    id=UUID(int=1),
    type="Student",
    user_name="giulia",
    first_name="Giulia",
    last_name="Prova",
    student_code="MIL-0001",
    current_unit=13,
    last_unit=None,
    contract_ends_on=date(2027, 1, 31),
)
UNKNOWN = replace(GIULIA, last_name=None, student_code=None, current_unit=None, contract_ends_on=None)
HREFS = {GIULIA.id: "/students/1/encounters"}


def _crowd(count: int) -> tuple[Student, ...]:
    return tuple(replace(GIULIA, id=UUID(int=number)) for number in range(1, count + 1))


def test_the_head_of_a_page_shows_code_unit_level_and_end_of_contract() -> None:
    assert presenters.student_head(GIULIA) == StudentHead("MIL-0001", "Unit 13 · Level 4", "Sun 31 Jan 2027")


def test_a_student_without_recorded_facts_has_dashes() -> None:
    assert presenters.student_head(UNKNOWN) == StudentHead("—", "—", "—")


@pytest.mark.parametrize(("unit", "level"), [(1, 1), (4, 1), (5, 2), (8, 2), (77, 20), (80, 20)])
def test_four_units_make_a_level(unit: int, level: int) -> None:
    assert presenters.student_head(replace(GIULIA, current_unit=unit)).unit == f"Unit {unit} · Level {level}"


def test_a_line_links_to_the_classes_of_its_student() -> None:
    found = Found((GIULIA,), {GIULIA.id: ("Milano Duomo", "Roma Termini")}, 0)
    assert presenters.student_list(found, "giu", HREFS).lines == (
        StudentLine(
            user_id="00000000-0000-0000-0000-000000000001",
            href="/students/1/encounters",
            name="Giulia Prova",
            code="MIL-0001",
            centers="Milano Duomo, Roma Termini",
            unit="Unit 13 · Level 4",
            contract_ends="Sun 31 Jan 2027",
        ),
    )


def test_a_line_has_dashes_for_what_is_not_recorded() -> None:
    (line,) = presenters.student_list(Found((UNKNOWN,), {}, 0), "giu", HREFS).lines
    assert (line.name, line.code, line.centers, line.unit, line.contract_ends) == ("Giulia", "—", "—", "—", "—")


def test_long_names_are_shown_in_full() -> None:
    student = replace(GIULIA, first_name=LONG_NAME, last_name=LONG_NAME, student_code=LONG_NAME)
    (line,) = presenters.student_list(Found((student,), {GIULIA.id: (LONG_NAME,)}, 0), LONG_NAME, HREFS).lines
    assert (line.name, line.code, line.centers) == (f"{LONG_NAME} {LONG_NAME}", LONG_NAME, LONG_NAME)


@pytest.mark.parametrize(
    ("shown", "more", "summary", "hint"),
    [
        (1, 0, "1 student", None),
        (2, 0, "2 students", None),
        (50, 0, "50 students", None),
        (50, 1, "51 students", "1 more: type more of the name, or the code."),
        (50, 999, "1,049 students", "999 more: type more of the name, or the code."),
        (50, 1_000, "1,050 students", "1,000 more: type more of the name, or the code."),
        (50, 1_001, "More than 1,050 students", "More than 1,000 more: type more of the name, or the code."),
    ],
)
def test_the_number_of_students_is_exact_up_to_a_thousand_more(
    shown: int, more: int, summary: str, hint: str | None
) -> None:
    students = _crowd(shown)
    listed = presenters.student_list(Found(students, {}, more), "", dict.fromkeys((s.id for s in students), "/"))
    assert (len(listed.lines), listed.summary, listed.more) == (shown, summary, hint)
    assert (listed.empty, listed.problem) == ((), None)


@pytest.mark.parametrize(
    ("q", "reason", "sentences"),
    [
        ("zz <b>", None, ("No student matches “zz <b>”.",)),
        ("", EmptySearchReason.NO_ACTIVE_STUDENTS, ("Your centers have no active students.",)),
        (
            "",
            EmptySearchReason.NO_STUDENTS,
            ("There are no students yet.", "They appear here once they are imported."),
        ),
        (
            "",
            EmptySearchReason.NO_CENTER,
            (
                "You are not assigned to a center, so there are no students to show.",
                "Ask the person who manages your account to assign you to one.",
            ),
        ),
    ],
)
def test_an_empty_list_says_why(q: str, reason: EmptySearchReason | None, sentences: tuple[str, ...]) -> None:
    listed = presenters.student_list(Found((), {}, 0), q, {}, reason)
    assert (listed.lines, listed.empty, listed.more, listed.problem) == ((), sentences, None, None)
    assert listed.summary == sentences[0]


def test_every_reason_for_finding_nobody_has_words() -> None:
    sentences = [presenters.student_list(Found((), {}, 0), "", {}, reason).empty for reason in EmptySearchReason]
    assert len(set(sentences)) == len(EmptySearchReason)


def test_a_search_that_is_not_allowed_shows_its_problem_alone() -> None:
    listed = presenters.refused_search("q: too long.")
    assert (listed.problem, listed.lines, listed.summary, listed.empty, listed.more) == (
        "q: too long.",
        (),
        "",
        (),
        None,
    )
