"""The recipe "Add a page": /centers, with the names of the signed-in user's own centers."""

from __future__ import annotations

from typing import Final

from tests.recipes.checkout import Checkout, Recipe

_VIEW_MODEL: Final = '''

@dataclass(frozen=True, slots=True, kw_only=True)
class CentersPage(Page):
    """The centers of the signed-in user, by name."""

    names: tuple[str, ...]
'''
_ENTRANCE: Final = '''"""The entrance for everybody to their own centers."""

from __future__ import annotations

from flask import Blueprint, Response

from webapp.accounts.users import list_centers
from webapp.web import htmx
from webapp.web.access import account
from webapp.web.context import connection
from webapp.web.view_models import CentersPage

blueprint = Blueprint("center_pages", __name__)


@blueprint.get("/centers")
def show_centers() -> Response:
    """The page with the signed-in user's own centers."""
    centers = list_centers(connection(), account().id)
    return htmx.whole("centers/page.html", CentersPage(title="Centers", names=tuple(center.name for center in centers)))
'''
_TEMPLATE: Final = """{% extends "layout.html" %}
{% block main %}
  <h1>{{ page.title }}</h1>
  <ul>{% for name in page.names %}<li>{{ name }}</li>{% endfor %}</ul>
{% endblock %}
"""
_TEST: Final = '''"""Everybody sees their own centers, and nobody else's."""

from __future__ import annotations

import re

from tests.world import World


def names(world: World, person: str) -> list[str]:
    """The centers that the page shows to a person."""
    return re.findall("<li>(.*?)</li>", world.client(person).get("/centers").get_data(as_text=True))


def test_everybody_sees_their_own_centers_alone(world: World) -> None:
    assert {person: names(world, person) for person in ("maria", "sofia", "nora")} == {
        "maria": ["Milano Duomo"],
        "sofia": ["Lisboa Chiado"],
        "nora": [],
    }


def test_the_signed_out_are_sent_to_the_sign_in(world: World) -> None:
    assert world.client().get("/centers").headers["Location"] == "/login?next=/centers"
'''


def _view_model(checkout: Checkout) -> None:
    file = checkout.folder / "webapp" / "web" / "view_models.py"
    file.write_text(file.read_text(encoding="utf-8").rstrip("\n") + "\n" + _VIEW_MODEL, encoding="utf-8")
    checkout.touched.add("webapp/web/view_models.py")


def _register(checkout: Checkout) -> None:
    checkout.replace("webapp/app.py", "    api,\n", "    api,\n    center_pages,\n")
    checkout.replace("webapp/app.py", "for entrance in (sessions,", "for entrance in (sessions, center_pages,")


PAGE: Final = Recipe(
    "Add a page",
    {
        "view model": _view_model,
        "entrance": lambda checkout: checkout.add("webapp/web/center_pages.py", _ENTRANCE),
        "template": lambda checkout: checkout.add("templates/centers/page.html", _TEMPLATE),
        "application": _register,
        "layers": lambda checkout: checkout.replace("pyproject.toml", '"sessions | ', '"sessions | center_pages | '),
        "test": lambda checkout: checkout.add("tests/web/test_center_pages.py", _TEST),
        "readme": lambda checkout: checkout.replace(
            "README.md", "\n| `/students?q=` |", "\n| `/centers` | all | their own centers |\n| `/students?q=` |"
        ),
    },
    ("tests/web/test_center_pages.py", "tests/web/test_access.py"),
)
