"""The student search, and the head of a page about one student."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from webapp.students import EmptySearchReason, Found, Student
from webapp.web.presenters.words import NOTHING, format_count, format_day
from webapp.web.view_models import StudentHead, StudentLine, StudentList

_WHY_EMPTY: Final = {
    EmptySearchReason.NO_STUDENTS: (
        "There are no students yet.",
        "They appear here once they are imported.",
    ),
    EmptySearchReason.NO_CENTER: (
        "You are not assigned to a center, so there are no students to show.",
        "Ask the person who manages your account to assign you to one.",
    ),
    EmptySearchReason.NO_ACTIVE_STUDENTS: ("Your centers have no active students.",),
}


def student_head(student: Student) -> StudentHead:
    """The facts under the name of the student whom a page is about."""
    return StudentHead(student.student_code or NOTHING, _unit(student), _contract_end(student))


def student_list(
    found: Found, q: str, hrefs: Mapping[UUID, str], why_empty: EmptySearchReason | None = None
) -> StudentList:
    """The result of a search for `q`; `hrefs` holds the address of each student's encounters, by student id.

    `why_empty` is the reason when a search without words finds nobody.
    """
    count = len(found.students)
    if count:
        empty: tuple[str, ...] = ()
    elif why_empty:
        empty = _WHY_EMPTY[why_empty]
    else:
        empty = (f"No student matches “{q}”.",)
    return StudentList(
        lines=tuple(_line(student, found, hrefs[student.id]) for student in found.students),
        summary=_summary(found) if count else empty[0],
        empty=empty,
        more=_more(found) if found.more else None,
        problem=None,
    )


def refused_search(problem: str) -> StudentList:
    """The list with a problem in its place."""
    return StudentList(lines=(), summary="", empty=(), more=None, problem=problem)


def _line(student: Student, found: Found, href: str) -> StudentLine:
    return StudentLine(
        user_id=str(student.id),
        href=href,
        name=student.full_name,
        code=student.student_code or NOTHING,
        centers=", ".join(found.centers.get(student.id, ())) or NOTHING,
        unit=_unit(student),
        contract_ends=_contract_end(student),
    )


def _summary(found: Found) -> str:
    total = len(found.students) + found.more
    return format_count(total, "student") if found.is_exact else f"More than {total - 1:,} students"


def _more(found: Found) -> str:
    more = f"{found.more:,}" if found.is_exact else f"More than {found.more - 1:,}"
    return f"{more} more: type more of the name, or the code."


def _unit(student: Student) -> str:
    return NOTHING if student.level is None else f"Unit {student.current_unit} · Level {student.level}"


def _contract_end(student: Student) -> str:
    return NOTHING if student.contract_ends_on is None else format_day(student.contract_ends_on)
