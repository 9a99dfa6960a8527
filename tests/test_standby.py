"""Standby places and seats: neither takes the place of the other, and a standby place conflicts with nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import update

from tests.world import World
from webapp.models import Booking


def _statuses(world: World) -> dict[UUID, str]:
    """What each class is to giulia, as programs see it."""
    answer = world.app.test_client().get("/users/me/encounters", headers=world.bearer("giulia"))
    return {UUID(row["Id"]): row["Status"] for row in orjson.loads(answer.data)}


def test_a_standby_place_takes_no_seat(world: World) -> None:
    encounter = world.add_encounter(seats=1, standby_seats=2)
    world.book(encounter, "luca", mode="standby")
    assert _statuses(world) == {encounter: "Available"}
    world.book(encounter, "rita", mode="standby")
    assert _statuses(world) == {encounter: "Available"}
    world.book(encounter, "omar")
    assert _statuses(world) == {encounter: "Full"}


def test_a_seat_takes_no_standby_place(world: World) -> None:
    encounter = world.add_encounter(seats=2, standby_seats=1)
    world.book(encounter, "luca")
    world.book(encounter, "rita")
    assert _statuses(world) == {encounter: "Standby"}
    world.book(encounter, "omar", mode="standby")
    assert _statuses(world) == {encounter: "Full"}


def test_a_cancelled_standby_place_is_free_again(world: World) -> None:
    encounter = world.add_encounter(seats=0, standby_seats=1)
    world.book(encounter, "luca", mode="standby", is_cancelled=True)
    assert _statuses(world) == {encounter: "Standby"}


@pytest.mark.parametrize(
    "elsewhere",
    [{}, {"unit_number": 1}, {"center": "lisbon"}, {"is_closed": True}],
    ids=["an offered class", "a past unit", "another center", "a closed class"],
)
def test_a_standby_place_never_conflicts_where_a_seat_does(world: World, elsewhere: dict[str, Any]) -> None:
    booking = world.book(world.add_encounter(hours=24, **elsewhere), "giulia", mode="standby")
    wanted = world.add_encounter(hours=24.5)
    assert _statuses(world)[wanted] == "Available"
    with world.database.writing() as connection:
        connection.execute(update(Booking).where(Booking.id == booking).values(mode="seat"))
    assert _statuses(world)[wanted] == "Conflict"
