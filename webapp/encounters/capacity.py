"""The rule of capacity: never more seats and standby places of a class taken than there are."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import FromClause, Select, case, func, select

from webapp.models import BookingMode

PLACES: Final[dict[str, str]] = {BookingMode.SEAT: "seats", BookingMode.STANDBY: "standby_seats"}


def find_overfilled(bookings: FromClause, encounters: FromClause) -> Select[UUID, str, int, int]:
    """A query for `encounter_id, mode, taken, places` of each mode of a class that has more bookings than places.

    `bookings` has the columns `encounter_id` and `mode` of those that are not cancelled, `encounters` the columns `id`,
    `seats` and `standby_seats`.
    """
    columns = (bookings.c.encounter_id, bookings.c.mode)  # in the order of an index of theirs
    taken = select(*columns, func.count().label("taken")).group_by(*columns).subquery("taken")
    by_mode = {mode: encounters.c[name] for mode, name in PLACES.items()}
    places: Any = case(by_mode, value=taken.c.mode).label("places")
    return (
        select(taken.c.encounter_id, taken.c.mode, taken.c.taken, places)
        .join(encounters, encounters.c.id == taken.c.encounter_id)
        .where(taken.c.taken > places)
    )
