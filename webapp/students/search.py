"""The student search: its words, and the cheapest way to find them for the actor who searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, exists, select

from webapp import policy
from webapp.models import User, UserType
from webapp.students import statements
from webapp.students.statements import MOST_COUNTED, MOST_FOUND, MOST_SORTED
from webapp.students.student import Student, student_of
from webapp.students.trigrams import SHORTEST, like_pattern, match_expression
from webapp.text import digits, search_key

LONGEST_QUERY: Final = 100

_TELEPHONE: Final = frozenset("0123456789 +-()")
# For up to this many centers, reading all their students is cheaper than looking a word up in the whole network.
_FEW_CENTERS: Final = 8
_FEW_CENTERS_WITHOUT_TRIGRAMS: Final = 40


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search: at most 50 students, the centers of each by name, and how many more there are.

    `more` is counted up to 1,000; 1,001 means more than that, and is not `is_exact`.
    """

    students: tuple[Student, ...]
    centers: dict[UUID, tuple[str, ...]]
    more: int

    @property
    def is_exact(self) -> bool:
        """Whether `more` is exact."""
        return len(self.students) + self.more < MOST_COUNTED


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The words of a search as search keys, and its digits if it may be a phone number."""

    words: tuple[str, ...]
    digits: str

    @classmethod
    def parse(cls, asked: str) -> _Wanted:
        is_telephone = bool(digits(asked)) and _TELEPHONE.issuperset(asked)
        return cls(tuple(search_key(word) for word in asked.split()), digits(asked) if is_telephone else "")

    @property
    def shape(self) -> statements.Shape:
        return statements.Shape(len(self.words), bool(self.digits))

    @property
    def has_trigrams(self) -> bool:
        longest = max(map(len, self.words), default=0)
        return longest >= SHORTEST and (not self.digits or len(self.digits) >= SHORTEST)

    @property
    def values(self) -> dict[str, str]:
        values = {f"word{n}": word for n, word in enumerate(self.words)}
        values |= {f"like{n}": like_pattern(word) for n, word in enumerate(self.words)}
        if self.digits:
            values |= {"digits": self.digits, "like_digits": like_pattern(self.digits)}
        if self.has_trigrams:
            by_phone = [match_expression("phone_digits", [self.digits])] if self.digits else []
            values["match"] = " OR ".join([match_expression("search_key", self.words), *by_phone])
        return values


class EmptySearchReason(StrEnum):
    """Why an empty search finds nobody; the first that holds, in this order."""

    NO_STUDENTS = "no-students"
    NO_CENTER = "no-center"
    NO_ACTIVE_STUDENTS = "no-active-students"


def search_students(connection: Connection, actor: policy.Actor, asked: str, *, center_count: int) -> Found:
    """The students that `actor` may find and that match `asked` (the README's section "Finding a student").

    `center_count`: how many centers the actor is assigned to; it decides what is read, never what is found. Two queries
    at most; ordered by last name, first name, user name as people sort them: accents do not count.
    """
    wanted = _Wanted.parse(asked)
    values = {**policy.bind_values(actor), **wanted.values}
    few_centers = _FEW_CENTERS if wanted.has_trigrams else _FEW_CENTERS_WITHOUT_TRIGRAMS
    if center_count <= few_centers:
        return _found(connection.execute(statements.by_centers(wanted.shape), values).all())
    if not wanted.has_trigrams:
        return _found(connection.execute(statements.by_names(wanted.shape, MOST_COUNTED), values).all())
    is_sqlite = connection.dialect.name == "sqlite"
    rows = connection.execute(statements.by_trigrams(wanted.shape, is_sqlite=is_sqlite), values).all()
    if not rows or rows[0].examined < MOST_SORTED:
        return _found(rows)
    first = connection.execute(statements.by_names(wanted.shape, MOST_FOUND), values).all()
    return _found(first, hits=rows[0].hits)


def explain_empty_search(connection: Connection, actor: policy.Actor) -> EmptySearchReason:
    """Why the empty search of `actor` found nobody; one query."""
    any_student = exists().where(User.type == UserType.STUDENT)
    own_center = exists(policy.centers_of_actor())
    has_students, has_center = connection.execute(select(any_student, own_center), policy.bind_values(actor)).one()
    if not has_students:
        return EmptySearchReason.NO_STUDENTS
    return EmptySearchReason.NO_ACTIVE_STUDENTS if has_center else EmptySearchReason.NO_CENTER


def _found(rows: Sequence[Row[*tuple[Any, ...]]], hits: int | None = None) -> Found:
    students: list[Student] = []
    centers: dict[UUID, tuple[str, ...]] = {}
    for row in rows:
        student = student_of(row)
        students.append(student)
        centers[student.id] = tuple(sorted((row.centers or "").splitlines()))
    counted = min(hits if hits is not None else rows[0].hits, MOST_COUNTED) if rows else 0
    return Found(tuple(students), centers, max(counted - len(students), 0))
