"""Following a recipe of .github/CONTRIBUTING.md ends with a change that every tool and test accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house_rules.tools import ROOT
from tests.recipes.action import ACTION
from tests.recipes.checkout import EVERY_TOOL, Checkout, Recipe, copy_checkout
from tests.recipes.column import COLUMN
from tests.recipes.filter import FILTER
from tests.recipes.page import PAGE

RECIPES = (PAGE, ACTION, FILTER, COLUMN)
CONTRIBUTING = ROOT / ".github" / "CONTRIBUTING.md"
# Steps that people forget, and the test that then fails.
FORGOTTEN = [
    pytest.param(recipe, forgotten, id=f"{recipe.heading}, without: {', '.join(forgotten)}")
    for recipe, forgotten in (
        (PAGE, {"application": "tests/web/test_center_pages.py::test_everybody_sees_their_own_centers_alone"}),
        (ACTION, {"policy line": "tests/test_see_contract.py::test_both_spellings_and_the_address_answer_alike"}),
        (
            FILTER,
            {
                "group": "tests/web/presenters/test_filter_form.py"
                "::test_every_parameter_of_the_json_has_a_group_whose_choices_ask_for_it",
                "readme": "tests/web/test_description.py::test_the_readme_says_the_same",
                "cases": "tests/agreement/test_seed_data.py::test_page_and_json_and_oracle_agree_on_every_filter",
            },
        ),
        (
            COLUMN,
            {
                "migration": "tests/test_migrations.py::test_the_newest_revision_is_what_the_models_say",
                "readme": "tests/transfer/test_columns_of_files.py"
                "::test_the_readme_lists_the_columns_of_each_file_in_their_order",
            },
        ),
        (
            COLUMN,
            {
                "file": "tests/transfer/test_columns_of_files.py"
                "::test_every_column_of_a_table_is_in_its_file_or_follows_from_it"
            },
        ),
    )
]


def sections() -> dict[str, str]:
    """The recipes of CONTRIBUTING, by heading."""
    pieces = re.split(r"(?m)^### (.*)$", CONTRIBUTING.read_text(encoding="utf-8"))[1:]
    return {heading: text.partition("\n## ")[0] for heading, text in zip(pieces[::2], pieces[1::2], strict=True)}


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkout, dict[str, set[str]]]:
    """A copy in which every recipe was followed, one after the other; the files that each of them touched."""
    checkout, touched = copy_checkout(tmp_path_factory.mktemp("followed") / "copy"), {}
    for recipe in RECIPES:
        recipe.follow_in(checkout)
        touched[recipe.heading] = {re.sub(r"/\d{4}_", "/NNNN_", path) for path in checkout.touched}
        checkout.touched.clear()
    return checkout, touched


@pytest.mark.slow
def test_recipes_that_are_followed_pass_every_tool(followed: tuple[Checkout, dict[str, set[str]]]) -> None:
    checkout, _ = followed
    assert checkout.findings(*EVERY_TOOL) == []


@pytest.mark.slow
def test_recipes_that_are_followed_pass_their_tests(followed: tuple[Checkout, dict[str, set[str]]]) -> None:
    checkout, _ = followed
    assert checkout.failures(*dict.fromkeys(test for recipe in RECIPES for test in recipe.tests)) == []


def test_a_recipe_names_every_file_that_it_touches(followed: tuple[Checkout, dict[str, set[str]]]) -> None:
    _, touched = followed
    named = {
        heading: set(re.findall(r"`([\w/.-]+\.(?:py|html|md|toml))`", text)) for heading, text in sections().items()
    }
    assert named == touched


@pytest.mark.slow
@pytest.mark.parametrize(("recipe", "forgotten"), FORGOTTEN)
def test_a_forgotten_step_fails_a_test(recipe: Recipe, forgotten: dict[str, str], tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "copy")
    recipe.follow_in(checkout, without=forgotten)
    (output,) = checkout.failures(*forgotten.values())
    assert set(re.findall(r"(?m)^FAILED ([\w/.]+::\w+)", output)) == set(forgotten.values())


def test_a_page_without_its_place_in_the_layers_is_noticed(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path / "copy")
    PAGE.follow_in(checkout, without=["layers"])
    (finding,) = checkout.findings("layers")
    assert "not listed as layers:\n\n- webapp.web.center_pages" in finding
