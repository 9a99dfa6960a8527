"""The kinds of requests that are measured, with the answer each one must get and what it may cost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmark.cast import DESK, MANAGER, MOST_FOUND, Cast, count_found
from tests.oracle.policy import matches
from tests.oracle.world import STUDENT, User

PROGRAM: Final = "a program"  # asks by API token, as the desk
JSON, PART, JSON_FEW, PART_FEW = "json", "part", "json-few", "part-few"
SEARCH_ONE, SEARCH_ALL = "search-one", "search-all"
NAMES: Final = (
    *(JSON, "json-304", PART, "poll-204", "page", JSON_FEW, PART_FEW, SEARCH_ONE, SEARCH_ALL),
    *("search-nobody", "search-empty", "search-two"),
)
FOUR_LETTERS, TWO_LETTERS, NOBODY = "blac", "an", "qzxjvwk"
_JSON_ROW: Final = re.compile(rb'"UnitNumber":')
_CLASS_ROW: Final = re.compile(rb"<tr[^>]*\sdata-encounter-id=")
_PERSON_ROW: Final = re.compile(rb"\sdata-user-id=")
_TABLE: Final = {"HX-Request": "true", "HX-Target": "availability"}
_POLL: Final = {**_TABLE, "HX-Trigger": "availability"}
_FOUND: Final = {"HX-Request": "true", "HX-Target": "students"}


@dataclass(frozen=True)
class Work:
    """One kind of request; `rows` are so many, or those that a student can take at the moment of the request.

    `must` and `aim` are CPU time as a multiple of the floor's.
    """

    name: str
    title: str
    must: float | None
    aim: float | None
    actor: str
    path: str
    row: re.Pattern[bytes]
    rows: int | User
    headers: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0  # the status when the version of the last answer is sent along, as it then is; 0: it is not


def build_works(cast: Cast, users: Path) -> list[Work]:
    """All kinds, for the students of a world and its users.csv."""
    return [*_of_classes(cast.typical), *_of_few_classes(cast.quiet), *_of_students(cast, users)]


def _of_classes(student: User) -> list[Work]:
    programs, people = f"/users/{student.id}/encounters/available", f"/students/{student.id}/encounters"
    return [
        Work(JSON, "JSON, 50 rows", 6, 4, PROGRAM, programs, _JSON_ROW, student),
        Work("json-304", "the same, unchanged: 304", 4, 2, PROGRAM, programs, _JSON_ROW, student, {}, 304),
        Work(PART, "refreshed table (part), 50 rows", 8, 5, DESK, people, _CLASS_ROW, student, _TABLE),
        Work("poll-204", "poll of an unchanged table: 204", 4, 2, DESK, people, _CLASS_ROW, student, _POLL, 204),
        Work("page", "whole availability page, 50 rows", 10, 6, DESK, people, _CLASS_ROW, student),
    ]


def _of_few_classes(student: User) -> list[Work]:
    programs, people = f"/users/{student.id}/encounters/available", f"/students/{student.id}/encounters"
    return [
        Work(JSON_FEW, "JSON, few rows", None, None, PROGRAM, programs, _JSON_ROW, student),
        Work(PART_FEW, "refreshed table (part), few rows", None, None, DESK, people, _CLASS_ROW, student, _TABLE),
    ]


def _of_students(cast: Cast, users: Path) -> list[Work]:
    of_center = [person for person in cast.world.users if person.type == STUDENT and person.active]
    here = min(sum(matches(person, FOUR_LETTERS) for person in of_center), MOST_FOUND)

    def everywhere(name: str, title: str, must: float, aim: float, q: str, rows: int) -> Work:
        return Work(name, title, must, aim, MANAGER, f"/students?q={q}", _PERSON_ROW, rows, _FOUND)

    def count(q: str) -> int:
        return count_found(users, q)

    one = f"/students?q={FOUR_LETTERS}"
    return [
        Work(SEARCH_ONE, "search, one center, 4 letters", 7, 4, DESK, one, _PERSON_ROW, here, _FOUND),
        everywhere(SEARCH_ALL, "search, all centers, 4 letters", 20, 8, FOUR_LETTERS, count(FOUR_LETTERS)),
        everywhere("search-nobody", "all centers: a word that hits nobody", 20, 4, NOBODY, 0),
        everywhere("search-empty", "all centers: nothing typed", 20, 10, "", count("")),
        everywhere("search-two", "all centers: two letters", 60, 40, TWO_LETTERS, count(TWO_LETTERS)),
    ]
