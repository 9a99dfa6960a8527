"""Small random networks, crowded on purpose: few centers, units and hours, so that everything meets everything."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from tests.oracle.world import Booking, Center, Encounter, User, World

NOW = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)  # the clocks of Europe change the next night
ZONES = ("Europe/Rome", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
TYPES = ("Student", "Student", "Student", "StaffMember", "Administrator", "Prospect")
Draw = Callable[[st.SearchStrategy[Any]], Any]


def _id(kind: int, number: int) -> str:
    return str(UUID(int=(kind << 64) | number, version=4))


@st.composite
def worlds(draw: Draw) -> World:
    """A network whose classes lie around NOW and whose bookings fit the places."""
    centers = tuple(_center(draw, number) for number in range(draw(st.integers(1, 4))))
    users = tuple(_user(draw, number, centers) for number in range(draw(st.integers(2, 6))))
    encounters = tuple(_encounter(draw, number, centers) for number in range(draw(st.integers(0, 14))))
    return World(centers, users, encounters, _bookings(draw, users, encounters))


def _center(draw: Draw, number: int) -> Center:
    return Center(
        id=_id(1, number),
        reference_id=f"C-{number}",
        name=draw(st.sampled_from(["Zeta", "alpha", "Ähre", "Alpha"])),
        kind=draw(st.sampled_from(["physical", "online"])),
        time_zone=draw(st.sampled_from(ZONES)),
        territory=draw(st.sampled_from(["North", "South", "north"])),
    )


def _user(draw: Draw, number: int, centers: tuple[Center, ...]) -> User:
    own = draw(st.sets(st.sampled_from([center.id for center in centers])))
    return User(
        id=_id(2, number),
        type=draw(st.sampled_from(TYPES)),
        user_name=f"user{number}",
        first_name=draw(st.sampled_from(["Łucja", "Ada", "Οδυσσέας"])),
        last_name=draw(st.sampled_from([None, "Østergård", "Berg"])),
        centers=frozenset(own),
        current_unit=draw(st.sampled_from([None, 1, 1, 2, 2, 3, 79, 80])),
        last_unit=draw(st.sampled_from([None, None, 2, 3])),
        contract_ends_on=draw(st.sampled_from([None, None, date(2026, 10, 25), date(2026, 10, 27)])),
        active=draw(st.sampled_from([True, True, True, False])),
    )


def _encounter(draw: Draw, number: int, centers: tuple[Center, ...]) -> Encounter:
    minutes = draw(st.sampled_from([-30, 0, 30, 60, 90, 720, 800, 2160, 2200, 3600, 40320, 40350]))
    return Encounter(
        id=_id(3, number),
        center_id=draw(st.sampled_from(centers)).id,
        unit_number=draw(st.sampled_from([1, 1, 2, 2, 3, 80])),
        starts_at=NOW + timedelta(minutes=minutes),
        duration_minutes=draw(st.sampled_from([30, 60, 90])),
        seats=draw(st.integers(0, 2)),
        standby_seats=draw(st.integers(0, 1)),
        is_online=draw(st.booleans()),
        is_closed=draw(st.sampled_from([False, False, True])),
        is_cancelled=draw(st.sampled_from([False, False, False, True])),
    )


def _bookings(draw: Draw, users: tuple[User, ...], encounters: tuple[Encounter, ...]) -> tuple[Booking, ...]:
    students = [user for user in users if user.type == "Student"]
    free = {(e.id, mode): n for e in encounters for mode, n in (("seat", e.seats), ("standby", e.standby_seats))}
    bookings: list[Booking] = []
    for encounter in encounters:
        for student in students:
            mode = draw(st.sampled_from([None, "seat", "standby"]))
            cancelled = draw(st.sampled_from([False, False, True]))
            if mode is None or not (cancelled or free[encounter.id, mode]):
                continue
            free[encounter.id, mode] -= not cancelled
            bookings.append(Booking(_id(4, len(bookings)), encounter.id, student.id, mode, cancelled))
    return tuple(bookings)


def write_folder(world: World, folder: Path) -> None:
    """The same network as files of the import format."""
    reference = {center.id: center.reference_id for center in world.centers}
    _write(folder / "centers.csv", [vars(center) for center in world.centers])
    _write(
        folder / "users.csv",
        [{**vars(u), "centers": ";".join(sorted(reference[c] for c in u.centers))} for u in world.users],
    )
    rows = [{**vars(e), "center": reference[e.center_id]} for e in world.encounters]
    _write(folder / "encounters.csv", [{n: v for n, v in row.items() if n != "center_id"} for row in rows])
    _write(folder / "bookings.csv", [{**vars(b), "booked_at": "2026-10-01T08:00Z"} for b in world.bookings])


def _write(file: Path, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)
