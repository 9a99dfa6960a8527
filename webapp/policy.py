"""Who may do what to whom: one table of rules, each as a yes/no question and as SQL.

The published rule for a user's encounters: the signed-in user is the named user, or is a staff member of a
center that the named user is also assigned to; and the signed-in user is a StaffMember or a Student.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from webapp.models import Assignment, User, UserType


class Action(Enum):
    """What an actor may ask to do to a subject; each action has its line in the table RULES."""

    SEE_ENCOUNTERS = auto()
    FIND_IN_SEARCH = auto()


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in user who asks."""

    id: UUID
    type: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The user in question; `shares_center`: whether the actor and this user have a center in common."""

    id: UUID
    type: str
    active: bool
    shares_center: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One question in its two spellings; rules combine with & and |, both spellings at once.

    The condition is about a row of `users` and takes `bind_values(actor)`, so that statements are built once.
    """

    holds: Callable[[Actor, Subject], bool]
    condition: ColumnElement[bool]

    def __and__(self, other: Rule) -> Rule:
        return Rule(
            lambda actor, subject: self.holds(actor, subject) and other.holds(actor, subject),
            and_(self.condition, other.condition),
        )

    def __or__(self, other: Rule) -> Rule:
        return Rule(
            lambda actor, subject: self.holds(actor, subject) or other.holds(actor, subject),
            or_(self.condition, other.condition),
        )


def bind_values(actor: Actor) -> dict[str, Any]:
    """The values to bind in statements that use a condition of this module."""
    return {"actor_id": actor.id, "actor_type": actor.type}


def centers_of_actor() -> Select[UUID]:
    """The ids of the centers that the actor is assigned to; takes `bind_values(actor)`."""
    own = aliased(Assignment)
    return select(own.center_id).where(own.user_id == _ACTOR_ID)


def is_center_of_actor(center_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether the actor is assigned to the center of a row; evaluated row by row, takes `bind_values(actor)`."""
    own = aliased(Assignment)
    return exists().where(own.user_id == _ACTOR_ID, own.center_id == center_id)


def shares_center_column() -> ColumnElement[bool]:
    """For a row of `users`: whether the actor and that user have a center in common; takes `bind_values(actor)`."""
    own, theirs = aliased(Assignment), aliased(Assignment)
    return exists().where(theirs.user_id == User.id, own.center_id == theirs.center_id, own.user_id == _ACTOR_ID)


_ACTOR_ID: Final = bindparam("actor_id", type_=User.id.type)
_ACTOR_TYPE: Final = bindparam("actor_type", type_=User.type.type)


def _actor_is(wanted: UserType) -> Rule:
    return Rule(lambda actor, _subject: actor.type == wanted, literal(str(wanted)) == _ACTOR_TYPE)


_is_the_subject = Rule(lambda actor, subject: actor.id == subject.id, User.id == _ACTOR_ID)
_shares_a_center = Rule(lambda _actor, subject: subject.shares_center, shares_center_column())
_subject_is_active = Rule(lambda _actor, subject: subject.active, User.active == true())
_subject_is_a_student = Rule(lambda _actor, subject: subject.type == UserType.STUDENT, User.type == UserType.STUDENT)
_actor_is_staff = _actor_is(UserType.STAFF_MEMBER)
_actor_is_a_student = _actor_is(UserType.STUDENT)

_SEE_ENCOUNTERS: Final = (
    (_is_the_subject | (_actor_is_staff & _shares_a_center))
    & (_actor_is_staff | _actor_is_a_student)
    & _subject_is_active
)

RULES: Final[dict[Action, Rule]] = {
    Action.SEE_ENCOUNTERS: _SEE_ENCOUNTERS,
    # No staff member is a student, so nobody finds themselves: an `or the actor is the subject` would never hold, and
    # only keep the database from starting at the shared centers.
    Action.FIND_IN_SEARCH: _actor_is_staff & _shares_a_center & _subject_is_a_student & _subject_is_active,
}

_ANOTHER_USER: Final = UUID(int=0)


def allows(actor: Actor, action: Action, subject: Subject) -> bool:
    """Whether `actor` may do `action` to `subject`. Raises KeyError for an action without a rule."""
    return RULES[action].holds(actor, subject)


def allowed_users(action: Action) -> ColumnElement[bool]:
    """The condition on `users` that holds for exactly those to whom an actor may do `action`.

    It takes `bind_values(actor)`. Raises KeyError for an action without a rule.
    """
    return RULES[action].condition


def may_search(actor: Actor) -> bool:
    """Whether `actor` is of a type that has the student search: one that may find a student of a shared center."""
    return allows(
        actor, Action.FIND_IN_SEARCH, Subject(_ANOTHER_USER, UserType.STUDENT, active=True, shares_center=True)
    )


def may_see_own_encounters(actor: Actor) -> bool:
    """Whether `actor` is of a type that sees encounters, at least their own."""
    return allows(actor, Action.SEE_ENCOUNTERS, Subject(actor.id, actor.type, active=True, shares_center=False))
