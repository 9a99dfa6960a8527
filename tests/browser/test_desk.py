"""A receptionist at the front desk: sign in, find the student, read and filter the classes, and see them change."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Troubles
from tests.pages import ClassesPage, SearchPage
from tests.world import World
from webapp.accounts.users import set_active


def test_the_classes_of_a_student_are_found_without_a_mouse(world: World, search: SearchPage) -> None:
    encounter = world.add_encounter()
    search.sign_in("maria")
    search.settle()
    assert search.path == "/students"
    expect(search.box).to_be_focused()
    search.page.keyboard.type("giu")
    search.expect_found("Giulia Prova")
    expect(search.box).to_be_focused()
    assert search.path == "/students?q=giu"
    search.page.keyboard.press("Tab")
    search.page.keyboard.press("Tab")
    search.page.keyboard.press("Enter")
    classes = ClassesPage(search.page, search.address)
    classes.page.wait_for_url("**/encounters")
    classes.settle()
    classes.expect_ids(encounter)


def test_the_slash_key_focuses_the_search_box(search: SearchPage) -> None:
    search.sign_in("maria")
    search.settle()
    search.page.locator(".brand").focus()
    search.page.keyboard.press("/")
    expect(search.box).to_be_focused()


def test_each_filter_narrows_the_table_and_the_address_remembers(world: World, classes: ClassesPage) -> None:
    milan = world.add_encounter(hours=24)
    online = world.add_encounter("italy_online", hours=25, is_online=True)
    next_unit = world.add_encounter(hours=26, unit_number=6)
    full = world.add_encounter(hours=27, seats=0)
    classes.sign_in("maria", "/students/giulia/encounters")
    classes.settle()
    classes.expect_ids(milan, online, next_unit)

    classes.choice("isOnline", "true").check()
    classes.expect_ids(online)
    expect(classes.choice("isOnline", "true")).to_be_focused()
    assert classes.path == "/students/giulia/encounters?isOnline=true"

    classes.choice("isOnline", "").check()
    classes.expect_ids(milan, online, next_unit)
    classes.choice("centerId", str(world.centers["milan"])).check()
    classes.expect_ids(milan, next_unit)
    classes.choice("unitNumber", "6").check()
    classes.expect_ids(next_unit)
    classes.choice("unitNumber", "5").check()
    classes.choice("show", "all").check()
    classes.expect_ids(milan, next_unit, full)
    expected = f"centerId={world.centers['milan']}&unitNumber=5&unitNumber=6&show=all"
    assert classes.path == f"/students/giulia/encounters?{expected}"

    classes.page.reload()
    classes.settle()
    classes.expect_ids(milan, next_unit, full)
    for name, value in (("unitNumber", "5"), ("unitNumber", "6"), ("show", "all")):
        expect(classes.choice(name, value)).to_be_checked()


def test_back_restores_form_and_table(world: World, classes: ClassesPage) -> None:
    five = world.add_encounter(hours=24)
    six = world.add_encounter(hours=25, unit_number=6)
    classes.sign_in("maria", "/students/giulia/encounters")
    classes.settle()
    classes.choice("unitNumber", "6").check()
    classes.expect_ids(six)
    classes.page.go_back()
    classes.expect_ids(five, six)
    classes.settle()
    expect(classes.choice("unitNumber", "6")).not_to_be_checked()
    classes.page.go_forward()
    classes.expect_ids(six)
    classes.settle()
    expect(classes.choice("unitNumber", "6")).to_be_checked()


def test_an_empty_table_says_so_and_its_filters_can_be_cleared(world: World, classes: ClassesPage) -> None:
    five = world.add_encounter()
    classes.sign_in("maria", "/students/giulia/encounters?unitNumber=6")
    classes.settle()
    expect(classes.empty).to_contain_text("with these filters")
    classes.page.get_by_role("link", name="Clear filters").click()
    classes.expect_ids(five)


def test_the_table_refreshes_itself_and_keeps_focus_and_choice(world: World, classes: ClassesPage) -> None:
    encounter = world.add_encounter(seats=1)
    world.add_encounter(unit_number=6)
    classes.sign_in("maria", "/students/giulia/encounters?unitNumber=5")
    classes.settle()
    classes.expect_ids(encounter)
    classes.choice("show", "all").focus()
    world.book(encounter, "luca")
    later = world.add_encounter(hours=48)
    classes.expect_ids(later)
    expect(classes.choice("show", "all")).to_be_focused()
    expect(classes.choice("unitNumber", "5")).to_be_checked()


def test_an_unchanged_table_is_not_replaced(world: World, classes: ClassesPage) -> None:
    world.add_encounter()
    classes.sign_in("maria", "/students/giulia/encounters")
    classes.settle()
    classes.page.evaluate("document.querySelector('#availability tbody tr').dataset.untouched = 'yes'")
    with classes.page.expect_response(lambda answer: answer.status == 204):
        pass
    expect(classes.rows()).to_have_attribute("data-untouched", "yes")


def test_an_expired_sign_in_leads_to_the_form_and_back(world: World, classes: ClassesPage, troubles: Troubles) -> None:
    troubles.expected = ("401",)
    encounter = world.add_encounter()
    classes.sign_in("maria", "/students/giulia/encounters?unitNumber=5")
    classes.settle()
    with world.database.writing() as connection:
        set_active(connection, world.people["maria"], active=False)
        set_active(connection, world.people["maria"], active=True)
    classes.page.wait_for_url(lambda address: "/login?next=" in address)
    expect(classes.page.locator("#availability")).to_have_count(0)
    classes.page.locator("input[name=user_name]").fill("maria")
    classes.page.locator("input[name=password]").fill("Copper-Kettle-84-Willow")
    classes.page.locator("input[name=password]").press("Enter")
    classes.expect_ids(encounter)
    assert classes.path == "/students/giulia/encounters?unitNumber=5"


def test_a_refused_poll_is_reported_above_the_rows(world: World, classes: ClassesPage, troubles: Troubles) -> None:
    troubles.expected = ("403",)
    encounter = world.add_encounter()
    classes.sign_in("maria", "/students/giulia/encounters")
    classes.settle()
    with world.database.writing() as connection:
        set_active(connection, world.people["giulia"], active=False)
    expect(classes.alert).to_contain_text("You may not see this")
    classes.expect_ids(encounter)


def test_after_signing_out_back_shows_nothing_personal(world: World, classes: ClassesPage) -> None:
    world.add_encounter()
    classes.sign_in("maria", "/students/giulia/encounters")
    classes.settle()
    classes.sign_out()
    classes.page.go_back()
    expect(classes.page.locator('form[action="/login"]')).to_be_visible()
    assert "Giulia" not in classes.page.content()


def test_a_wrong_password_keeps_the_name(search: SearchPage, troubles: Troubles) -> None:
    troubles.expected = ("422",)
    search.open("/login")
    search.page.locator("input[name=user_name]").fill("maria")
    search.page.locator("input[name=password]").fill("not this one at all")
    search.page.locator("input[name=password]").press("Enter")
    expect(search.alert).to_have_text("The user name or the password is wrong.")
    expect(search.page.locator("input[name=user_name]")).to_have_value("maria")
    expect(search.page.locator("input[name=password]")).to_be_focused()
