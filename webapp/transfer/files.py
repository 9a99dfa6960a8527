"""What the four files hold: their columns, what each cell may be, and what an empty or missing one means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from webapp.models import Assignment, BookingMode, CenterKind, UserType
from webapp.transfer import cells
from webapp.transfer.problems import Problems, WrongCell
from webapp.transfer.reading import Record, Sheet

Values = dict[str, Any]

REFUSED: Final = object()
KEPT: Final = object()


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `empty`: what an empty cell means, or REFUSED, or KEPT (as if the column were missing)."""

    name: str
    parse: Callable[[str], Any]
    is_required: bool = True
    empty: Any = REFUSED


@dataclass(frozen=True, slots=True)
class File:
    """One of the four files: `table` is where its rows go, `new` what a new row has where nothing is told."""

    name: str
    table: str
    columns: tuple[Column, ...]
    new: Values

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that must be there."""
        return tuple(column.name for column in self.columns if column.is_required)

    @property
    def optional(self) -> tuple[str, ...]:
        """The columns that may be missing."""
        return tuple(column.name for column in self.columns if not column.is_required)


@dataclass(frozen=True, slots=True)
class Row:
    """A record understood: the values it tells; a column that is missing, kept or wrong is not among them."""

    line: int
    id: UUID
    values: Values


def _optional(name: str, parse: Callable[[str], Any], empty: Any = None) -> Column:
    return Column(name, parse, is_required=False, empty=empty)


CENTERS: Final = File(
    "centers.csv",
    "centers",
    (
        Column("id", cells.guid),
        Column("reference_id", cells.plain_text),
        Column("name", cells.plain_text),
        Column("kind", cells.one_of(CenterKind)),
        Column("time_zone", cells.time_zone),
        Column("territory", cells.plain_text),
    ),
    {},
)
USERS: Final = File(
    "users.csv",
    "users",
    (
        Column("id", cells.guid),
        Column("type", cells.one_of(UserType)),
        Column("user_name", cells.user_name),
        Column("first_name", cells.plain_text),
        _optional("last_name", cells.plain_text),
        _optional("email", cells.email),
        _optional("phone", cells.plain_text),
        _optional("centers", lambda text: tuple(part.strip() for part in text.split(";") if part.strip()), ()),
        _optional("student_code", cells.plain_text),
        _optional("current_unit", cells.number(1, 80)),
        _optional("last_unit", cells.number(1, 80)),
        _optional("contract_ends_on", cells.day),
        _optional("active", cells.truth, KEPT),
        _optional("password_hash", cells.argon2id_hash, KEPT),
    ),
    {
        **dict.fromkeys(("last_name", "email", "phone", "student_code", "current_unit", "last_unit")),
        "contract_ends_on": None,
        "password_hash": None,
        "centers": frozenset(),
        "active": True,
    },
)
ENCOUNTERS: Final = File(
    "encounters.csv",
    "encounters",
    (
        Column("id", cells.guid),
        Column("center", cells.plain_text),
        Column("unit_number", cells.number(1, 80)),
        Column("starts_at", cells.full_minute),
        Column("duration_minutes", cells.number(1, 600)),
        Column("seats", cells.number(0, 100)),
        _optional("standby_seats", cells.number(0, 100), 0),
        _optional("is_online", cells.truth, KEPT),
        _optional("is_closed", cells.truth, False),
        _optional("is_cancelled", cells.truth, False),
        _optional("teacher", cells.plain_text),
    ),
    {"standby_seats": 0, "is_closed": False, "is_cancelled": False, "teacher": None},
)
BOOKINGS: Final = File(
    "bookings.csv",
    "bookings",
    (
        Column("id", cells.guid),
        Column("encounter_id", cells.guid),
        Column("student_id", cells.guid),
        Column("mode", cells.one_of(BookingMode)),
        Column("booked_at", cells.time),
        _optional("is_cancelled", cells.truth, False),
    ),
    {"is_cancelled": False},
)
FILES: Final = (CENTERS, USERS, ENCOUNTERS, BOOKINGS)
ASSIGNMENTS: Final = Assignment.__tablename__


def understand(file: File, sheet: Sheet, problems: Problems) -> list[Row]:
    """The rows of a sheet; cells that are wrong and ids that repeat go to `problems`."""
    rows: list[Row] = []
    lines: dict[UUID, int] = {}
    for record in sheet.records:
        values = _values(file, record, problems)
        row_id = values.pop("id", None)
        if row_id is None:
            continue
        if row_id in lines:
            problems.add(file.name, record.line, "id", f"'{row_id}' is on line {lines[row_id]} too")
            continue
        lines[row_id] = record.line
        rows.append(Row(record.line, row_id, values))
    return rows


def _values(file: File, record: Record, problems: Problems) -> Values:
    values: Values = {}
    for column in file.columns:
        text = record.cells.get(column.name)
        if text is None:
            continue
        if text:
            try:
                values[column.name] = column.parse(text)
            except WrongCell as wrong:
                problems.add(file.name, record.line, column.name, str(wrong))
        elif column.empty is REFUSED:
            problems.add(file.name, record.line, column.name, "'' is not allowed: this cell must not be empty")
        elif column.empty is not KEPT:
            values[column.name] = column.empty
    return values
