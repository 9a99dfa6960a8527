"""Which classes the oracle offers, with which status, in which order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.oracle.encounters import Wanted, answer, offered_centers, offered_units, statuses
from tests.oracle.world import World
from tests.oracle_proof.network import (
    CENTERS,
    GIULIA,
    LISBON,
    MILAN,
    NOW,
    ONLINE,
    PEOPLE,
    ROME,
    a_class,
    guid,
    place,
    status,
    world_of,
)


def test_a_class_with_a_free_seat_has_the_ten_published_fields() -> None:
    starts = datetime(2026, 12, 1, 18, tzinfo=UTC)
    encounter = replace(a_class(), starts_at=starts, duration_minutes=50, is_online=True)
    assert json.dumps(answer(world_of(encounter), GIULIA, NOW)) == (
        f'[{{"UnitNumber": 5, "Id": "{encounter.id}", "DateTime": "2026-12-01T18:00:00+00:00", '
        '"EndDate": "2026-12-01T18:50:00+00:00", "Duration": 50, "Status": "Available", "IsOnline": true, '
        f'"CenterId": "{MILAN.id}", "CenterName": "Milano", "CenterReferenceId": "MIL"}}]'
    )


def test_each_status_holds_when_the_ones_above_it_do_not() -> None:
    luca, encounter = PEOPLE["luca"], replace(a_class(), standby_seats=1)
    closed, overlapping = replace(encounter, is_closed=True), a_class(101, 24.5, unit=70, center=LISBON)
    own_seat, other_seat = place(encounter), place(encounter, luca)
    own_standby, other_standby = place(encounter, mode="standby"), place(encounter, luca, "standby")
    busy = place(overlapping)
    worlds = {
        "Booked": world_of(closed, overlapping, places=(own_seat, own_standby, busy)),
        "OnStandby": world_of(closed, overlapping, places=(own_standby, busy)),
        "Closed": world_of(closed, overlapping, places=(busy,)),
        "Conflict": world_of(encounter, overlapping, places=(busy,)),
        "Available": world_of(encounter, overlapping),
        "Standby": world_of(encounter, places=(other_seat,)),
        "Full": world_of(encounter, places=(other_seat, other_standby)),
    }
    assert {expected: status(world) for expected, world in worlds.items()} == {name: name for name in worlds}
    answered = {
        name for name, world in worlds.items() if encounter.id in [it["Id"] for it in answer(world, GIULIA, NOW)]
    }
    assert answered == {"Available", "Standby"}
    assert all(answer(world, GIULIA, NOW, only_available=False) for world in worlds.values())


def test_cancelled_bookings_take_no_place_and_cancelled_classes_never_appear() -> None:
    encounter = a_class()
    assert status(world_of(encounter, places=(place(encounter, cancelled=True),))) == "Available"
    assert status(world_of(replace(encounter, is_cancelled=True))) == ""


def test_every_held_place_is_taken_and_no_seats_at_all_are_full() -> None:
    encounter = a_class()
    assert status(world_of(encounter, places=(place(encounter, PEOPLE["dino"]),))) == "Full"
    assert status(world_of(replace(encounter, seats=0))) == "Full"
    assert status(world_of(replace(encounter, seats=0, standby_seats=1))) == "Standby"


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(23, "Available"), (23.01, "Conflict"), (24, "Conflict"), (24.99, "Conflict"), (25, "Available")],
)
def test_a_class_that_only_touches_another_does_not_conflict(hours: float, expected: str) -> None:
    other = a_class(101, hours)
    assert status(world_of(a_class(), other, places=(place(other),))) == expected


def test_any_other_class_with_a_seat_conflicts_but_no_standby_and_nothing_cancelled() -> None:
    begun = replace(a_class(101, -1, unit=1, center=LISBON), duration_minutes=200, is_closed=True)
    soon = a_class(100, 1)
    assert status(world_of(soon, begun, places=(place(begun),))) == "Conflict"
    assert status(world_of(soon, begun, places=(place(begun, mode="standby"),))) == "Available"
    assert status(world_of(soon, begun, places=(place(begun, cancelled=True),))) == "Available"
    assert status(world_of(soon, replace(begun, is_cancelled=True), places=(place(begun),))) == "Available"
    assert status(world_of(soon, begun, places=(place(begun, PEOPLE["luca"]),))) == "Available"


def test_the_window_opens_after_the_lead_and_closes_with_the_horizon() -> None:
    second = 1 / 3600
    world = world_of(*(a_class(100 + n, hours) for n, hours in enumerate([0, second, 1, 1 + second, 48, 48 + second])))

    def found(lead: int, days: int) -> list[str]:
        answered = statuses(world, GIULIA, NOW, lead_minutes=lead, horizon_days=days)
        return [encounter.id[-1] for encounter, _ in answered]

    assert found(lead=0, days=2) == ["1", "2", "3", "4"]
    assert found(lead=60, days=2) == ["3", "4"]
    assert found(lead=0, days=28) == ["1", "2", "3", "4", "5"]


def test_without_settings_one_unit_ahead_is_offered_for_28_days_from_now() -> None:
    day, second = 24, 1 / 3600
    in_reach = [a_class(100, second), a_class(101, 28 * day, unit=6)]
    world = world_of(*in_reach, a_class(102, 0), a_class(103, 28 * day + second), a_class(104, unit=7))
    assert [encounter for encounter, _ in statuses(world, GIULIA, NOW)] == in_reach
    assert [it["Id"] for it in answer(world, GIULIA, NOW)] == [encounter.id for encounter in in_reach]
    assert answer(world, GIULIA, NOW, units_ahead=0, lead_minutes=1, horizon_days=28) == []
    assert offered_units(GIULIA) == [5, 6]


@pytest.mark.parametrize(
    ("zone", "starts_at", "is_offered"),
    [
        ("Europe/Rome", "2026-10-24T21:59", True),
        ("Europe/Rome", "2026-10-24T22:00", False),
        ("Europe/Rome", "2026-10-24T22:30", False),
        ("America/Santiago", "2026-10-25T02:59", True),
        ("America/Santiago", "2026-10-25T03:00", False),
        ("Asia/Singapore", "2026-10-24T15:59", True),
        ("Asia/Singapore", "2026-10-24T16:00", False),
    ],
)
def test_the_contract_ends_with_the_day_of_the_center(zone: str, starts_at: str, is_offered: bool) -> None:
    center = replace(MILAN, time_zone=zone)
    encounter = replace(a_class(), starts_at=datetime.fromisoformat(starts_at + "+00:00"))
    world = World((center,), (), (encounter,))
    student = replace(GIULIA, contract_ends_on=date(2026, 10, 24))
    assert bool(statuses(world, student, datetime(2026, 10, 20, tzinfo=UTC))) is is_offered


def test_the_contract_day_follows_a_change_of_the_clocks() -> None:
    """Rome leaves summer time on 2026-10-25 at 01:00 UTC, so that this day lasts until 23:00 UTC, not 22:00."""
    student, now = replace(GIULIA, contract_ends_on=date(2026, 10, 25)), datetime(2026, 10, 20, tzinfo=UTC)
    starts = [datetime(2026, 10, 25, 22, 59, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)]
    world = world_of(*(replace(a_class(100 + n), starts_at=it) for n, it in enumerate(starts)))
    assert [encounter.starts_at for encounter, _ in statuses(world, student, now)] == starts[:1]


def test_classes_are_sorted_by_start_then_name_by_code_point_then_id() -> None:
    named = [replace(MILAN, id=guid(n), name=name) for n, name in enumerate(["Zoo", "a", "Äs", "Zoo", "𐀀", "\ufb01"])]
    student = replace(GIULIA, centers=frozenset(center.id for center in named))
    later_first = [a_class(110, 25, center=named[0]), *(a_class(109 - n, center=it) for n, it in enumerate(named))]
    answered = statuses(World(tuple(named), (), tuple(later_first)), student, NOW)
    assert [encounter.id[-3:] for encounter, _ in answered] == ["106", "109", "108", "107", "104", "105", "110"]


@pytest.mark.parametrize(
    ("current", "last", "ahead", "expected"),
    [
        (5, None, 1, [5, 6]),
        (5, None, 0, [5]),
        (5, 7, 79, [5, 6, 7]),
        (5, 5, 1, [5]),
        (5, 4, 1, []),
        (80, None, 1, [80]),
        (None, 80, 1, []),
    ],
)
def test_units_run_from_the_current_one_to_the_last(
    current: int | None, last: int | None, ahead: int, expected: list[int]
) -> None:
    student = replace(GIULIA, current_unit=current, last_unit=last)
    world = world_of(*(a_class(100 + unit, unit, unit=unit) for unit in range(1, 81)))
    answered = statuses(world, student, NOW, units_ahead=ahead)
    assert [encounter.unit_number for encounter, _ in answered] == expected
    assert offered_units(student, units_ahead=ahead) == expected


def test_only_active_students_have_classes() -> None:
    world = world_of(a_class())
    assert status(world) == "Available"
    assert status(world, replace(GIULIA, active=False)) == ""
    assert status(world, replace(GIULIA, type="StaffMember")) == ""


def test_centers_are_those_of_the_student_and_the_online_ones_of_their_territories() -> None:
    world = world_of(*(a_class(100 + n, center=center) for n, center in enumerate(CENTERS)))
    assert offered_centers(world, GIULIA) == [ONLINE, MILAN]
    assert offered_centers(world, replace(GIULIA, centers=frozenset())) == []
    assert offered_centers(world, PEOPLE["omar"]) == [ONLINE]
    assert [encounter.id[-3:] for encounter, _ in statuses(world, GIULIA, NOW)] == ["102", "100"]
    other_case = replace(world, centers=(MILAN, replace(ONLINE, territory="italy")))
    assert offered_centers(other_case, GIULIA) == [MILAN]


def test_filters_are_or_ed_within_a_name_and_and_ed_between_names() -> None:
    here, there = a_class(101, 1), replace(a_class(102, 2, center=ONLINE), is_online=True)
    world = world_of(here, there, a_class(103, 3, unit=6))

    def found(**wanted: frozenset[str] | frozenset[bool] | frozenset[int]) -> str:
        return "".join(str(it["Id"])[-1] for it in answer(world, GIULIA, NOW, Wanted(**wanted)))  # type: ignore[arg-type]

    assert found() == "123"
    assert found(center_ids=frozenset({MILAN.id})) == "13"
    assert found(center_ids=frozenset({MILAN.id, ONLINE.id})) == "123"
    assert found(center_ids=frozenset({ROME.id})) == ""
    assert found(is_online=frozenset({True})) == "2"
    assert found(is_online=frozenset({True, False})) == "123"
    assert found(unit_numbers=frozenset({6}), is_online=frozenset({False})) == "3"
    assert found(unit_numbers=frozenset({6}), is_online=frozenset({True})) == ""
