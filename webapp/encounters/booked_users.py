"""The rule of who has bookings: students only, and that holds for cancelled bookings too."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from webapp.models import Booking, User, UserType


def may_have_bookings(user_type: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a user of this type may have bookings."""
    return user_type == UserType.STUDENT


def find_wrongly_booked() -> Select[UUID, str]:
    """A query for the id of each booking, cancelled or not, of a user who may have none, and the user's type."""
    users = select(Booking.id, User.type).join(User, User.id == Booking.student_id)
    return users.where(~may_have_bookings(User.type.expression))
