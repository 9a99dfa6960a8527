"""Following a recipe of .github/CONTRIBUTING.md ends with a change that every tool and test accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house_rules.tools import ROOT
from tests.recipes.action import ACTION
from tests.recipes.checkout import EVERY_TOOL, Recipe
from tests.recipes.page import PAGE

RECIPES = (PAGE, ACTION)
HEADINGS = [recipe.heading for recipe in RECIPES]
CONTRIBUTING = ROOT / ".github" / "CONTRIBUTING.md"


def sections() -> dict[str, str]:
    """The recipes of CONTRIBUTING, by heading."""
    pieces = re.split(r"(?m)^### (.*)$", CONTRIBUTING.read_text(encoding="utf-8"))[1:]
    return {heading: text.partition("\n## ")[0] for heading, text in zip(pieces[::2], pieces[1::2], strict=True)}


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES, ids=HEADINGS)
def test_a_recipe_that_is_followed_works_and_names_every_file(recipe: Recipe, tmp_path: Path) -> None:
    checkout = recipe.follow(tmp_path / "copy")
    assert [*checkout.findings(*EVERY_TOOL), *checkout.failures(*recipe.tests)] == []
    named = set(re.findall(r"`([\w/.-]+\.(?:py|html|md|toml))`", sections()[recipe.heading]))
    assert named == checkout.touched


@pytest.mark.slow
@pytest.mark.parametrize(
    ("recipe", "step", "complaint"),
    [
        (PAGE, "application", "FAILED tests/web/test_center_pages.py::test_everybody_sees_their_own_centers_alone"),
        (ACTION, "policy line", "KeyError: <Action.SEE_CONTRACT"),
    ],
    ids=["a page that is not registered", "an action without its policy line"],
)
def test_a_forgotten_step_fails_a_test(recipe: Recipe, step: str, complaint: str, tmp_path: Path) -> None:
    (failure,) = recipe.follow(tmp_path / "copy", without=step).failures(*recipe.tests)
    assert complaint in failure


def test_a_page_without_its_place_in_the_layers_is_noticed(tmp_path: Path) -> None:
    (finding,) = PAGE.follow(tmp_path / "copy", without="layers").findings("layers")
    assert "not listed as layers:\n\n- webapp.web.center_pages" in finding


def test_every_recipe_of_the_page_is_followed() -> None:
    assert set(sections()) == set(HEADINGS)
