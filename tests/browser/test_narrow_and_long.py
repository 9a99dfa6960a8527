"""Nothing scrolls sideways, from a small phone to a desktop, however long the names of people and places are."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Troubles
from tests.browser.live import Live
from tests.factories import add_booking, add_center, add_encounter, add_user
from tests.pages import ClassesPage
from tests.world import World

WIDTHS = (320, 375, 768, 1280)
UNBROKEN = "W" * 200
LONGEST_ZONE = max(available_timezones(), key=lambda name: (len(name), name))

pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),  # the pages are the same on both
    pytest.mark.parametrize("width", WIDTHS),
]


def _fill(world: World) -> str:
    """Add a center with texts of 200 unbroken characters and the longest zone name; return its student's page."""
    with world.database.writing() as connection:
        center = add_center(connection, UNBROKEN, name=UNBROKEN, time_zone=LONGEST_ZONE, territory=UNBROKEN)
        names = {"first_name": UNBROKEN, "last_name": UNBROKEN, "email": f"{UNBROKEN[:188]}@example.com"}
        add_user(connection, "w" * 128, (center,), type="StaffMember", **names)
        names["email"] = f"x{names['email']}"
        student = add_user(connection, "v" * 128, (center,), student_code=UNBROKEN, phone="1" * 200, **names)
        given = {"teacher": UNBROKEN, "duration_minutes": 600}
        for hours, seats in ((20, 0), (40, 3), (60, 100)):
            add_encounter(connection, center, world.in_hours(hours), standby_seats=1, seats=seats, **given)
        booked = add_encounter(connection, center, world.in_hours(80), is_online=True, **given)
        add_booking(connection, booked, student, booked_at=world.now)
    return f"/students/{student}/encounters"


def test_long_names_and_zones_wrap_on_every_page(
    world: World, classes: ClassesPage, troubles: Troubles, width: int
) -> None:
    troubles.expected = ("400", "403", "404", "422")
    address = _fill(world)
    classes.page.set_viewport_size({"width": width, "height": 800})
    classes.open("/login")
    classes.page.locator("input[name=user_name]").fill(UNBROKEN)
    classes.page.locator("input[name=password]").fill("not this one at all")
    classes.page.locator("input[name=password]").press("Enter")
    expect(classes.alert).to_have_count(1)
    classes.settle()
    classes.sign_in("w" * 128)
    classes.settle()
    long = UNBROKEN[:100]
    for path in (
        "/students",
        f"/students?q={long}",
        f"/students?q={long[1:]}x",
        f"/students?q={UNBROKEN}",
        address,
        f"{address}?show=all",
        f"{address}?unitNumber={long}",
        f"{address}?centerId=9e5a5b0e-6f0e-4a5c-9d39-7c1f1f0b2a11",
        "/students/me/encounters",
        f"/students/{long}/encounters",
        f"/{UNBROKEN}",
        "/api",
    ):
        classes.open(path)


def test_the_alert_of_a_failure_wraps_too(
    world: World, live: Live, classes: ClassesPage, troubles: Troubles, width: int
) -> None:
    troubles.expected = ("503",)
    address = _fill(world)
    classes.page.set_viewport_size({"width": width, "height": 800})
    classes.sign_in("w" * 128, address)
    live.refuse("filters")
    classes.page.locator("#filters [name=centerId]").check()
    expect(classes.alert).to_contain_text(f"Could not apply {UNBROKEN}")
    classes.settle()
