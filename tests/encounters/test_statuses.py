"""The seven statuses, decided without a database."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from webapp.encounters import queries
from webapp.encounters.statuses import Facts, OwnSeats, with_status

SIX_PM = datetime(2026, 11, 26, 18, tzinfo=UTC)


def _class(number: int = 1, starts_at: datetime = SIX_PM, minutes: int = 60, **given: Any) -> Facts:
    about = {"id": UUID(int=number), "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
    center = {"center_id": UUID(int=0), "center_name": "Milano", "center_reference_id": "MIL", "time_zone": "UTC"}
    places = {"seats": 1, "seats_taken": 0, "standby_seats": 1, "standby_taken": 0}
    kind = {"unit_number": 5, "is_online": False, "is_closed": False, "is_own_seat": False, "own_mode": None}
    row: dict[str, Any] = {**about, "duration_minutes": minutes, **center, **places, **kind, "teacher": None, **given}
    return Facts(**row)


def _status(facts: Facts, *seats: Facts) -> str:
    return with_status(facts, OwnSeats(seats)).status.value


TAKEN: dict[str, Any] = {"seats_taken": 1, "standby_taken": 1}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"own_mode": "seat", "is_closed": True, **TAKEN}, "Booked"),
        ({"own_mode": "standby", "is_closed": True, **TAKEN}, "OnStandby"),
        ({"is_closed": True, "starts_at": SIX_PM + timedelta(minutes=30)}, "Closed"),
        ({"starts_at": SIX_PM + timedelta(minutes=30)}, "Conflict"),
        ({}, "Available"),
        ({"seats_taken": 1}, "Standby"),
        (TAKEN, "Full"),
        ({"seats_taken": 2, "standby_taken": 2}, "Full"),
    ],
)
def test_the_first_rule_that_applies_decides(given: dict[str, Any], status: str) -> None:
    own = _class(9, SIX_PM + timedelta(minutes=60))
    assert _status(_class(**given), own) == status


@pytest.mark.parametrize(
    ("starts", "minutes", "status"),
    [(17, 60, "Available"), (17, 61, "Conflict"), (19, 60, "Available"), (18, 60, "Conflict"), (10, 600, "Conflict")],
)
def test_only_overlapping_classes_conflict(starts: int, minutes: int, status: str) -> None:
    assert _status(_class(2, SIX_PM.replace(hour=starts), minutes), _class(1)) == status


def test_a_class_never_conflicts_with_itself(world_of_seats: list[Facts]) -> None:
    assert _status(_class(1), _class(1)) == "Available"
    assert all(OwnSeats([seat]).find_conflict(seat) is None for seat in world_of_seats)


def test_of_several_conflicts_the_first_by_start_and_id_is_found(world_of_seats: list[Facts]) -> None:
    own, conflicts = OwnSeats(world_of_seats), 0
    for number in range(100, 400):
        facts = _class(number, SIX_PM + timedelta(minutes=7 * (number - 100)), minutes=(number * 37) % 600 + 1)
        overlapping = [it for it in world_of_seats if it.starts_at < facts.ends_at and facts.starts_at < it.ends_at]
        expected = min(overlapping, key=lambda seat: (seat.starts_at, seat.id), default=None)
        assert own.find_conflict(facts) == expected
        conflicts += expected is not None
    assert 100 < conflicts < 300


@pytest.fixture
def world_of_seats() -> list[Facts]:
    """Nine seats of various lengths over two days, unsorted; some overlap each other."""
    choose = random.Random(5)
    return [
        _class(number, SIX_PM + timedelta(minutes=choose.randrange(2880)), choose.choice((1, 30, 45, 60, 600)))
        for number in range(1, 8)
    ] + [_class(8, SIX_PM, 60), _class(9, SIX_PM, 60)]


def test_the_columns_of_the_query_are_the_facts_in_their_order() -> None:
    columns = queries.offered_and_own_seats(frozenset(), 1).selected_columns
    assert tuple(columns.keys()) == Facts._fields
