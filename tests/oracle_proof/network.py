"""The smallest network in which every place and type of person occurs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.oracle.encounters import statuses
from tests.oracle.world import Booking, Center, Encounter, User, World

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def guid(number: int) -> str:
    return f"abcdef00-0000-4000-8000-{number:012d}"


MILAN = Center(guid(1), "MIL", "Milano", "physical", "Europe/Rome", "Italy")


ROME = Center(guid(2), "ROM", "Roma", "physical", "Europe/Rome", "Italy")


ONLINE = Center(guid(3), "ITO", "Italia Online", "online", "Europe/Rome", "Italy")


LISBON = Center(guid(4), "LIS", "Lisboa", "physical", "Europe/Lisbon", "Portugal")


OTHER_ONLINE = Center(guid(5), "PTO", "Online", "online", "Europe/Lisbon", "Portugal")


CENTERS = (MILAN, ROME, ONLINE, LISBON, OTHER_ONLINE)


def person(number: int, kind: str, name: str, *centers: Center, active: bool = True) -> User:
    return User(guid(number), kind, name, name, centers=frozenset(it.id for it in centers), active=active)


GIULIA = replace(person(11, "Student", "giulia", MILAN), current_unit=5)


PEOPLE = {
    user.user_name: user
    for user in (
        GIULIA,
        person(12, "Student", "luca", MILAN),
        person(13, "Student", "rita", ROME),
        person(14, "Student", "omar", ONLINE),
        person(15, "Student", "zeno"),
        person(16, "Student", "dino", MILAN, active=False),
        person(21, "StaffMember", "maria", MILAN),
        person(22, "StaffMember", "marco", MILAN, LISBON),
        person(23, "StaffMember", "olga", ONLINE),
        person(24, "StaffMember", "nora"),
        person(25, "StaffMember", "vera", MILAN, active=False),
        person(31, "Administrator", "ada", MILAN),
        person(32, "Prospect", "pia", MILAN),
        person(33, "ProspectWithTrial", "tina", MILAN),
        person(34, "ProspectWithoutTrial", "paolo", MILAN),
        person(35, "User", "ugo", MILAN),
        person(36, "Student", "Straße", ROME),
    )
}


NETWORK = World(CENTERS, tuple(PEOPLE.values()))


def a_class(number: int = 100, hours: float = 24, *, unit: int = 5, center: Center = MILAN) -> Encounter:
    return Encounter(guid(number), center.id, unit, NOW + timedelta(hours=hours), 60, seats=1)


def place(encounter: Encounter, user: User = GIULIA, mode: str = "seat", *, cancelled: bool = False) -> Booking:
    return Booking(guid(900), encounter.id, user.id, mode, cancelled)


def status(world: World, student: User = GIULIA) -> str:
    """The status of the first class of the world, or an empty text where it is not offered."""
    found = {encounter.id: status for encounter, status in statuses(world, student, NOW)}
    return found.get(world.encounters[0].id, "")


def world_of(*encounters: Encounter, places: tuple[Booking, ...] = ()) -> World:
    return replace(NETWORK, encounters=encounters, bookings=places)
