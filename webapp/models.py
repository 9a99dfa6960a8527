"""The tables with their constraints and indexes; no queries and no rules."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from webapp.column_types import Guid, Instant, long_text, short_text
from webapp.text import LONGEST_TEXT

# Migrations repeat these as the numbers they were then: a new value needs a migration.
LAST_UNIT_OF_THE_COURSE: Final = 80
LONGEST_CLASS_MINUTES: Final = 600
MOST_SEATS: Final = 100  # of either mode


class UserType(StrEnum):
    """The type of a user; only staff members and students may see encounters."""

    STAFF_MEMBER = "StaffMember"
    STUDENT = "Student"
    ADMINISTRATOR = "Administrator"
    PROSPECT = "Prospect"
    PROSPECT_WITH_TRIAL = "ProspectWithTrial"
    PROSPECT_WITHOUT_TRIAL = "ProspectWithoutTrial"
    USER = "User"


class CenterKind(StrEnum):
    """Whether a center has premises or teaches online."""

    PHYSICAL = "physical"
    ONLINE = "online"


class BookingMode(StrEnum):
    """What a booking is for: a seat in a class, or a place on its standby list."""

    SEAT = "seat"
    STANDBY = "standby"


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})", name=column)


def _between(column: str, least: int, most: int) -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN {least} AND {most}", name=column)


class Base(DeclarativeBase):
    """The metadata of all tables; constraints are named, so that migrations and messages can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Guid,
        datetime: Instant,
        str: short_text(LONGEST_TEXT),
        int: SmallInteger,
        date: Date,
        bool: Boolean,
    }


class Center(Base):
    """A center, physical or online, whose classes are given in its time zone (an IANA name)."""

    __tablename__ = "centers"
    __table_args__ = (_one_of("kind", CenterKind), Index("ix_centers_territory_kind", "territory", "kind"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    time_zone: Mapped[str]
    territory: Mapped[str]


class User(Base):
    """A user. The columns ending in `_key`, and `phone_digits`, are computed by user_keys.derived_user_columns."""

    __tablename__ = "users"
    __table_args__ = (
        _one_of("type", UserType),
        _between("current_unit", 1, LAST_UNIT_OF_THE_COURSE),
        _between("last_unit", 1, LAST_UNIT_OF_THE_COURSE),
        Index("ix_users_email_key", "email_key"),
        Index("ix_users_sort_key", "sort_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    user_name: Mapped[str]
    user_name_key: Mapped[str] = mapped_column(unique=True)
    first_name: Mapped[str]
    last_name: Mapped[str | None]
    email: Mapped[str | None]
    email_key: Mapped[str | None]
    phone: Mapped[str | None]
    phone_digits: Mapped[str] = mapped_column(server_default="")
    student_code: Mapped[str | None] = mapped_column(unique=True)
    current_unit: Mapped[int | None]
    last_unit: Mapped[int | None]
    contract_ends_on: Mapped[date | None]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    password_hash: Mapped[str | None] = mapped_column(long_text())
    search_key: Mapped[str] = mapped_column(long_text())
    sort_key: Mapped[str] = mapped_column(long_text())
    sign_in_generation: Mapped[int] = mapped_column(Integer, server_default="0")


class Assignment(Base):
    """A user is assigned to a center."""

    __tablename__ = "assignments"
    __table_args__ = (Index("ix_assignments_center_id_user_id", "center_id", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    center_id: Mapped[UUID] = mapped_column(ForeignKey("centers.id"), primary_key=True)


class SearchEntry(Base):
    """An active student at one of their centers: what the search looks through.

    Triggers on users and assignments keep these rows (see migrations/search_entries.py): nothing else writes them.
    """

    __tablename__ = "search_entries"
    __table_args__ = (
        Index("ix_search_entries_center_id_sort_key", "center_id", "sort_key", "user_id"),
        Index("ix_search_entries_sort_key_center_id", "sort_key", "user_id", "center_id"),
        Index("ix_search_entries_user_id", "user_id"),
    )

    # A number of its own, because the trigram index of SQLite knows rows by theirs.
    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    center_id: Mapped[UUID]
    user_id: Mapped[UUID]
    sort_key: Mapped[str] = mapped_column(long_text())
    search_key: Mapped[str] = mapped_column(long_text())
    phone_digits: Mapped[str]


class Encounter(Base):
    """A small class that closes one unit; `ends_at` follows from start and duration, and is stored to be compared."""

    __tablename__ = "encounters"
    __table_args__ = (
        _between("unit_number", 1, LAST_UNIT_OF_THE_COURSE),
        _between("duration_minutes", 1, LONGEST_CLASS_MINUTES),
        _between("seats", 0, MOST_SEATS),
        _between("standby_seats", 0, MOST_SEATS),
        Index("ix_encounters_center_id_unit_number_starts_at", "center_id", "unit_number", "starts_at"),
    )

    id: Mapped[UUID] = mapped_column(
        primary_key=True, sqlite_on_conflict_primary_key="ABORT"
    )  # see transfer/staging/bulk_load.py
    center_id: Mapped[UUID] = mapped_column(ForeignKey("centers.id"))
    unit_number: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    duration_minutes: Mapped[int]
    seats: Mapped[int]
    standby_seats: Mapped[int] = mapped_column(server_default="0")
    is_online: Mapped[bool]
    is_closed: Mapped[bool] = mapped_column(server_default=text("false"))
    is_cancelled: Mapped[bool] = mapped_column(server_default=text("false"))
    teacher: Mapped[str | None]


class Booking(Base):
    """A student's seat or standby place in a class; a cancelled booking stays, marked as such."""

    __tablename__ = "bookings"
    __table_args__ = (
        _one_of("mode", BookingMode),
        Index(
            "uq_bookings_encounter_id_student_id",
            "encounter_id",
            "student_id",
            unique=True,
            sqlite_where=text("is_cancelled = 0"),
            postgresql_where=text("NOT is_cancelled"),
        ),
        Index(
            "ix_bookings_encounter_id_mode",
            "encounter_id",
            "mode",
            sqlite_where=text("is_cancelled = 0"),
            postgresql_where=text("NOT is_cancelled"),
        ),
        Index("ix_bookings_student_id", "student_id"),
    )

    id: Mapped[UUID] = mapped_column(
        primary_key=True, sqlite_on_conflict_primary_key="ABORT"
    )  # see transfer/staging/bulk_load.py
    encounter_id: Mapped[UUID] = mapped_column(ForeignKey("encounters.id"))
    student_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    mode: Mapped[str]
    booked_at: Mapped[datetime]
    is_cancelled: Mapped[bool] = mapped_column(server_default=text("false"))


class NetworkVersion(Base):
    """One row that counts the changes of the tables above, as webapp/network.py does."""

    __tablename__ = "network_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)


class NetworkChange(Base):
    """A row that a version of the network changed; those of old versions are deleted."""

    __tablename__ = "network_changes"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[UUID] = mapped_column(primary_key=True)


class SignIn(Base):
    """A session, stored on the server. It is valid while its generation is that of its user."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_user_id", "user_id"), Index("ix_sign_ins_created_at", "created_at"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    generation: Mapped[int]
    created_at: Mapped[datetime]
    active_at: Mapped[datetime]


class SignInFailure(Base):
    """A failed sign-in for one name, stored as a digest: people also type passwords into the wrong field."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        Index("ix_sign_in_failures_name_digest_failed_at", "name_digest", "failed_at"),
        Index("ix_sign_in_failures_failed_at", "failed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    failed_at: Mapped[datetime]


class ApiToken(Base):
    """A token that lets a program act as its user; only its hash is stored."""

    __tablename__ = "api_tokens"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_api_tokens_user_id", "user_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    label: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
