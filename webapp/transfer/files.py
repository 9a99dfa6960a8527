"""What the four files hold: their columns, what each cell may be, and what an empty or missing one means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import Table

from webapp.models import Assignment, Base, Booking, BookingMode, Center, CenterKind, Encounter, User, UserType
from webapp.transfer import cells

REFUSED: Final = object()
KEPT: Final = ...  # goes from one process to another and stays itself


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `empty`: what an empty cell means, or REFUSED, or KEPT (as if the column were missing).

    `stored`: the table's column that holds it, if that has another name; None for what is no column of the table.
    `new`: what a new row has where nothing is told. `is_varied`: whether most rows have a value of their own;
    `is_exact`: whether `parse` refuses blanks and nothing at all by itself.
    """

    name: str
    parse: Callable[[str], Any]
    is_required: bool = True
    empty: Any = REFUSED
    stored: str | None = ""
    new: Any = None
    is_varied: bool = False
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """One of the four files. `model` is the table of its rows.

    `keys` are the table's columns by which rows are found or kept apart: where one changes, a row moves. `order` is the
    one in which new rows are stored, where they do not move in whole: what is read together stands together.
    """

    name: str
    model: type[Base]
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    order: tuple[str, ...] = ("id",)

    @property
    def table(self) -> Table:
        """The database's own table."""
        return cast(Table, self.model.__table__)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that must be there."""
        return tuple(column.name for column in self.columns if column.is_required)

    @property
    def optional(self) -> tuple[str, ...]:
        """The columns that may be missing."""
        return tuple(column.name for column in self.columns if not column.is_required)

    @property
    def stored(self) -> tuple[str, ...]:
        """The columns of the table that the file tells, in the order of the file's columns."""
        return tuple(column.stored or column.name for column in self.columns if column.stored is not None)

    def place(self, name: str) -> int:
        """Where a column stands among the columns."""
        return next(place for place, column in enumerate(self.columns) if column.name == name)


def _optional(name: str, parse: Callable[[str], Any], empty: Any = None, **more: Any) -> Column:
    return Column(name, parse, is_required=False, empty=empty, **more)


CENTERS: Final = File(
    "centers.csv",
    Center,
    (
        Column("id", cells.guid, is_varied=True, is_exact=True),
        Column("reference_id", cells.reference_id),
        Column("name", cells.plain_text),
        Column("kind", cells.one_of(CenterKind)),
        Column("time_zone", cells.time_zone),
        Column("territory", cells.plain_text),
    ),
    keys=("reference_id",),
)
USERS: Final = File(
    "users.csv",
    User,
    (
        Column("id", cells.guid, is_varied=True, is_exact=True),
        Column("type", cells.one_of(UserType)),
        Column("user_name", cells.user_name, is_varied=True),
        Column("first_name", cells.plain_text),
        _optional("last_name", cells.plain_text),
        _optional("email", cells.email, is_varied=True),
        _optional("phone", cells.plain_text, is_varied=True),
        _optional("student_code", cells.plain_text, is_varied=True),
        _optional("current_unit", cells.number(1, 80)),
        _optional("last_unit", cells.number(1, 80)),
        _optional("contract_ends_on", cells.day),
        _optional("active", cells.truth, KEPT, new=1),
        _optional("password_hash", cells.argon2id_hash, KEPT),
        _optional("centers", cells.references, (), new=(), stored=None),  # rows of their own
    ),
    keys=("user_name", "student_code"),
)
ENCOUNTERS: Final = File(
    "encounters.csv",
    Encounter,
    (
        Column("id", cells.guid, is_varied=True, is_exact=True),
        Column("center", cells.plain_text, stored="center_id"),
        Column("unit_number", cells.number(1, 80)),
        Column("starts_at", cells.full_minute),
        Column("duration_minutes", cells.number(1, 600)),
        Column("seats", cells.number(0, 100)),
        _optional("standby_seats", cells.number(0, 100), 0, new=0),
        _optional("is_online", cells.truth, KEPT),
        _optional("is_closed", cells.truth, 0, new=0),
        _optional("is_cancelled", cells.truth, 0, new=0),
        _optional("teacher", cells.plain_text),
    ),
    keys=("center_id", "unit_number", "starts_at"),
    order=("center_id", "unit_number", "starts_at"),
)
BOOKINGS: Final = File(
    "bookings.csv",
    Booking,
    (
        Column("id", cells.guid, is_varied=True, is_exact=True),
        Column("encounter_id", cells.guid, is_varied=True, is_exact=True),
        Column("student_id", cells.guid, is_varied=True, is_exact=True),
        Column("mode", cells.one_of(BookingMode)),
        Column("booked_at", cells.utc_time, is_varied=True, is_exact=True),
        _optional("is_cancelled", cells.truth, 0, new=0),
    ),
    keys=("encounter_id", "student_id"),
    order=("encounter_id", "student_id"),
)
ASSIGNMENTS: Final = cast(Table, Assignment.__table__)
FILES: Final = (CENTERS, USERS, ENCOUNTERS, BOOKINGS)
