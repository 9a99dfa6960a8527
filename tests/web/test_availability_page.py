"""The availability page and its part: hooks, filters, refresh, and what a refusal leaves on the screen."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from tests.html import Element, parse
from tests.world import World

PART = {"HX-Request": "true", "HX-Target": "availability"}
POLL = {**PART, "HX-Trigger": "availability"}
OWN = "/students/me/encounters"


def _page(world: World, address: str, user: str = "maria", **headers: str) -> Element:
    answer = world.client(user).get(address, headers=headers)
    assert answer.status_code == 200
    return parse(answer.get_data(as_text=True))


def test_each_class_is_a_row_with_its_facts_in_the_json_spelling(world: World) -> None:
    encounter = world.add_encounter(hours=33, duration_minutes=90, is_online=True, unit_number=6, seats=2)
    page = _page(world, "/students/giulia/encounters")
    (row,) = page.all("tr", "data-encounter-id")
    assert {name: value for name, value in row.attributes.items() if name.startswith("data-")} == {
        "data-encounter-id": str(encounter),
        "data-unit": "6",
        "data-status": "Available",
        "data-online": "true",
        "data-center-id": str(world.centers["milan"]),
        "data-starts-at": "2026-11-24T18:00:00+00:00",
    }
    (time,) = row.all("time")
    assert time.attributes["datetime"] == "2026-11-24T18:00:00+00:00"
    assert time.text == "19:00–20:30"
    for words in (
        "Tue 24 Nov 2026",
        "CET · Europe/Rome",
        "Available",
        "2 seats",
        "Milano Duomo",
        "Online",
        "Irene Sala",
    ):
        assert words in row.text


def test_the_part_is_the_element_and_nothing_around_it(world: World) -> None:
    world.add_encounter()
    browser = world.client("maria")
    address = "/students/giulia/encounters?unitNumber=5"
    whole = browser.get(address).get_data(as_text=True)
    part = browser.get(address, headers=PART).get_data(as_text=True)
    assert part.startswith('<section id="availability"')
    assert part.rstrip().endswith("</section>")
    assert part.strip() in whole


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true"},
        {"HX-Request": "true", "HX-Target": "students"},
        {"HX-Target": "availability"},
        {**PART, "HX-Boosted": "true"},
        {**PART, "HX-History-Restore-Request": "true"},
    ],
)
def test_any_other_request_is_answered_with_the_whole_page(world: World, headers: dict[str, str]) -> None:
    answer = world.client("maria").get("/students/giulia/encounters", headers=headers)
    assert "<h1>" in answer.get_data(as_text=True)


def test_the_form_offers_every_center_and_unit_even_without_classes(world: World) -> None:
    page = _page(world, "/students/giulia/encounters")
    filters = page.one(id="filters")
    centers = [world.centers["italy_online"], world.centers["milan"]]
    assert [box.attributes["value"] for box in filters.all("input", name="centerId")] == [str(c) for c in centers]
    assert [box.attributes["value"] for box in filters.all("input", name="unitNumber")] == ["5", "6"]
    assert [box.attributes["value"] for box in filters.all("input", name="isOnline")] == ["", "false", "true"]
    assert [box.attributes["value"] for box in filters.all("input", name="show")] == ["all"]
    assert [box.attributes["value"] for box in filters.all("input") if "checked" in box.attributes] == [""]


def test_values_in_the_address_are_checked_even_if_they_are_not_offered(world: World) -> None:
    lisbon, stranger = world.centers["lisbon"], uuid4()
    query = f"centerId={lisbon}&centerId={stranger}&unitNumber=77&isOnline=true&show=all"
    filters = _page(world, f"/students/giulia/encounters?{query}").one(id="filters")
    checked = [
        (box.attributes["name"], box.attributes["value"]) for box in filters.all("input") if "checked" in box.attributes
    ]
    assert checked == [
        ("centerId", str(lisbon)),
        ("centerId", str(stranger)),
        ("isOnline", "true"),
        ("unitNumber", "77"),
        ("show", "all"),
    ]
    assert "Lisboa" not in filters.text
    assert str(lisbon) in filters.text


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("unitNumber=x", "unitNumber"),
        ("centerId=1", "centerId"),
        ("isOnline=yes", "isOnline"),
        ("show=everything", "show"),
    ],
)
def test_a_parameter_that_does_not_parse_is_named_and_the_others_stay_checked(
    world: World, query: str, named: str
) -> None:
    browser = world.client("maria")
    address = f"/students/giulia/encounters?{query}&unitNumber=6"
    answer = browser.get(address)
    page = parse(answer.get_data(as_text=True))
    assert answer.status_code == 400
    (alert,) = page.all(None, role="alert")
    assert alert.text.startswith(f"{named}:")
    (six,) = [box for box in page.one(id="filters").all("input", name="unitNumber") if box.attributes["value"] == "6"]
    assert "checked" in six.attributes
    part = browser.get(address, headers=PART)
    assert part.status_code == 400
    assert parse(part.get_data(as_text=True)).one(id="availability").all(None, role="alert")[0].text == alert.text


def test_an_unchanged_table_is_204_if_its_version_was_sent(world: World) -> None:
    encounter = world.add_encounter()
    browser = world.client("giulia")
    version = parse(browser.get(OWN).get_data(as_text=True)).one(id="availability").attributes["data-version"]
    assert re.fullmatch(r"[0-9a-f]+", version)
    for spelled in (version, f'"{version}"', f'W/"{version}"', f'"other", "{version}"'):
        answer = browser.get(OWN, headers={**POLL, "If-None-Match": spelled})
        assert (answer.status_code, answer.data) == (204, b"")
    assert browser.get(OWN, headers={**POLL, "If-None-Match": '"other"'}).status_code == 200
    assert browser.get(OWN, headers={"If-None-Match": f'"{version}"'}).status_code == 200
    world.book(encounter, "luca")
    changed = browser.get(OWN, headers={**POLL, "If-None-Match": f'"{version}"'})
    assert changed.status_code == 200
    assert "2 seats" in changed.get_data(as_text=True)


def test_a_refused_poll_is_never_answered_with_204(world: World) -> None:
    browser = world.client("maria")
    version = parse(browser.get("/students/giulia/encounters").get_data(as_text=True)).one(id="availability")
    known = {**POLL, "If-None-Match": f'"{version.attributes["data-version"]}"'}
    assert browser.get("/students/giulia/encounters", headers=known).status_code == 204
    refused = browser.get("/students/rita/encounters", headers=known)
    assert refused.status_code == 403
    assert [alert.text for alert in parse(refused.get_data(as_text=True)).all(None, role="alert")] != []


def test_refused_pages_and_parts_look_alike_to_the_byte_for_hidden_and_missing(world: World) -> None:
    browser = world.client("maria")
    browser.get("/students")  # the first page with a form puts the seed of its token into the cookie
    token = re.compile(rb'name="csrf_token" value="[^"]*"|Request [0-9a-f]{32}')
    for headers in ({}, PART):
        answers = [
            browser.get(f"/students/{identifier}/encounters?unitNumber=x", headers=headers)
            for identifier in (world.people["sofia"], "sofia", "nobody", "dino", uuid4())
        ]
        assert {answer.status_code for answer in answers} == {403}
        assert len({token.sub(b"", answer.data) for answer in answers}) == 1
        assert b"sofia" not in answers[1].data
        compared = [{n: v for n, v in answer.headers if n not in {"X-Request-Id", "Date"}} for answer in answers]
        assert all(these == compared[0] for these in compared)


def test_classes_are_shown_in_the_time_of_their_center_across_a_clock_change(world: World) -> None:
    from datetime import UTC, datetime

    world.now = datetime(2027, 3, 26, 9, tzinfo=UTC)
    world.add_encounter(hours=24, teacher="before")  # Saturday, CET
    world.add_encounter(hours=48, teacher="after")  # Sunday, when the clocks have changed
    lines = [row.text for row in _page(world, "/students/giulia/encounters").all("tr", "data-encounter-id")]
    assert ["10:00–11:00 CET · Europe/Rome" in line and "Sat 27 Mar 2027" in line for line in lines] == [True, False]
    assert ["11:00–12:00 CEST · Europe/Rome" in line and "Sun 28 Mar 2027" in line for line in lines] == [False, True]


def test_other_students_are_never_named_or_counted(world: World) -> None:
    full = world.add_encounter(seats=1)
    world.book(full, "luca")
    page = _page(world, "/students/giulia/encounters?show=all")
    (row,) = page.all("tr", "data-encounter-id")
    assert row.attributes["data-status"] == "Full"
    assert "luca" not in page.text.lower()
    assert not re.search(r"\b1\b", row.text.replace("Mon 2", ""))


def test_names_are_escaped(world: World) -> None:
    world.add_encounter(teacher="<script>alert(1)</script>")
    text = world.client("giulia").get(OWN).get_data(as_text=True)
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
