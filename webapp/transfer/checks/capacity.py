"""The rule of capacity on the state after an import, for the classes that the import touches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, select, union

from webapp.encounters.capacity import PLACES, find_overfilled
from webapp.transfer.checks.after import Part, changed, select_after
from webapp.transfer.files import BOOKINGS, ENCOUNTERS
from webapp.transfer.messages import Message
from webapp.transfer.problems import Problems
from webapp.transfer.staging.stage import Stage
from webapp.transfer.staging.tables import CHANGED


def check_capacity(stage: Stage, problems: Problems) -> None:
    """Report every row that takes one place too many, or leaves fewer than are taken already."""
    if ENCOUNTERS.name in problems.broken:
        return  # what the lost rows say of places is not known
    encounter, booking = CHANGED[ENCOUNTERS].alias(), changed(BOOKINGS)
    touched = union(select(encounter.c.id), _taking(booking, booking.columns.encounter_id)).subquery("touched")

    def bookings(part: Part) -> Select[Any]:
        query = _taking(part, part.columns.encounter_id, part.columns.mode)
        return query if part.is_changed else query.where(part.columns.encounter_id.in_(select(touched.c.id)))

    def encounters(part: Part) -> Select[Any]:
        query = part.select(part.columns.id, *(part.columns[name] for name in PLACES.values()))
        return query if part.is_changed else query.where(part.columns.id.in_(select(touched.c.id)))

    query = find_overfilled(
        select_after(stage, BOOKINGS, bookings).subquery("bookings"),
        select_after(stage, ENCOUNTERS, encounters).subquery("encounters"),
    )
    for row in stage.connection.execute(query).all():
        _report(stage, row.encounter_id, row.mode, row.places, problems)


def _taking(part: Part, *columns: Any) -> Select[Any]:
    """Bookings that take a place."""
    return part.select(*columns).where(part.columns.is_cancelled == false())


def _report(stage: Stage, encounter_id: UUID, mode: str, places: int, problems: Problems) -> None:
    """Report the rows of a class that are too many, each where it stands; others are in the database already."""

    def of_class(part: Part) -> Select[Any]:
        columns = part.columns
        return _taking(part, part.line.label("line")).where(columns.encounter_id == encounter_id, columns.mode == mode)

    def class_itself(part: Part) -> Select[Any]:
        return part.select(part.line.label("line")).where(part.columns.id == encounter_id)

    lines = sorted(stage.connection.execute(select_after(stage, BOOKINGS, of_class)).scalars())
    in_file = [line for line in lines if line]
    others = len(lines) - len(in_file)
    (encounter_line,) = stage.connection.execute(select_after(stage, ENCOUNTERS, class_itself)).scalars()
    if others > places and encounter_line:
        place = (ENCOUNTERS.name, encounter_line, PLACES[mode])
        problems.add(*place, Message.FEWER_THAN_TAKEN, str(places), {"taken": others}, is_verbatim=False)
    for line in in_file[max(places - others, 0) :]:
        place = (BOOKINGS.name, line, "mode")
        problems.add(*place, Message.ONE_TOO_MANY, mode, {"encounter": str(encounter_id), "places": places})
