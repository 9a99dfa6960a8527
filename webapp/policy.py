"""Who may do what to whom: one table of rules, each a yes/no question and the same question as SQL.

The published rule for a user's encounters: the signed-in user is the named user, or is a staff member of a
center that the named user is also assigned to; and the signed-in user is a StaffMember or a Student.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from webapp.models import Assignment, User, UserType


class Action(Enum):
    """What a person may ask to do; each has its line in the table RULES."""

    SEE_ENCOUNTERS = auto()
    FIND_IN_SEARCH = auto()


@dataclass(frozen=True, slots=True)
class Actor:
    """The person asking."""

    id: UUID
    type: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The person asked about; `shares_center`: whether some center has both the actor and this person."""

    id: UUID
    type: str
    active: bool
    shares_center: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One question in its two spellings; rules combine with & and |, both spellings at once."""

    holds: Callable[[Actor, Subject], bool]
    clause: Callable[[Actor], ColumnElement[bool]]

    def __and__(self, other: Rule) -> Rule:
        return Rule(
            lambda actor, subject: self.holds(actor, subject) and other.holds(actor, subject),
            lambda actor: and_(self.clause(actor), other.clause(actor)),
        )

    def __or__(self, other: Rule) -> Rule:
        return Rule(
            lambda actor, subject: self.holds(actor, subject) or other.holds(actor, subject),
            lambda actor: or_(self.clause(actor), other.clause(actor)),
        )


def _actor_is(wanted: UserType) -> Rule:
    return Rule(
        lambda actor, _subject: actor.type == wanted,
        lambda actor: true() if actor.type == wanted else false(),
    )


def _everyone_at_the_centers_of(actor: Actor) -> ColumnElement[bool]:
    own = select(Assignment.center_id).where(Assignment.user_id == actor.id)
    return User.id.in_(select(Assignment.user_id).where(Assignment.center_id.in_(own)))


_is_the_subject = Rule(lambda actor, subject: actor.id == subject.id, lambda actor: User.id == actor.id)
_shares_a_center = Rule(lambda _actor, subject: subject.shares_center, _everyone_at_the_centers_of)
_subject_is_active = Rule(lambda _actor, subject: subject.active, lambda _actor: User.active == true())
_subject_is_a_student = Rule(
    lambda _actor, subject: subject.type == UserType.STUDENT,
    lambda _actor: User.type == UserType.STUDENT,
)
_actor_is_staff = _actor_is(UserType.STAFF_MEMBER)
_actor_is_a_student = _actor_is(UserType.STUDENT)

_SEE_ENCOUNTERS: Final = (
    (_is_the_subject | (_actor_is_staff & _shares_a_center))
    & (_actor_is_staff | _actor_is_a_student)
    & _subject_is_active
)

RULES: Final[dict[Action, Rule]] = {
    Action.SEE_ENCOUNTERS: _SEE_ENCOUNTERS,
    Action.FIND_IN_SEARCH: _SEE_ENCOUNTERS & _actor_is_staff & _subject_is_a_student,
}

_SOMEBODY: Final = UUID(int=0)  # anybody but the actor


def allows(actor: Actor, action: Action, subject: Subject) -> bool:
    """Whether `actor` may do `action` to `subject`. Raises KeyError for an action without a rule."""
    return RULES[action].holds(actor, subject)


def allowed_users(actor: Actor, action: Action) -> ColumnElement[bool]:
    """The condition on `users` that holds for exactly the people to whom `actor` may do `action`."""
    return RULES[action].clause(actor)


def may_search(actor: Actor) -> bool:
    """Whether `actor` is of a type that has the student search: one that may find a student of a shared center."""
    return allows(actor, Action.FIND_IN_SEARCH, Subject(_SOMEBODY, UserType.STUDENT, active=True, shares_center=True))


def may_see_own_encounters(actor: Actor) -> bool:
    """Whether `actor` is of a type that sees encounters, at least their own."""
    return allows(actor, Action.SEE_ENCOUNTERS, Subject(actor.id, actor.type, active=True, shares_center=False))


def shares_center_column() -> ColumnElement[bool]:
    """For a row of `users`: whether some center has both the user of the parameter actor_id and that user."""
    own, theirs = aliased(Assignment), aliased(Assignment)
    return exists().where(
        theirs.user_id == User.id,
        own.center_id == theirs.center_id,
        own.user_id == bindparam("actor_id"),
    )
