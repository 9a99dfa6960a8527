"""An empty page states the one true reason, and gives no advice that does not help."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, update

from tests.factories import add_center, add_user
from tests.html import parse
from tests.test_queries import counted
from tests.world import World
from webapp.models import Assignment, Center, User

PART = {"HX-Request": "true", "HX-Target": "availability", "HX-Trigger": "availability"}
STUDENTS_PART = {"HX-Request": "true", "HX-Target": "students", "HX-Trigger": "students"}
IN_WINDOW = "No class can be taken in the next 28 days."


def _reason(world: World, query: str = "", user: str = "maria", student: str = "giulia") -> tuple[str, str]:
    """data-because and the sentences, which are the same on the page and in the part."""
    browser, address = world.client(user), f"/students/{student}/encounters{query}"
    reasons = set()
    for headers in ({}, PART):
        answer = browser.get(address, headers=headers)
        assert answer.status_code == 200
        (empty,) = parse(answer.get_data(as_text=True)).one(id="availability").all(None, "data-empty")
        reasons.add((empty.attributes["data-because"], empty.text))
    (reason,) = reasons
    return reason


def _change(world: World, name: str, **values: Any) -> None:
    with world.database.writing() as connection:
        connection.execute(update(User).where(User.id == world.people[name]).values(**values))


def _assign(world: World, name: str, *centers: UUID) -> None:
    with world.database.writing() as connection:
        connection.execute(delete(Assignment).where(Assignment.user_id == world.people[name]))
        for center in centers:
            connection.execute(insert(Assignment).values(user_id=world.people[name], center_id=center))


def test_a_staff_member_is_not_a_student(world: World) -> None:
    world.add_encounter()
    words = "Only students take classes, and this account is not a student’s."
    assert _reason(world, student="me") == ("not-a-student", words)
    assert _reason(world, "?unitNumber=5&show=all", student="maria") == ("not-a-student", words)


def test_a_student_without_a_unit(world: World) -> None:
    world.add_encounter()
    _change(world, "giulia", current_unit=None, contract_ends_on=date(2026, 1, 1))
    assert _reason(world) == ("no-unit", "No current unit is recorded, so no class can be offered.")


def test_a_student_who_has_finished_the_course(world: World) -> None:
    world.add_encounter(unit_number=41)
    _change(world, "giulia", current_unit=41, last_unit=40, contract_ends_on=date(2026, 1, 1))
    words = "The course is finished: unit 41 is past its last unit, 40."
    assert _reason(world, "?show=all") == ("course-finished", words)
    _change(world, "giulia", current_unit=40, contract_ends_on=None)
    assert _reason(world) == ("none-in-window", IN_WINDOW)


def test_a_contract_that_ended(world: World) -> None:
    world.add_encounter()
    _change(world, "giulia", contract_ends_on=date(2026, 1, 1))
    for query in ("", "?show=all", "?unitNumber=5", "?isOnline=true&show=all"):
        assert _reason(world, query) == ("contract-ended", "The contract ended on 1 Jan 2026.")


def test_a_contract_ends_with_its_day_at_the_center(world: World) -> None:
    _change(world, "giulia", contract_ends_on=date(2026, 11, 23))
    world.now = datetime(2026, 11, 23, 22, 59, tzinfo=UTC)  # 23:59 in Rome
    assert _reason(world) == ("none-in-window", IN_WINDOW)
    world.now = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # midnight in Rome
    assert _reason(world) == ("contract-ended", "The contract ended on 23 Nov 2026.")


def test_a_contract_has_ended_when_its_day_is_over_at_every_center_offered(world: World) -> None:
    with world.database.writing() as connection:
        west = add_center(connection, "HNL-01", time_zone="Pacific/Honolulu", territory="Hawaii")
        east = add_center(connection, "KIR-01", time_zone="Pacific/Kiritimati", territory="Kiribati")
    _change(world, "giulia", contract_ends_on=date(2026, 11, 22))
    _assign(world, "giulia", east)
    _assign(world, "maria", east, west)
    world.now = datetime(2026, 11, 23, 9, tzinfo=UTC)  # 23:00 on the 23rd in Kiribati, 23:00 on the 22nd in Hawaii
    assert _reason(world) == ("contract-ended", "The contract ended on 22 Nov 2026.")
    _assign(world, "giulia", east, west)
    assert _reason(world) == ("none-in-window", IN_WINDOW)
    world.now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert _reason(world) == ("contract-ended", "The contract ended on 22 Nov 2026.")


def test_an_online_center_of_the_territory_counts_for_the_end_of_the_contract(world: World) -> None:
    _change(world, "giulia", contract_ends_on=date(2026, 11, 23))
    with world.database.writing() as connection:
        online = world.centers["italy_online"]
        connection.execute(update(Center).where(Center.id == online).values(time_zone="America/New_York"))
    world.now = datetime(2026, 11, 24, 1, tzinfo=UTC)  # the 24th in Rome, still the 23rd in New York
    assert _reason(world) == ("none-in-window", IN_WINDOW)


def test_a_student_without_a_center(world: World) -> None:
    words = "No center is assigned, so no class can be offered."
    assert _reason(world, user="zeno", student="me") == ("no-center", words)
    _change(world, "zeno", contract_ends_on=date(2026, 1, 1))
    assert _reason(world, "?unitNumber=5", user="zeno", student="me") == ("no-center", words)


def test_filters_are_the_reason_only_if_there_are_classes_without_them(world: World) -> None:
    assert _reason(world, "?isOnline=true") == (
        "none-in-window",
        "No class can be taken in the next 28 days, with or without these filters.",
    )
    full = world.add_encounter(seats=1)
    world.book(full, "luca")
    assert _reason(world, "?isOnline=true")[0] == "none-in-window"
    assert _reason(world, "?isOnline=true&show=all") == (
        "filters",
        "No classes with these filters. Clear the filters to see what else there is.",
    )
    world.add_encounter()
    for query in ("isOnline=true", "unitNumber=6", "unitNumber=5&isOnline=true", f"centerId={world.centers['rome']}"):
        assert _reason(world, f"?{query}") == (
            "filters",
            "No class can be taken with these filters. Clear the filters to see what else there is.",
        )


def test_show_all_is_suggested_only_if_it_shows_something(world: World) -> None:
    assert _reason(world) == ("none-in-window", IN_WINDOW)
    assert _reason(world, "?show=all") == ("none-in-window", "No classes in the next 28 days.")
    world.add_encounter(seats=0)
    world.add_encounter(is_closed=True)
    world.add_encounter("italy_online", seats=0, is_online=True)
    assert _reason(world) == ("none-in-window", f"{IN_WINDOW} Show all classes to see 3 that cannot be taken.")
    assert _reason(world, "?isOnline=true") == (
        "none-in-window",
        "No class can be taken in the next 28 days, with or without these filters. "
        "Show all classes to see 1 that cannot be taken.",
    )


@pytest.mark.parametrize("query", ["", "?show=all", "?isOnline=true"])
def test_a_reason_costs_at_most_one_more_select(world: World, query: str) -> None:
    browser, address = world.client("maria"), f"/students/giulia/encounters{query}"
    browser.get(address)
    for headers, most in ((PART, 4), ({}, 5)):
        with counted(world) as statements:
            assert "data-because" in browser.get(address, headers=headers).get_data(as_text=True)
        assert len(statements) <= most


def _nobody(world: World, user: str, query: str = "") -> str:
    browser, texts = world.client(user), set()
    for headers in ({}, STUDENTS_PART):
        page = parse(browser.get(f"/students{query}", headers=headers).get_data(as_text=True))
        (empty,) = page.one(id="students").all(None, "data-empty")
        texts.add(empty.text)
    (text,) = texts
    return text


def test_staff_without_a_center_find_nobody_and_see_why(world: World) -> None:
    assert _nobody(world, "nora") == (
        "You are not assigned to a center, so there are no students to show. "
        "Ask the person who manages your account to assign you to one."
    )
    assert _nobody(world, "nora", "?q=giulia") == "No student matches “giulia”."


def test_staff_of_centers_without_active_students_see_that(world: World) -> None:
    with world.database.writing() as connection:
        turin = add_center(connection, "TOR-01", name="Torino Centro")
        world.people["tea"] = add_user(connection, "tea", (turin,), type="StaffMember")
        add_user(connection, "gone", (turin,), active=False)
    assert _nobody(world, "tea") == "Your centers have no active students."
    assert _nobody(world, "tea", "?q=%20") == "Your centers have no active students."


def test_staff_of_a_network_without_students_see_that(world: World) -> None:
    with world.database.writing() as connection:
        connection.execute(update(User).where(User.type == "Student").values(type="User", current_unit=None))
    for staff in ("maria", "nora"):
        assert _nobody(world, staff) == "There are no students yet. They appear here once they are imported."


def test_a_search_that_finds_nobody_takes_three_selects(world: World) -> None:
    browser = world.client("nora")
    with counted(world) as statements:
        browser.get("/students", headers=STUDENTS_PART)
    assert len(statements) == 3
