"""Normal forms of text, and how long a text may be before it is normalised."""

from __future__ import annotations

import sys
import unicodedata
from typing import Any

import pytest

from tests.world import World
from webapp.accounts import people
from webapp.text import LONGEST_TEXT, stored_form
from webapp.transfer.csv.cells import plain_text
from webapp.transfer.messages import Message
from webapp.transfer.problems import WrongCell

COMPOSED = "\u1f82"  # alpha with two accents and an iota: four characters, decomposed
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
MARKS = "\u0301\u0316" * 16_000


def test_no_character_of_nfc_stands_for_more_than_four() -> None:
    """What proves the cap: text has at most as many characters as its NFD, which has at most four for each of NFC."""
    every_length = {len(unicodedata.normalize("NFD", chr(code))) for code in range(sys.maxunicode + 1)}
    assert (min(every_length), max(every_length)) == (1, 4)


def test_a_text_that_is_short_enough_once_composed_is_kept() -> None:
    assert (len(DECOMPOSED), stored_form(DECOMPOSED * LONGEST_TEXT)) == (4, COMPOSED * LONGEST_TEXT)
    assert plain_text(DECOMPOSED * LONGEST_TEXT) == COMPOSED * LONGEST_TEXT


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a" * 201, 201),
        ("é" * 201, 201),
        (DECOMPOSED * 200 + "a", 801),
        (MARKS, 32_000),
    ],
)
def test_a_text_that_is_too_long_is_refused_in_the_same_words_however_long(text: str, length: int) -> None:
    with pytest.raises(WrongCell) as refused:
        plain_text(text)
    assert refused.value.message == Message.TOO_LONG
    assert refused.value.details == {"length": length, "longest": 200}


@pytest.mark.parametrize("field", ["user_name", "first_name", "last_name", "email"])
def test_a_new_user_with_a_text_that_is_too_long_is_refused(world: World, field: str) -> None:
    given: dict[str, Any] = {"user_name": "nuova", "type": "Student", "first_name": "Nuova", field: MARKS}
    with pytest.raises(people.PersonRefused) as refused, world.database.writing() as connection:
        people.add_user(connection, people.NewUser(**given))
    assert str(refused.value).startswith(f"{field}: ")
    assert str(refused.value).endswith(" is not allowed; allowed: 1 to 200 characters, no control characters")
