"""What others changed while an import was prepared, checked together with it in the tables themselves."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Connection, Table, and_, exists, false, select, union
from sqlalchemy.orm import aliased

from webapp.encounters.booked_users import find_wrongly_booked
from webapp.encounters.capacity import find_overfilled
from webapp.models import Booking, Encounter, User
from webapp.network import Changes


def fits(connection: Connection, changes: Changes) -> bool:
    """Whether the changed rows keep the rules that the database does not check itself, once the import is written."""
    users, bookings = changes.ids(User), changes.ids(Booking)
    touched = union(changes.ids(Encounter), select(Booking.encounter_id).where(Booking.id.in_(bookings)))
    taking = select(Booking.encounter_id, Booking.mode).where(
        Booking.is_cancelled == false(), Booking.encounter_id.in_(touched)
    )
    wrongly_booked = find_wrongly_booked()
    named, mailed = aliased(User), aliased(User)
    same = (mailed.email_key == named.user_name_key, mailed.id != named.id)
    namesakes = select(named.id).join(mailed, and_(*same))
    # A query for each side: with OR between two lists PostgreSQL would walk through whole tables.
    queries = (
        find_overfilled(taking.subquery("taking"), cast(Table, Encounter.__table__)),
        wrongly_booked.where(Booking.id.in_(bookings)),
        wrongly_booked.where(User.id.in_(users)),
        namesakes.where(named.id.in_(users)),
        namesakes.where(mailed.id.in_(users)),
    )
    return not any(connection.execute(select(exists(query))).scalar() for query in queries)
