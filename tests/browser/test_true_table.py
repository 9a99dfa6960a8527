"""The rows on the screen match the filters, whatever the network and the server do in the meantime."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from tests.browser.conftest import Troubles
from tests.browser.live import Live
from tests.pages import ClassesPage
from tests.world import World
from webapp.accounts.users import set_active

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the pages are the same on both

ADDRESS = "/students/giulia/encounters"
ONLINE = f"{ADDRESS}?isOnline=true"


@dataclass
class Classes:
    """A class in person and one online."""

    in_person: object
    online: object


@pytest.fixture
def two(world: World, classes: ClassesPage) -> Classes:
    """Two classes for giulia on maria's screen, in person and online; the table refreshes every second."""
    two = Classes(world.add_encounter(), world.add_encounter("italy_online", hours=25, is_online=True))
    classes.sign_in("maria", ADDRESS)
    classes.settle()
    classes.expect_ids(two.in_person, two.online)
    return two


def test_a_choice_wins_over_a_refresh_that_is_answered_after_it(
    world: World, live: Live, classes: ClassesPage, two: Classes
) -> None:
    refresh = live.hold("availability")
    world.add_encounter(hours=48)  # so that the refresh has something new
    assert refresh.arrived.wait(10)
    classes.choice("isOnline", "true").check()
    classes.expect_ids(two.online)
    refresh.released.set()
    classes.page.wait_for_timeout(500)
    classes.expect_ids(two.online)
    classes.expect_settled()
    assert classes.path == ONLINE


def test_a_choice_wins_over_a_refresh_that_is_answered_before_it(
    world: World, live: Live, classes: ClassesPage, two: Classes
) -> None:
    choice = live.hold("filters")
    classes.choice("isOnline", "true").check()
    assert choice.arrived.wait(10)
    world.add_encounter(hours=48)
    meanwhile: list[str] = []
    classes.page.on("request", lambda request: meanwhile.append(request.url))
    classes.page.wait_for_timeout(2500)  # two refreshes are due
    assert meanwhile == []
    classes.expect_settled(settled=False)
    choice.released.set()
    classes.expect_ids(two.online)
    classes.expect_settled()
    assert classes.path == ONLINE


def test_the_later_of_two_choices_wins_whichever_is_answered_first(
    live: Live, classes: ClassesPage, two: Classes
) -> None:
    first = live.hold("filters")
    classes.choice("isOnline", "true").check()
    assert first.arrived.wait(10)
    second = live.hold("filters")
    classes.choice("isOnline", "false").check()
    assert second.arrived.wait(10)
    second.released.set()
    classes.expect_ids(two.in_person)
    first.released.set()
    classes.page.wait_for_timeout(300)
    classes.expect_ids(two.in_person)
    classes.expect_settled()


def test_rows_are_marked_from_the_choice_until_its_answer(live: Live, classes: ClassesPage, two: Classes) -> None:
    classes.expect_settled()
    choice = live.hold("filters")
    classes.choice("isOnline", "true").check()
    classes.expect_settled(settled=False)
    choice.released.set()
    classes.expect_settled()
    classes.expect_ids(two.online)


def test_a_refresh_does_not_mark_the_rows(live: Live, classes: ClassesPage, two: Classes) -> None:
    refresh = live.hold("availability")
    assert refresh.arrived.wait(10)
    classes.expect_settled()
    refresh.released.set()


def test_a_choice_made_offline_is_applied_once_the_connection_is_back(
    live: Live, classes: ClassesPage, two: Classes, troubles: Troubles
) -> None:
    troubles.loses_connection = True
    classes.page.context.set_offline(True)
    classes.choice("isOnline", "true").check()
    expect(classes.alert).to_have_text(
        "Could not apply Online; the classes below are those from before. "
        "The connection is lost. Trying again automatically."
    )
    classes.expect_settled(settled=False)
    classes.expect_ids(two.in_person, two.online)
    assert classes.path == ADDRESS
    choices = live.count("filters")
    classes.page.context.set_offline(False)
    classes.expect_ids(two.online)
    classes.expect_settled()
    expect(classes.alert).to_have_count(0)
    expect(classes.choice("isOnline", "true")).to_be_focused()
    assert classes.path == ONLINE
    assert live.count("filters") == choices  # retried automatically, which does not count as activity
    classes.page.go_back()
    classes.expect_ids(two.in_person, two.online)


def test_a_choice_made_while_the_server_restarts_is_applied_once_it_is_back(
    live: Live, classes: ClassesPage, two: Classes, troubles: Troubles
) -> None:
    troubles.loses_connection = True
    live.stop()
    classes.choice("isOnline", "true").check()
    expect(classes.alert).to_contain_text("Could not apply Online")
    classes.expect_settled(settled=False)
    live.start()
    classes.expect_ids(two.online)
    classes.expect_settled()
    expect(classes.alert).to_have_count(0)
    assert classes.path == ONLINE


def test_a_failed_choice_is_retried_with_the_button(
    live: Live, classes: ClassesPage, two: Classes, troubles: Troubles
) -> None:
    troubles.expected = ("503",)
    live.refuse("availability")
    live.refuse("filters")
    classes.choice("unitNumber", "5").check()
    classes.choice("isOnline", "true").check()
    expect(classes.alert).to_have_text(
        "Could not apply Online, Unit 5; the classes below are those from before. "
        "The server is under maintenance. Trying again automatically."
    )
    live.recover()
    live.refuse("availability")
    classes.try_again.click()
    classes.expect_ids(two.online)
    classes.expect_settled()
    expect(classes.try_again).to_have_count(0)
    expect(classes.choice("isOnline", "true")).to_be_focused()


def test_a_failed_choice_is_retried_automatically(
    live: Live, classes: ClassesPage, two: Classes, troubles: Troubles
) -> None:
    troubles.expected = ("503",)
    live.refuse("filters")
    classes.choice("isOnline", "true").check()
    classes.expect_ids(two.online)
    classes.expect_settled()
    assert classes.path == ONLINE


def test_a_refused_choice_is_taken_back(
    world: World, live: Live, classes: ClassesPage, two: Classes, troubles: Troubles
) -> None:
    troubles.expected = ("403",)
    live.refuse("filters", "403 Forbidden")
    classes.choice("isOnline", "true").click()
    expect(classes.alert).to_have_text("The server is under maintenance.")
    expect(classes.choice("isOnline", "")).to_be_checked()
    classes.expect_settled()
    classes.expect_ids(two.in_person, two.online)
    assert classes.path == ADDRESS


def test_a_failing_refresh_is_announced_once_and_slows_down(
    live: Live, classes: ClassesPage, two: Classes, troubles: Troubles
) -> None:
    troubles.expected = ("503",)
    classes.count_alerts()
    live.refuse("availability")
    expect(classes.alert).to_have_text(
        "The server is under maintenance. What you see may be out of date. Trying again automatically."
    )
    before = live.count("availability")
    classes.page.wait_for_timeout(7000)  # the second after 1 to 1.25 s, the third 2 to 2.5 s later
    assert live.count("availability") - before in {2, 3}
    assert classes.alerts() == 1
    classes.expect_settled()
    live.recover()
    expect(classes.alert).to_have_count(0, timeout=12000)


def test_a_refresh_requests_what_the_filters_are_set_to(classes: ClassesPage, two: Classes) -> None:
    classes.page.evaluate("document.querySelector('#filters [value=true]').checked = true")  # as browsers restore forms
    classes.expect_ids(two.online)
    classes.expect_settled()
    assert classes.path == ONLINE


def test_a_choice_made_before_scripts_run_is_not_lost(classes: ClassesPage, two: Classes) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    classes.page.route("**/htmx*", hold)
    classes.page.goto(classes.address + ADDRESS, wait_until="commit")
    classes.choice("isOnline", "true").check()
    held[0].continue_()
    classes.expect_ids(two.online)
    classes.expect_settled()


def test_an_answer_without_a_table_leaves_the_rows_in_place(
    live: Live, classes: ClassesPage, two: Classes, troubles: Troubles
) -> None:
    troubles.expected = ("200",)
    live.refuse("filters", "200 OK")  # as the captive portal of a hotel answers
    live.refuse("availability", "200 OK")
    classes.choice("isOnline", "true").check()
    expect(classes.alert).to_contain_text("Could not apply Online")
    classes.expect_settled(settled=False)
    classes.expect_ids(two.in_person, two.online)
    live.recover()
    classes.expect_ids(two.online)


def test_a_refused_refresh_leaves_choice_and_rows_in_place(
    world: World, classes: ClassesPage, two: Classes, troubles: Troubles
) -> None:
    troubles.expected = ("403",)
    classes.choice("isOnline", "true").check()
    classes.expect_ids(two.online)
    with world.database.writing() as connection:
        set_active(connection, world.people["giulia"], active=False)
    expect(classes.alert).to_contain_text("You may not see this")
    classes.choice("isOnline", "false").click()
    expect(classes.choice("isOnline", "true")).to_be_checked()
    classes.expect_ids(two.online)
    classes.expect_settled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marked_rows_and_their_alert_are_accessible(
    live: Live, classes: ClassesPage, two: Classes, troubles: Troubles, scheme: Literal["light", "dark"]
) -> None:
    troubles.expected = ("503",)
    classes.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    live.refuse("filters")
    live.refuse("availability")
    classes.choice("isOnline", "true").check()
    expect(classes.try_again).to_be_visible()
    classes.page.wait_for_timeout(300)
    assert [violation["id"] for violation in Axe().run(classes.page).response["violations"]] == []
    classes.expect_settled(settled=False)
