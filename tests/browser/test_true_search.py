"""The students on the screen match the search box, or are marked as out of date."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Troubles
from tests.browser.live import Live
from tests.pages import SearchPage
from tests.world import World

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the pages are the same on both


@pytest.fixture
def giulia_found(search: SearchPage) -> SearchPage:
    """Maria's search for "giu", which has found Giulia."""
    search.sign_in("maria")
    search.settle()
    search.box.press_sequentially("giu")
    search.expect_found("Giulia Prova")
    search.expect_settled()
    return search


def test_a_search_made_offline_is_retried_once_the_connection_is_back(
    live: Live, giulia_found: SearchPage, troubles: Troubles
) -> None:
    search = giulia_found
    troubles.loses_connection = True
    search.page.context.set_offline(True)
    search.box.fill("luca")
    expect(search.alert).to_have_text(
        "Could not search for “luca”; the students below are from the search before. "
        "The connection is lost. Trying again automatically."
    )
    search.expect_settled(settled=False)
    searches = live.count("search")
    search.page.context.set_offline(False)
    search.expect_found("Luca Prova")
    search.expect_settled()
    expect(search.alert).to_have_count(0)
    expect(search.box).to_be_focused()
    assert search.path == "/students?q=luca"
    assert live.count("search") == searches


def test_a_failed_search_is_retried_with_the_button(live: Live, giulia_found: SearchPage, troubles: Troubles) -> None:
    search = giulia_found
    troubles.expected = ("503",)
    live.refuse("search")
    live.refuse("students")
    search.box.fill("luca")
    expect(search.alert).to_contain_text("The server is under maintenance.")
    live.recover()
    search.try_again.click()
    search.expect_found("Luca Prova")
    search.expect_settled()
    expect(search.box).to_be_focused()


def test_a_search_made_while_the_server_restarts_is_retried_automatically(
    live: Live, giulia_found: SearchPage, troubles: Troubles
) -> None:
    search = giulia_found
    troubles.loses_connection = True
    live.stop()
    search.box.fill("luca")
    expect(search.alert).to_contain_text("Could not search for “luca”")
    live.start()
    search.expect_found("Luca Prova")
    search.expect_settled()


def test_students_of_an_earlier_search_are_marked_from_the_first_letter_until_the_answer(
    live: Live, giulia_found: SearchPage
) -> None:
    search = giulia_found
    later = live.hold("search")
    search.box.fill("luca")
    search.expect_settled(settled=False)
    search.expect_found("Giulia Prova")
    assert later.arrived.wait(10)
    later.released.set()
    search.expect_found("Luca Prova")
    search.expect_settled()


def test_an_answer_to_an_earlier_search_is_marked(world: World, live: Live, search: SearchPage) -> None:
    search.sign_in("maria")
    search.settle()
    earlier = live.hold("search")
    search.box.fill("giu")
    assert earlier.arrived.wait(10)
    later = live.hold("search")
    search.page.evaluate(  # in the box, but not yet requested, when the earlier answer arrives
        "document.querySelector('input[name=q]').value = 'luca'"
    )
    earlier.released.set()
    search.expect_found("Giulia Prova")
    search.expect_settled(settled=False)
    later.released.set()
    search.expect_found("Luca Prova")
    search.expect_settled()
