"""The SQL statements about encounters, each built once: building one costs more than running it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from webapp.encounters.filters import COLUMNS
from webapp.models import Assignment, Booking, BookingMode, Center, CenterKind, Encounter

FILTERABLE_COLUMNS: Final = {
    "encounter_ids": Encounter.id,
    **COLUMNS,
}


@cache
def offered_and_own_seats(filters: frozenset[str], unit_count: int) -> CompoundSelect[*tuple[Any, ...]]:
    """The classes offered to a student, and the classes anywhere in which the student holds a seat.

    Its parameters: student_id, earliest, latest, last_end, unit_parameters(…) of `unit_count` units, and a list for
    each of `filters` (names of FILTERABLE_COLUMNS). Its columns: those of statuses.Facts.
    """
    conditions = (FILTERABLE_COLUMNS[name].in_(bindparam(name, expanding=True)) for name in sorted(filters))
    return union_all(_offered(unit_count).where(*conditions), _own_seats())


def unit_parameters(units: Sequence[int]) -> dict[str, int]:
    """The parameters for the offered units; an expanding list would be rendered into the SQL at each execution."""
    return {f"unit{place}": unit for place, unit in enumerate(units)}


@cache
def offered_centers() -> Select[*tuple[Any, ...]]:
    """The centers whose classes a student may take, by name and id. Its parameter: student_id."""
    return select(Center.id, Center.name).where(Center.id.in_(_offered_ids())).order_by(Center.name, Center.id)


def _student_id() -> BindParameter[Any]:
    return bindparam("student_id", type_=Assignment.user_id.type)


def _offered_ids() -> Select[*tuple[Any, ...]]:
    own = select(Assignment.center_id).where(Assignment.user_id == _student_id())
    home = aliased(Center)
    territories = select(home.territory).where(home.id.in_(own))
    online = and_(Center.kind == CenterKind.ONLINE, Center.territory.in_(territories))
    return select(Center.id).where(or_(Center.id.in_(own), online))


def _offered(unit_count: int) -> Select[*tuple[Any, ...]]:
    mine = aliased(Booking)
    is_mine = and_(mine.encounter_id == Encounter.id, mine.student_id == _student_id(), mine.is_cancelled == false())
    taken = (_taken(BookingMode.SEAT), _taken(BookingMode.STANDBY))
    return (
        _facts(literal(False), mine.mode, *taken)
        .outerjoin(mine, is_mine)
        .where(
            Encounter.center_id.in_(_offered_ids()),
            # IN rather than BETWEEN: after a range SQLite cannot use the index for the start as well.
            Encounter.unit_number.in_([bindparam(name) for name in unit_parameters(range(unit_count))]),
            Encounter.starts_at > bindparam("earliest"),
            Encounter.starts_at <= bindparam("latest"),
            Encounter.is_cancelled == false(),
        )
    )


def _own_seats() -> Select[*tuple[Any, ...]]:
    """The student's seats in classes that may overlap the window: not over before it, nor starting after it."""
    seats = select(Booking.encounter_id).where(
        Booking.student_id == _student_id(), Booking.mode == BookingMode.SEAT, Booking.is_cancelled == false()
    )
    return _facts(literal(True), literal(None), literal(0), literal(0)).where(
        Encounter.id.in_(seats),
        Encounter.ends_at > bindparam("earliest"),
        Encounter.starts_at < bindparam("last_end"),
        Encounter.is_cancelled == false(),
    )


def _facts(
    is_own_seat: ColumnElement[bool],
    own_mode: ColumnElement[str | None] | InstrumentedAttribute[str],
    seats_taken: ColumnElement[int],
    standby_taken: ColumnElement[int],
) -> Select[*tuple[Any, ...]]:
    return select(
        is_own_seat.label("is_own_seat"),
        Encounter.id,
        Encounter.unit_number,
        Encounter.starts_at,
        Encounter.ends_at,
        Encounter.duration_minutes,
        Encounter.is_online,
        Encounter.is_closed,
        Encounter.seats,
        Encounter.standby_seats,
        Encounter.teacher,
        Center.id.label("center_id"),
        Center.name.label("center_name"),
        Center.reference_id.label("center_reference_id"),
        Center.time_zone,
        own_mode.label("own_mode"),
        seats_taken.label("seats_taken"),
        standby_taken.label("standby_taken"),
    ).join(Center, Center.id == Encounter.center_id)


def _taken(mode: BookingMode) -> ColumnElement[int]:
    anyone = aliased(Booking)
    return (
        select(func.count())
        .where(anyone.encounter_id == Encounter.id, anyone.mode == mode, anyone.is_cancelled == false())
        .correlate(Encounter)
        .scalar_subquery()
    )
