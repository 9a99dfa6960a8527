"""One student, through the eyes of an actor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, Select, bindparam, select

from webapp import policy
from webapp.models import LAST_UNIT_OF_THE_COURSE, User, UserType
from webapp.text import full_name

UNITS_IN_A_LEVEL: Final = 4


@dataclass(frozen=True, slots=True)
class Student:
    """The user whose encounters are requested, of any type; only a student has any.

    Staff members may request those of their colleagues and themselves, which are none.
    """

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
        """First and last name, with one space between them."""
        return full_name(self.first_name, self.last_name)

    @property
    def level(self) -> int | None:
        """The level, 1 to 20, of the current unit."""
        return None if self.current_unit is None else (self.current_unit - 1) // UNITS_IN_A_LEVEL + 1

    def units(self, units_ahead: int) -> range:
        """The units that may be offered (the README's section "The rules"); none for anybody but students."""
        last = LAST_UNIT_OF_THE_COURSE if self.last_unit is None else self.last_unit
        if self.type != UserType.STUDENT or self.current_unit is None:
            return range(0)
        return range(self.current_unit, min(self.current_unit + units_ahead, last) + 1)


STUDENT_COLUMNS: Final = (
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


def student_of(row: Row[*tuple[Any, ...]]) -> Student:
    """The student in a row that has STUDENT_COLUMNS, among any others."""
    return Student(**{column.key: getattr(row, column.key) for column in STUDENT_COLUMNS})


def find_student(
    connection: Connection, actor: policy.Actor, action: policy.Action, identifier: UUID | str
) -> Student | None:
    """The user that `identifier` (text.parse_identifier) names, if `actor` may do `action` to them; else None.

    One query, the same whether the user exists or not.
    """
    query = _one_student(by_id=isinstance(identifier, UUID))
    row = connection.execute(query, {**policy.bind_values(actor), "identifier": identifier}).one_or_none()
    if row is None:
        return None
    student = student_of(row)
    subject = policy.Subject(student.id, student.type, row.active, row.shares_center)
    return student if policy.allows(actor, action, subject) else None


@cache
def _one_student(*, by_id: bool) -> Select[*tuple[Any, ...]]:
    named = (User.id if by_id else User.user_name_key) == bindparam("identifier")
    return select(User.active, policy.shares_center_column().label("shares_center"), *STUDENT_COLUMNS).where(named)
