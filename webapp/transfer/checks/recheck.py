"""What others changed while an import was prepared, checked together with it in the tables themselves."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Connection, Table, exists, false, or_, select

from webapp.encounters.capacity import find_overfilled
from webapp.models import Booking, Encounter, User, UserType
from webapp.network import Changes


def fits(connection: Connection, changes: Changes) -> bool:
    """Whether the rules hold for the changed rows now that the import is written, but for those of the database."""
    users, bookings = changes.ids(User), changes.ids(Booking)
    of_bookings = select(Booking.encounter_id).where(Booking.id.in_(bookings))
    touched = or_(Booking.encounter_id.in_(changes.ids(Encounter)), Booking.encounter_id.in_(of_bookings))
    taking = select(Booking.encounter_id, Booking.mode).where(Booking.is_cancelled == false(), touched)
    overfilled = find_overfilled(taking.subquery("taking"), cast(Table, Encounter.__table__))
    of_others = (
        select(Booking.id)
        .join(User, User.id == Booking.student_id)
        .where(User.type != UserType.STUDENT, or_(Booking.id.in_(bookings), User.id.in_(users)))
    )
    named, mailed = User.__table__.alias(), User.__table__.alias()
    namesakes = (
        select(named.c.id)
        .join(mailed, mailed.c.email_key == named.c.user_name_key)
        .where(mailed.c.id != named.c.id, or_(named.c.id.in_(users), mailed.c.id.in_(users)))
    )
    return not any(connection.execute(select(exists(query))).scalar() for query in (overfilled, of_others, namesakes))
