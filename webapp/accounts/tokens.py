"""API tokens: created for a user, shown once, stored as hashes, revoked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, Select, bindparam, insert, select, true, update

from webapp.accounts.sign_ins import ACCOUNT_COLUMNS, Account, account_of
from webapp.models import ApiToken, User
from webapp.refusals import Refused
from webapp.text import LONGEST_TEXT, BadInput, digest, forbidden_character

LONGEST_DAYS: Final = 3650
LONGEST_LABEL: Final = LONGEST_TEXT


class TokenRefused(Refused):
    """Something about a token that cannot be done, with the reason."""


@dataclass(frozen=True, slots=True)
class TokenLine:
    """What may be shown of a token, which is never the token itself. Instants are in UTC."""

    id: UUID
    user_name: str
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """In one word: active, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if self.expires_at > now else "expired"


def create_token(connection: Connection, user_id: UUID, label: str, days: int, now: datetime) -> str:
    """Create a token that acts as the user for `days` days; returned here and never shown again. Raises BadInput."""
    if not 1 <= days <= LONGEST_DAYS:
        raise BadInput("days", str(days), f"a whole number from 1 to {LONGEST_DAYS}")
    if not label.strip() or len(label) > LONGEST_LABEL or forbidden_character(label):
        raise BadInput("label", label[:LONGEST_LABEL], f"1 to {LONGEST_LABEL} characters, no control characters")
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(ApiToken).values(
            id=uuid4(),
            token_hash=digest(token),
            user_id=user_id,
            label=label,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    return token


def find_by_token(connection: Connection, token: str, now: datetime) -> Account | None:
    """The active user that `token` acts as, or None if it is unknown, expired or revoked; one query."""
    row = connection.execute(_user_of_token(), {"token_hash": digest(token), "now": now}).one_or_none()
    return None if row is None else account_of(row)


@cache
def _user_of_token() -> Select[*tuple[Any, ...]]:
    return (
        select(*ACCOUNT_COLUMNS)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(
            ApiToken.token_hash == bindparam("token_hash"),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > bindparam("now"),
            User.active == true(),
        )
    )


def list_tokens(connection: Connection) -> list[TokenLine]:
    """All tokens ever created, oldest first."""
    query = (
        select(
            ApiToken.id,
            User.user_name,
            ApiToken.label,
            ApiToken.created_at,
            ApiToken.expires_at,
            ApiToken.revoked_at,
        )
        .join(User, User.id == ApiToken.user_id)
        .order_by(ApiToken.created_at, ApiToken.id)
    )
    return [TokenLine(**row._asdict()) for row in connection.execute(query)]


def revoke_token(connection: Connection, token_id: UUID, now: datetime) -> bool:
    """Revoke a token; False if there is none with this id. One that is revoked already keeps its date."""
    known = select(ApiToken.id).where(ApiToken.id == token_id)
    if connection.execute(known).one_or_none() is None:
        return False
    connection.execute(
        update(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )
    return True
