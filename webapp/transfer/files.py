"""What the four files hold: their columns, what a cell may be, and what an empty or missing one means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, Final, NamedTuple, cast, get_type_hints

from sqlalchemy import Table

from webapp.models import (
    LAST_UNIT_OF_THE_COURSE,
    LONGEST_CLASS_MINUTES,
    MOST_SEATS,
    Assignment,
    Base,
    Booking,
    BookingMode,
    Center,
    CenterKind,
    Encounter,
    User,
    UserType,
)
from webapp.transfer.csv import cells
from webapp.transfer.csv.context import Context

REQUIRED: Final = object()
UNSET: Final = ...  # the value of a missing optional column; it passes from one process to another and stays itself


@dataclass(frozen=True, slots=True)
class Cell:
    """How the cells of a column are parsed. `parse` takes trimmed text, after the Context if it is `in_context`.

    `empty`: the value of an empty cell; REQUIRED: not allowed, UNSET: as if the column were missing. `new`: what a new
    row has where the value is UNSET. `column`: the column's name in the file, if the table has another one.
    `is_varied`: whether most rows have a value of their own; `is_exact`: whether `parse` refuses spaces around a value.
    """

    parse: Callable[..., Any]
    empty: Any = REQUIRED
    is_optional: bool = False
    new: Any = None
    column: str = ""
    is_varied: bool = False
    is_exact: bool = False
    in_context: bool = False


_optional = partial(Cell, is_optional=True, empty=None)
_GUID: Final = Cell(cells.guid, is_varied=True, is_exact=True)
_FLAG: Final = _optional(cells.boolean, empty=0, new=0)
_CENTERS: Final = _optional(Context.centers, empty=frozenset(), new=frozenset(), in_context=True)


class CenterRow(NamedTuple):
    """A row of centers.csv."""

    id: Annotated[bytes, _GUID]
    reference_id: Annotated[str, Cell(cells.reference_id)]
    name: Annotated[str, Cell(cells.plain_text)]
    kind: Annotated[str, Cell(cells.one_of(CenterKind))]
    time_zone: Annotated[str, Cell(cells.time_zone)]
    territory: Annotated[str, Cell(cells.plain_text)]


class UserRow(NamedTuple):
    """A row of users.csv; its centers are rows of another table, and what follows them is derived."""

    id: Annotated[bytes, _GUID]
    type: Annotated[str, Cell(cells.one_of(UserType))]
    user_name: Annotated[str, Cell(cells.user_name, is_varied=True)]
    first_name: Annotated[str, Cell(cells.plain_text)]
    last_name: Annotated[str | None, _optional(cells.plain_text)]
    email: Annotated[str | None, _optional(cells.email, is_varied=True)]
    phone: Annotated[str | None, _optional(cells.plain_text, is_varied=True)]
    student_code: Annotated[str | None, _optional(cells.plain_text, is_varied=True)]
    current_unit: Annotated[int | None, _optional(cells.number(1, LAST_UNIT_OF_THE_COURSE))]
    last_unit: Annotated[int | None, _optional(cells.number(1, LAST_UNIT_OF_THE_COURSE))]
    contract_ends_on: Annotated[str | None, _optional(Context.day, in_context=True)]
    active: Annotated[int, _optional(cells.boolean, empty=UNSET, new=1)]
    password_hash: Annotated[str | None, _optional(cells.argon2id_hash, empty=UNSET)]
    centers: Annotated[frozenset[bytes], _CENTERS]
    user_name_key: str
    email_key: str | None
    phone_digits: str
    search_key: str
    sort_key: str


class EncounterRow(NamedTuple):
    """A row of encounters.csv; its end is derived."""

    id: Annotated[bytes, _GUID]
    center_id: Annotated[bytes, Cell(Context.center, column="center", in_context=True)]
    unit_number: Annotated[int, Cell(cells.number(1, LAST_UNIT_OF_THE_COURSE))]
    starts_at: Annotated[int, Cell(Context.full_minute, in_context=True)]
    duration_minutes: Annotated[int, Cell(cells.number(1, LONGEST_CLASS_MINUTES))]
    seats: Annotated[int, Cell(cells.number(0, MOST_SEATS))]
    standby_seats: Annotated[int, _optional(cells.number(0, MOST_SEATS), empty=0, new=0)]
    is_online: Annotated[int, _optional(cells.boolean, empty=UNSET)]
    is_closed: Annotated[int, _FLAG]
    is_cancelled: Annotated[int, _FLAG]
    teacher: Annotated[str | None, _optional(cells.plain_text)]
    ends_at: int


class BookingRow(NamedTuple):
    """A row of bookings.csv."""

    id: Annotated[bytes, _GUID]
    encounter_id: Annotated[bytes, _GUID]
    student_id: Annotated[bytes, _GUID]
    mode: Annotated[str, Cell(cells.one_of(BookingMode))]
    booked_at: Annotated[int, Cell(Context.utc_time, is_varied=True, is_exact=True, in_context=True)]
    is_cancelled: Annotated[int, _FLAG]


@dataclass(frozen=True, eq=False)
class File:
    """One of the four files: `model` is the table of its rows, `row` their type.

    `keys` are columns by which rows are found or kept apart: where one changes, the row moves in an index. `order` is
    that in which new rows are stored: what is read together stands together.
    """

    name: str
    model: type[Base]
    row: Any
    keys: tuple[str, ...]
    order: tuple[str, ...] = ("id",)
    cells: dict[str, Cell] = field(init=False)  # by the fields of `row` that are no derived ones
    columns: dict[str, str] = field(init=False)  # in the order in which they are exported: their fields
    stored: tuple[str, ...] = field(init=False)  # the fields that are columns of the table

    def __post_init__(self) -> None:
        hints = get_type_hints(self.row, include_extras=True)
        found = {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}
        object.__setattr__(self, "cells", found)
        object.__setattr__(self, "columns", {cell.column or name: name for name, cell in found.items()})
        object.__setattr__(self, "stored", tuple(name for name in hints if name in self.table.columns))

    @property
    def table(self) -> Table:
        """The table of the database."""
        return cast(Table, self.model.__table__)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that must be there."""
        return tuple(column for column, name in self.columns.items() if not self.cells[name].is_optional)

    @property
    def optional(self) -> tuple[str, ...]:
        """The columns that may be missing."""
        return tuple(column for column, name in self.columns.items() if self.cells[name].is_optional)


CENTERS: Final = File("centers.csv", Center, CenterRow, keys=("reference_id",))
USERS: Final = File("users.csv", User, UserRow, keys=("user_name_key", "student_code"))
_CLASS_ORDER, _BOOKING_ORDER = ("center_id", "unit_number", "starts_at"), ("encounter_id", "student_id")
ENCOUNTERS: Final = File("encounters.csv", Encounter, EncounterRow, keys=_CLASS_ORDER, order=_CLASS_ORDER)
BOOKINGS: Final = File("bookings.csv", Booking, BookingRow, keys=_BOOKING_ORDER, order=_BOOKING_ORDER)
ASSIGNMENTS: Final = cast(Table, Assignment.__table__)
FILES: Final = (CENTERS, USERS, ENCOUNTERS, BOOKINGS)
