"""The users themselves as the command line manages them: listed, added, given passwords, deactivated and activated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy import Connection, false, insert, or_, select, true, update

from webapp.accounts.passwords import hash_password, refuse_weak
from webapp.accounts.sign_ins import end_sign_ins
from webapp.models import Assignment, Center, User, UserType
from webapp.network import lock_network
from webapp.refusals import Refused
from webapp.text import (
    LONGEST_IDENTIFIER,
    LONGEST_TEXT,
    forbidden_character,
    name_key,
    parse_guid,
    parse_identifier,
    stored_form,
)
from webapp.user_keys import derived_user_columns


class UserRefused(Refused):
    """Something about a user that cannot be done, with the reason."""


@dataclass(frozen=True, slots=True)
class CenterOfUser:
    """A center that a user is assigned to."""

    id: UUID
    name: str
    reference_id: str


@dataclass(frozen=True, slots=True)
class UserLine:
    """A user as the command line lists them."""

    id: UUID
    type: str
    user_name: str
    active: bool
    has_password: bool


@dataclass(frozen=True, slots=True)
class NewUser:
    """What a new user is called and where they belong; centers by reference id."""

    user_name: str
    type: str
    first_name: str
    last_name: str | None = None
    email: str | None = None
    centers: tuple[str, ...] = ()


def list_centers(connection: Connection, user_id: UUID) -> list[CenterOfUser]:
    """The centers of a user, by name and id; one query."""
    query = (
        select(Center.id, Center.name, Center.reference_id)
        .join(Assignment, Assignment.center_id == Center.id)
        .where(Assignment.user_id == user_id)
        .order_by(Center.name, Center.id)
    )
    return [CenterOfUser(**row._asdict()) for row in connection.execute(query)]


def list_users(connection: Connection) -> list[UserLine]:
    """All users by user name."""
    has_password = User.password_hash.is_not(None).label("has_password")
    query = select(User.id, User.type, User.user_name, User.active, has_password).order_by(User.user_name_key)
    return [UserLine(**row._asdict()) for row in connection.execute(query)]


def get_user_id(connection: Connection, identifier: str) -> UUID:
    """The id of the user that `identifier` (a GUID or a user name) names, active or not.

    Raises UserRefused if there is none, BadInput for an identifier that cannot be one.
    """
    named = parse_identifier(identifier)
    condition = User.id == named if isinstance(named, UUID) else User.user_name_key == named
    found = connection.execute(select(User.id).where(condition)).scalar_one_or_none()
    if found is None:
        raise UserRefused(f"there is no user {identifier!r}; `encounters user list` shows them all")
    return found


def add_user(connection: Connection, new: NewUser) -> UUID:
    """Add an active user without a password; the new id. Raises UserRefused, in words."""
    user_id = uuid4()
    lock_network(connection, users=[user_id])
    new = _in_normal_form(new)
    _refuse_wrong_fields(new)
    centers = _get_center_ids(connection, new.centers)
    _refuse_taken_names(connection, new)
    names = {"user_name": new.user_name, "first_name": new.first_name, "last_name": new.last_name, "email": new.email}
    derived = derived_user_columns(
        user_name=new.user_name,
        first_name=new.first_name,
        last_name=new.last_name,
        email=new.email,
        phone=None,
        student_code=None,
    )
    connection.execute(insert(User).values(id=user_id, type=new.type, active=True, **names, **derived))
    for center_id in centers:
        connection.execute(insert(Assignment).values(user_id=user_id, center_id=center_id))
    return user_id


def set_password(connection: Connection, user_id: UUID, password: str) -> None:
    """Set a user's password and end all their sign-ins. Raises WeakPassword."""
    lock_network(connection, users=[user_id])
    query = select(User.user_name, User.first_name, User.last_name, User.email).where(User.id == user_id)
    names = [name for name in connection.execute(query).one() if name]
    centers = list_centers(connection, user_id)
    refuse_weak(password, [*names, *(center.name for center in centers), *(c.reference_id for c in centers)])
    connection.execute(update(User).where(User.id == user_id).values(password_hash=hash_password(password)))
    end_sign_ins(connection, user_id)


def set_active(connection: Connection, user_id: UUID, *, active: bool) -> None:
    """Deactivate or activate a user; a deactivation ends all their sign-ins."""
    lock_network(connection, users=[user_id])
    connection.execute(update(User).where(User.id == user_id).values(active=true() if active else false()))
    if not active:
        end_sign_ins(connection, user_id)


def _in_normal_form(new: NewUser) -> NewUser:
    """As an import would keep it: NFC, without spaces around it."""
    return replace(
        new,
        user_name=stored_form(new.user_name.strip()),
        first_name=stored_form(new.first_name.strip()),
        last_name=stored_form(new.last_name.strip()) if new.last_name else None,
        email=stored_form(new.email.strip()) if new.email else None,
    )


def _refuse_wrong_fields(new: NewUser) -> None:
    if new.type not in {kind.value for kind in UserType}:
        raise UserRefused(f"type: {new.type!r} is not allowed; allowed: {', '.join(UserType)}")
    given = {"user_name": new.user_name, "first_name": new.first_name, "last_name": new.last_name, "email": new.email}
    for field, value in given.items():
        if value is None:
            continue
        if not value.strip() or len(value) > LONGEST_TEXT or forbidden_character(value):
            raise UserRefused(
                f"{field}: {value[:LONGEST_TEXT]!r} is not allowed; "
                f"allowed: 1 to {LONGEST_TEXT} characters, no control characters"
            )
    refuse_user_name(new.user_name)


def refuse_user_name(user_name: str) -> None:
    """Raises UserRefused for a user name that an address could not carry or could mistake."""
    key = name_key(user_name)
    wrong = len(key) > LONGEST_IDENTIFIER or "/" in key or key in {"", "me", ".", ".."} or parse_guid(key)
    if wrong:
        raise UserRefused(
            f"user_name: {user_name!r} is not allowed; allowed: 1 to {LONGEST_IDENTIFIER} characters without /, "
            "not me, not . or .., not a GUID"
        )


def _get_center_ids(connection: Connection, references: Sequence[str]) -> list[UUID]:
    rows = connection.execute(select(Center.reference_id, Center.id).where(Center.reference_id.in_(references))).all()
    known = {reference: center_id for reference, center_id in rows}  # noqa: C416  mypy cannot see rows as pairs
    unknown = [reference for reference in references if reference not in known]
    if unknown:
        raise UserRefused(f"center: there is no center {unknown[0]!r}")
    return list(known.values())


def _refuse_taken_names(connection: Connection, new: NewUser) -> None:
    key = name_key(new.user_name)
    query = select(User.user_name, User.email).where(or_(User.user_name_key == key, User.email_key == key))
    taken = connection.execute(query.limit(1)).first()
    if taken is not None:
        raise UserRefused(f"user_name: {new.user_name!r} is taken: it is another user's user name or e-mail")
    if new.email:
        namesake = select(User.user_name).where(User.user_name_key == name_key(new.email))
        if connection.execute(namesake).one_or_none() is not None:
            raise UserRefused(f"email: {new.email!r} is another user's user name")
