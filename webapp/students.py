"""Find one student and search many, always as seen by someone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, or_, select

from webapp import policy
from webapp.models import Assignment, Center, User, UserType
from webapp.text import digits, search_key

MOST_FOUND: Final = 50
LONGEST_QUERY: Final = 100
UNITS_IN_A_LEVEL: Final = 4
LAST_UNIT_OF_THE_COURSE: Final = 80

_TELEPHONE: Final = frozenset("0123456789 +-()")


@dataclass(frozen=True, slots=True)
class Student:
    """A person as looked at: usually a student; staff members may look at colleagues, who have no encounters."""

    id: UUID
    type: str
    user_name: str
    first_name: str
    last_name: str | None
    student_code: str | None
    current_unit: int | None
    last_unit: int | None
    contract_ends_on: date | None

    @property
    def full_name(self) -> str:
        """First and last name joined by one blank."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def level(self) -> int | None:
        """The level, 1 to 20, of the current unit."""
        return None if self.current_unit is None else (self.current_unit - 1) // UNITS_IN_A_LEVEL + 1

    def units(self, units_ahead: int) -> range:
        """The units that may be offered (the README's rule 2); empty for who is not a student or has none left."""
        last = LAST_UNIT_OF_THE_COURSE if self.last_unit is None else self.last_unit
        if self.type != UserType.STUDENT or self.current_unit is None:
            return range(0)
        return range(self.current_unit, min(self.current_unit + units_ahead, last) + 1)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: at most 50 students, the centers of each by name, and how many more there are."""

    students: tuple[Student, ...]
    centers: dict[UUID, tuple[str, ...]]
    more: int


_STUDENT_COLUMNS: Final = (
    User.id,
    User.type,
    User.user_name,
    User.first_name,
    User.last_name,
    User.student_code,
    User.current_unit,
    User.last_unit,
    User.contract_ends_on,
)


def find_student(
    connection: Connection, actor: policy.Actor, action: policy.Action, identifier: UUID | str
) -> Student | None:
    """The user that `identifier` (text.parse_identifier) names, if `actor` may do `action` to them; else None.

    One query, the same whether the user exists or not.
    """
    query = _one_student(by_id=isinstance(identifier, UUID))
    row = connection.execute(query, {"actor_id": actor.id, "identifier": identifier}).one_or_none()
    if row is None:
        return None
    active, shares_center, *columns = row
    student = Student(*columns)
    subject = policy.Subject(student.id, student.type, active, shares_center)
    return student if policy.allows(actor, action, subject) else None


def search_students(connection: Connection, actor: policy.Actor, asked: str) -> Found:
    """The students that `actor` may find and that match `asked` (the README's section "Finding a student").

    Two queries at most; ordered by last name, first name, user name as people sort them: accents do not count.
    """
    matching = and_(policy.allowed_users(actor, policy.Action.FIND_IN_SEARCH), _matches(asked))
    rows = connection.execute(_page_of(matching)).all()
    students = tuple(Student(*row[1:]) for row in rows)
    total = rows[0][0] if rows else 0
    return Found(students, _center_names(connection, [student.id for student in students]), total - len(students))


class NobodyBecause(StrEnum):
    """Why a search for nothing in particular finds nobody; the first that holds, in this order."""

    NO_STUDENTS = "no-students"
    NO_CENTER = "no-center"
    NO_ACTIVE_STUDENTS = "no-active-students"


def explain_nobody(connection: Connection, actor: policy.Actor) -> NobodyBecause:
    """Why `actor`, whose empty search found nobody, has no students; one query."""
    any_student = exists().where(User.type == UserType.STUDENT)
    own_center = exists().where(Assignment.user_id == actor.id)
    has_students, has_center = connection.execute(select(any_student, own_center)).one()
    if not has_students:
        return NobodyBecause.NO_STUDENTS
    return NobodyBecause.NO_ACTIVE_STUDENTS if has_center else NobodyBecause.NO_CENTER


@cache
def _one_student(*, by_id: bool) -> Select[*tuple[Any, ...]]:
    named = (User.id if by_id else User.user_name_key) == bindparam("identifier")
    return select(User.active, policy.shares_center_column(), *_STUDENT_COLUMNS).where(named)


def _page_of(matching: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    everyone = func.count().over()
    return select(everyone, *_STUDENT_COLUMNS).where(matching).order_by(User.sort_key).limit(MOST_FOUND)


def _matches(asked: str) -> ColumnElement[bool]:
    words = [User.search_key.contains(search_key(word), autoescape=True) for word in asked.split()]
    if digits(asked) and _TELEPHONE.issuperset(asked):
        return or_(and_(*words), User.phone_digits.contains(digits(asked), autoescape=True))
    return and_(True, *words)


def _center_names(connection: Connection, users: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    if not users:
        return {}
    query = (
        select(Assignment.user_id, Center.name)
        .join(Center, Center.id == Assignment.center_id)
        .where(Assignment.user_id.in_(users))
        .order_by(Center.name, Center.id)
    )
    names: defaultdict[UUID, list[str]] = defaultdict(list)
    for user, center in connection.execute(query):
        names[user].append(center)
    return {user: tuple(centers) for user, centers in names.items()}
