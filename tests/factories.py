"""Small factories: one row each, with plausible defaults for everything that a test does not set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert

from webapp.accounts.passwords import hash_password
from webapp.models import Assignment, Booking, Center, Encounter, User
from webapp.user_keys import derived_user_columns

PASSWORD = "Copper-Kettle-84-Willow"


@cache
def password_hash() -> str:
    """The hash of PASSWORD, computed once: hashing is deliberately slow."""
    return hash_password(PASSWORD)


def add_center(connection: Connection, reference_id: str, **given: Any) -> UUID:
    """Add a center: physical, in Italy, unless `given` says otherwise."""
    values = {
        "id": uuid4(),
        "reference_id": reference_id,
        "name": f"Center {reference_id}",
        "kind": "physical",
        "time_zone": "Europe/Rome",
        "territory": "Italy",
        **given,
    }
    connection.execute(insert(Center).values(**values))
    return UUID(str(values["id"]))


def add_user(connection: Connection, user_name: str, centers: tuple[UUID, ...] = (), **given: Any) -> UUID:
    """Add a user: an active student in unit 5 with PASSWORD, unless `given` says otherwise."""
    names: dict[str, Any] = {
        "user_name": user_name,
        "first_name": user_name.capitalize(),
        "last_name": "Prova",
        "email": f"{user_name}@example.com",
        "phone": None,
        "student_code": None,
    }
    names.update({name: value for name, value in given.items() if name in names})
    values = {
        "id": uuid4(),
        "type": "Student",
        "current_unit": 5,
        "active": True,
        "password_hash": password_hash(),
        **{name: value for name, value in given.items() if name not in names},
    }
    if values["type"] != "Student":
        values["current_unit"] = given.get("current_unit")
    connection.execute(insert(User).values(**values, **names, **derived_user_columns(**names)))
    for center in centers:
        connection.execute(insert(Assignment).values(user_id=values["id"], center_id=center))
    return UUID(str(values["id"]))


def add_students(connection: Connection, center: UUID, first_names: Sequence[str]) -> None:
    """Add many active students of one center, in unit 5 and without a password, which would take long to hash."""
    users, assignments = [], []
    for first_name in first_names:
        names: dict[str, Any] = {"user_name": first_name.lower(), "first_name": first_name, "last_name": None}
        names |= {"email": None, "phone": None, "student_code": None}
        user_id = uuid4()
        about = {"id": user_id, "type": "Student", "current_unit": 5, "active": True}
        users.append({**about, **names, **derived_user_columns(**names)})
        assignments.append({"user_id": user_id, "center_id": center})
    connection.execute(insert(User), users)
    connection.execute(insert(Assignment), assignments)


def add_encounter(connection: Connection, center: UUID, starts_at: datetime, **given: Any) -> UUID:
    """Add an encounter: an hour of unit 5 with three seats, in person, unless `given` says otherwise."""
    duration = given.get("duration_minutes", 60)
    values = {
        "id": uuid4(),
        "center_id": center,
        "unit_number": 5,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=duration),
        "duration_minutes": duration,
        "seats": 3,
        "standby_seats": 0,
        "is_online": False,
        "is_closed": False,
        "is_cancelled": False,
        "teacher": "Irene Sala",
        **given,
    }
    connection.execute(insert(Encounter).values(**values))
    return UUID(str(values["id"]))


def add_booking(connection: Connection, encounter: UUID, student: UUID, **given: Any) -> UUID:
    """Add a booking: a seat that is not cancelled, unless `given` says otherwise; it must include `booked_at`."""
    values = {
        "id": uuid4(),
        "encounter_id": encounter,
        "student_id": student,
        "mode": "seat",
        "is_cancelled": False,
        **given,
    }
    connection.execute(insert(Booking).values(**values))
    return UUID(str(values["id"]))
