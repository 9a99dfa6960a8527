"""Seats and standby places after an import: never more taken than there are."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import FromClause, Select, case, exists, false, func, select, union_all

from webapp.models import Booking, BookingMode, Encounter
from webapp.transfer.files import BOOKINGS, ENCOUNTERS
from webapp.transfer.messages import Message
from webapp.transfer.problems import Problems
from webapp.transfer.stage import CHANGED, SAME, Stage

PLACES: Final[dict[str, str]] = {BookingMode.SEAT: "seats", BookingMode.STANDBY: "standby_seats"}
_BOOKING, _ENCOUNTER = CHANGED[BOOKINGS.name], CHANGED[ENCOUNTERS.name]


def check_places(stage: Stage, problems: Problems) -> None:
    """Tell every row that takes one place too many, or leaves fewer than are taken already."""
    if ENCOUNTERS.name in problems.broken:
        return  # what the lost rows say of places is not known
    taking = _changed_bookings() if stage.is_empty(BOOKINGS) else _changed_and_staying_bookings()
    for row in stage.connection.execute(_overfull(taking)).all():
        _tell(stage, row.id, row.mode, row.places, problems)


def _changed_bookings() -> FromClause:
    """The changed bookings that take a place."""
    query = select(_BOOKING.c.encounter_id, _BOOKING.c.mode).where(_BOOKING.c.is_cancelled == false())
    return query.subquery("taking")


def _changed_and_staying_bookings() -> FromClause:
    """All bookings that will take a place in a class that the import touches."""
    touched = select(_ENCOUNTER.c.id).union(select(_BOOKING.c.encounter_id).where(_BOOKING.c.is_cancelled == false()))
    touched_ids = touched.subquery()
    staying = (
        select(Booking.encounter_id, Booking.mode)
        .join(touched_ids, touched_ids.c.id == Booking.encounter_id)
        .where(Booking.is_cancelled == false(), ~exists().where(_BOOKING.c.id == Booking.id))
    )
    changed = select(_BOOKING.c.encounter_id, _BOOKING.c.mode).where(_BOOKING.c.is_cancelled == false())
    return union_all(changed, staying).subquery("taking")


def _overfull(taking: FromClause) -> Select[Any]:
    """The classes and modes that would have more bookings than places, with their places."""
    encounter_id, mode = taking.c.encounter_id, taking.c.mode  # a first load has an index in this order
    taken = select(encounter_id, mode, func.count().label("taken")).group_by(encounter_id, mode).subquery()
    of_mode = {name: func.coalesce(_ENCOUNTER.c[name], getattr(Encounter, name)) for name in PLACES.values()}
    places = case({mode: of_mode[name] for mode, name in PLACES.items()}, value=taken.c.mode)
    return (
        select(taken.c.encounter_id.label("id"), taken.c.mode, places.label("places"))
        .outerjoin(_ENCOUNTER, _ENCOUNTER.c.id == taken.c.encounter_id)
        .outerjoin(Encounter, Encounter.id == taken.c.encounter_id)
        .where(taken.c.taken > places)
    )


def _tell(stage: Stage, encounter_id: UUID, mode: str, places: int, problems: Problems) -> None:
    """The rows of a class that are too many, each where it stands; what is not told is there already."""
    same = SAME[BOOKINGS.name]
    takes = (_BOOKING.c.encounter_id == encounter_id, _BOOKING.c.mode == mode, _BOOKING.c.is_cancelled == false())
    changed = select(_BOOKING.c.line).where(*takes)
    staying = (
        select(same.c.line)
        .select_from(Booking)
        .outerjoin(same, same.c.id == Booking.id)
        .where(
            Booking.encounter_id == encounter_id,
            Booking.mode == mode,
            Booking.is_cancelled == false(),
            ~exists().where(_BOOKING.c.id == Booking.id),
        )
    )
    lines = [*stage.connection.execute(changed).scalars(), *stage.connection.execute(staying).scalars()]
    told = sorted(line for line in lines if line is not None)
    others = len(lines) - len(told)
    encounter_line = _line_of(stage, encounter_id)
    if others > places and encounter_line:
        place = (ENCOUNTERS.name, encounter_line, PLACES[mode])
        problems.add(*place, Message.FEWER_THAN_TAKEN, str(places), {"taken": others}, is_written=False)
    for line in told[max(places - others, 0) :]:
        place = (BOOKINGS.name, line, "mode")
        problems.add(*place, Message.ONE_TOO_MANY, mode, {"encounter": str(encounter_id), "places": places})


def _line_of(stage: Stage, encounter_id: UUID) -> int | None:
    """Where encounters.csv tells a class, if it does."""
    for table in (_ENCOUNTER, SAME[ENCOUNTERS.name]):
        line = stage.connection.execute(select(table.c.line).where(table.c.id == encounter_id)).scalar()
        if line is not None:
            return int(line)
    return None
