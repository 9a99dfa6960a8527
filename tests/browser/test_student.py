"""A student on a phone, a browser without JavaScript, and accessible pages for everyone."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Troubles
from tests.pages import ClassesPage, SearchPage
from tests.world import World


def test_a_student_on_a_phone_sees_their_own_classes(world: World, classes: ClassesPage) -> None:
    encounter = world.add_encounter()
    classes.page.set_viewport_size({"width": 375, "height": 700})
    classes.sign_in("giulia")
    classes.settle()
    assert classes.path == "/students/me/encounters"
    classes.expect_ids(encounter)
    expect(classes.page.locator("input[name=q]")).to_have_count(0)
    classes.choice("unitNumber", "6").check()
    expect(classes.empty).to_be_visible()


def test_everything_works_without_javascript(world: World, browser: Browser, live_address: str) -> None:
    five = world.add_encounter(hours=24)
    six = world.add_encounter(hours=25, unit_number=6)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    search = SearchPage(page, live_address)
    search.sign_in("maria")
    search.box.fill("giulia")
    page.get_by_role("button", name="Find").click()
    search.expect_found("Giulia Prova")
    page.get_by_role("link", name="Giulia Prova").click()
    classes = ClassesPage(page, live_address)
    classes.expect_ids(five, six)
    classes.choice("unitNumber", "6").check()
    page.get_by_role("button", name="Apply").click()
    classes.expect_ids(six)
    expect(classes.choice("unitNumber", "6")).to_be_checked()
    classes.sign_out()
    context.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the pages are the same on both
def test_every_page_in_every_state_is_accessible(world: World, search: SearchPage, troubles: Troubles) -> None:
    troubles.expected = ("400", "403", "404")
    world.book(world.add_encounter(hours=20), "giulia")
    world.add_encounter(hours=20.5)
    world.add_encounter(hours=30, seats=0)
    world.add_encounter(hours=40, seats=0, standby_seats=1)
    world.add_encounter(hours=50)
    faults = {}

    def check(path: str) -> None:
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            search.page.emulate_media(color_scheme=scheme)
            search.open(path)
            for violation in Axe().run(search.page).response["violations"]:
                faults[f"{scheme} {path} {violation['id']}"] = violation["nodes"][0]["html"]

    check("/login")
    check("/api")
    search.sign_in("maria")
    classes = "/students/giulia/encounters"
    for path in ("/students", "/students?q=nobody", f"/students?q={'x' * 101}", classes, f"{classes}?show=all"):
        check(path)
    for path in (f"{classes}?unitNumber=80", f"{classes}?unitNumber=x", "/students/nobody/encounters", "/nowhere"):
        check(path)
    search.page.set_viewport_size({"width": 375, "height": 700})
    check(f"{classes}?show=all")
    check("/students")
    search.sign_out()
    search.sign_in("ada")
    check("/")
    assert faults == {}
