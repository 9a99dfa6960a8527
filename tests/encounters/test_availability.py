"""Which classes are offered to a student, and with which status: one promise of the README at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from tests.world import World
from webapp.encounters import (
    EncounterFilter,
    Limits,
    NotOffered,
    StudentEncounter,
    get_encounter,
    list_encounters,
)
from webapp.models import User
from webapp.policy import Action, Actor
from webapp.students import find_student


def _found(world: World, name: str = "giulia", *, every_status: bool = True, **limits: int) -> list[StudentEncounter]:
    given = Limits(**{"units_ahead": 1, "horizon_days": 28, "lead_minutes": 0, **limits})
    actor = Actor(world.people[name], "Student")
    with world.database.reading() as connection:
        student = find_student(connection, actor, Action.SEE_ENCOUNTERS, name)
        assert student is not None
        return list_encounters(connection, student, EncounterFilter(), given, world.now, every_status=every_status)


def _statuses(world: World, name: str = "giulia") -> list[str]:
    return [encounter.status.value for encounter in _found(world, name)]


def _change(world: World, name: str, **values: Any) -> None:
    with world.database.writing() as connection:
        connection.execute(update(User).where(User.id == world.people[name]).values(**values))


def test_seats_come_before_standby_places_and_then_it_is_full(world: World) -> None:
    encounter = world.add_encounter(seats=1, standby_seats=1)
    assert [(e.status.value, e.seats_free, e.standby_free) for e in _found(world)] == [("Available", 1, 1)]
    world.book(encounter, "luca")
    assert [(e.status.value, e.seats_free, e.standby_free) for e in _found(world)] == [("Standby", 0, 1)]
    world.book(encounter, "rita", mode="standby")
    assert [(e.status.value, e.seats_free, e.standby_free) for e in _found(world)] == [("Full", 0, 0)]
    assert _found(world, every_status=False) == []


def test_a_cancelled_booking_takes_no_place_but_a_deactivated_student_does(world: World) -> None:
    encounter = world.add_encounter(seats=1)
    world.book(encounter, "luca", is_cancelled=True)
    assert _statuses(world) == ["Available"]
    world.book(encounter, "dino")
    assert _statuses(world) == ["Full"]


def test_a_booking_comes_before_closed_and_closed_before_conflict(world: World) -> None:
    booked = world.add_encounter(hours=24, is_closed=True)
    waiting = world.add_encounter(hours=30, is_closed=True)
    world.add_encounter(hours=24.5, is_closed=True)
    world.add_encounter(hours=24.5)
    world.book(booked, "giulia")
    world.book(waiting, "giulia", mode="standby")
    assert sorted(_statuses(world)) == ["Booked", "Closed", "Conflict", "OnStandby"]


def test_adjacent_classes_do_not_conflict(world: World) -> None:
    world.book(world.add_encounter(hours=24), "giulia")
    for hours in (23, 23.5, 24.5, 25):
        world.add_encounter(hours=hours)
    assert _statuses(world) == ["Available", "Conflict", "Booked", "Conflict", "Available"]


@pytest.mark.parametrize(
    "other",
    [{"unit_number": 1}, {"center": "lisbon"}, {"is_closed": True}, {"hours": -0.5, "duration_minutes": 120}],
    ids=["a past unit", "another center", "a closed class", "a class that has begun"],
)
def test_a_seat_in_any_class_conflicts(world: World, other: dict[str, Any]) -> None:
    hours = 1 if "hours" in other else 24
    world.book(world.add_encounter(**{"hours": 24, **other}), "giulia")
    candidate = world.add_encounter(hours=hours)
    assert {e.id: e.status.value for e in _found(world)}[candidate] == "Conflict"


def test_standby_places_and_seats_in_cancelled_classes_never_conflict(world: World) -> None:
    world.book(world.add_encounter(hours=24, unit_number=1), "giulia", mode="standby")
    world.book(world.add_encounter(hours=24, is_cancelled=True), "giulia")
    world.add_encounter(hours=24)
    assert _statuses(world) == ["Available"]


def test_cancelled_classes_never_appear(world: World) -> None:
    world.book(world.add_encounter(is_cancelled=True), "giulia")
    assert _found(world) == []


def test_only_the_current_unit_and_those_ahead_are_offered(world: World) -> None:
    for unit in (4, 5, 6, 7):
        world.add_encounter(unit_number=unit)
    assert [e.unit_number for e in _found(world)] in ([5, 6], [6, 5])
    assert [e.unit_number for e in _found(world, units_ahead=0)] == [5]
    assert len(_found(world, units_ahead=79)) == 3
    _change(world, "giulia", last_unit=5)
    assert [e.unit_number for e in _found(world)] == [5]
    _change(world, "giulia", last_unit=4)
    assert _found(world) == []
    _change(world, "giulia", last_unit=None, current_unit=None)
    assert _found(world) == []


def test_a_students_centers_and_the_online_centers_of_their_territories_are_offered(world: World) -> None:
    for center in world.centers:
        world.add_encounter(center)
    assert {e.center_reference_id for e in _found(world, "giulia")} == {"MIL-01", "ITA-ON"}
    assert {e.center_reference_id for e in _found(world, "omar")} == {"ITA-ON"}
    assert {e.center_reference_id for e in _found(world, "sofia")} == {"LIS-01"}
    assert _found(world, "zeno") == []


def test_the_window_opens_after_the_lead_time_and_closes_at_the_horizon(world: World) -> None:
    for hours in (0, 1 / 60, 1, 24, 24 + 1 / 60):
        world.add_encounter(hours=hours)
    assert len(_found(world)) == 4
    assert len(_found(world, lead_minutes=1)) == 3
    assert len(_found(world, lead_minutes=60, horizon_days=1)) == 1


def test_the_contract_ends_with_the_day_at_the_center(world: World) -> None:
    world.now = datetime(2026, 11, 29, 9, tzinfo=UTC)
    _change(world, "giulia", contract_ends_on=date(2026, 11, 30))
    world.add_encounter(hours=38)  # 23:00 UTC on the 30th is midnight of the 1st in Rome
    late = world.add_encounter(hours=37.75)
    assert [e.id for e in _found(world)] == [late]


def test_the_order_is_start_then_center_by_code_point_then_id(world: World) -> None:
    from sqlalchemy import update as change

    from webapp.models import Center

    with world.database.writing() as connection:
        connection.execute(change(Center).where(Center.id == world.centers["milan"]).values(name="aula"))
        connection.execute(change(Center).where(Center.id == world.centers["italy_online"]).values(name="Z"))
    for _ in range(3):
        world.add_encounter("milan", hours=24)
        world.add_encounter("italy_online", hours=24)
    world.add_encounter("milan", hours=23)
    found = [(e.starts_at, e.center_name, str(e.id)) for e in _found(world)]
    assert found == sorted(found)
    assert [name for _, name, _ in found] == ["aula", "Z", "Z", "Z", "aula", "aula", "aula"]


def test_a_single_class_has_the_same_status_as_in_the_list(world: World) -> None:
    booked = world.add_encounter(hours=24)
    world.add_encounter(hours=24.5)
    world.add_encounter(hours=48, seats=0, standby_seats=1)
    offered_elsewhere = world.add_encounter("rome", hours=72)
    cancelled = world.add_encounter(hours=72, is_cancelled=True)
    world.book(booked, "giulia")
    listed = _found(world)
    assert [encounter.status.value for encounter in listed] == ["Booked", "Conflict", "Standby"]
    limits, actor = Limits(1, 28, 0), Actor(world.people["giulia"], "Student")
    with world.database.reading() as connection:
        student = find_student(connection, actor, Action.SEE_ENCOUNTERS, "giulia")
        assert student is not None
        got = [get_encounter(connection, student, encounter.id, limits, world.now) for encounter in listed]
        assert got == listed
        for encounter_id in (offered_elsewhere, cancelled, uuid4()):
            with pytest.raises(NotOffered):
                get_encounter(connection, student, encounter_id, limits, world.now)
