"""Text that people entered is shown as text on every page, never as markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from tests import html
from tests.world import World
from webapp.models import Center, User
from webapp.user_keys import derived_user_columns

ROOT = Path(__file__).resolve().parents[2]
UNESCAPED = re.compile(r"\|\s*safe\b|\bMarkup\b|\bautoescape false|\bautoescape\s*=\s*False|\brender_template_string\b")
PART = {"HX-Request": "true"}


def _markup(field: str) -> str:
    """Text for a field that would become an element if it were not escaped, inside an element or an attribute."""
    return f"\"'><i data-planted>{field}</i>&amp;"


def _plant_markup(world: World) -> None:
    with world.database.writing() as connection:
        for name in ("maria", "giulia", "pia"):
            names = {"first_name": _markup("first"), "last_name": _markup("last"), "student_code": _markup(name)}
            derived = derived_user_columns(user_name=name, email=None, phone=None, **names)
            connection.execute(update(User).where(User.user_name == name).values(**names, **derived))
        for reference, center in world.centers.items():
            connection.execute(update(Center).where(Center.id == center).values(name=_markup(reference)))
    world.add_encounter(teacher=_markup("teacher"))


# A user, an address, headers, and the fields that the page or part shows.
SHOWN = [
    ("maria", "/students", {}, ["first", "last", "giulia", "milan"]),
    ("maria", "/students", {**PART, "HX-Target": "students"}, ["first", "last", "giulia", "milan"]),
    ("maria", "/students?q={q}", {}, ["query"]),
    ("maria", "/students?q={q}", {**PART, "HX-Target": "students"}, []),
    ("maria", "/students/giulia/encounters", {}, ["first", "last", "giulia", "milan", "italy_online", "teacher"]),
    ("maria", "/students/giulia/encounters", {**PART, "HX-Target": "availability"}, ["milan", "teacher"]),
    ("maria", "/students/giulia/encounters?unitNumber={q}", {}, ["first", "last"]),
    ("maria", "/students/giulia/encounters?unitNumber={q}", {**PART, "HX-Target": "availability"}, []),
    ("giulia", "/students/me/encounters", {}, ["first", "last", "giulia", "milan", "italy_online", "teacher"]),
    ("maria", "/students/{q}/encounters", {}, ["first", "last"]),
    ("maria", "/nowhere/{q}", {}, ["first", "last"]),
    ("pia", "/", {}, ["first", "last"]),
    ("maria", "/api", {}, ["first", "last"]),
    (None, "/login?next={q}", {}, []),
    (None, "/nowhere/{q}", {}, []),
]


@pytest.mark.parametrize(
    ("user", "address", "headers", "shown"), SHOWN, ids=[f"{user} {address}" for user, address, *_ in SHOWN]
)
def test_markup_in_peoples_text_is_shown_as_it_was_written(
    world: World, user: str | None, address: str, headers: dict[str, str], shown: list[str]
) -> None:
    _plant_markup(world)
    browser = world.client(user)
    path, _, query = address.partition("?")
    parameters = {name: _markup("query") for name in [query.partition("=")[0]] if name}
    answer = browser.get(path.replace("{q}", _markup("query")), query_string=parameters, headers=headers)
    page = html.parse(answer.get_data(as_text=True))
    assert page.all(None, "data-planted") == []
    texts = [page.text, *(value for element in page.walk() for value in element.attributes.values())]
    assert [field for field in shown if not any(_markup(field) in text for text in texts)] == []


def test_a_user_name_that_is_markup_comes_back_as_text(world: World) -> None:
    page = html.parse(world.sign_in(world.client(), _markup("name"), "wrong").get_data(as_text=True))
    assert page.all(None, "data-planted") == []
    assert page.one("input", name="user_name").attributes["value"] == _markup("name")


def test_nothing_turns_escaping_off() -> None:
    templates = [file for file in (ROOT / "templates").rglob("*") if file.is_file()]
    modules = list((ROOT / "webapp").rglob("*.py"))
    assert (len(templates) >= 7, len(modules) >= 40) == (True, True)
    assert {file.suffix for file in templates} <= {".html", ".txt"}  # Flask decides by the suffix whether to escape
    assert [file.name for file in templates + modules if UNESCAPED.search(file.read_text(encoding="utf-8"))] == []
    for planted in ("{{ line.name|safe }}", "{{ line.name | safe }}", "{% autoescape false %}", "Markup(name)"):
        assert UNESCAPED.search(planted)
