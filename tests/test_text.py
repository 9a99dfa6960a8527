"""Normal forms of text, identifiers, and how long a text may be before it is normalised."""

from __future__ import annotations

import sys
import unicodedata
from typing import Any
from uuid import UUID

import pytest

from tests.world import World
from webapp.accounts import users
from webapp.text import (
    LONGEST_TEXT,
    BadInput,
    digits,
    forbidden_character,
    name_key,
    parse_guid,
    parse_identifier,
    search_key,
    stored_form,
)
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
    with pytest.raises(users.UserRefused) as refused, world.database.writing() as connection:
        users.add_user(connection, users.NewUser(**given))
    assert str(refused.value).startswith(f"{field}: ")
    assert str(refused.value).endswith(" is not allowed; allowed: 1 to 200 characters, no control characters")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("maria.rossi", "maria.rossi"),
        ("Maria.ROSSI@Example.com", "maria.rossi@example.com"),
        ("Strauß", "strauss"),
        ("STRAUSS", "strauss"),
        ("Łukasz", "łukasz"),
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
        ("σίσυφος", "σίσυφοσ"),
        ("ｍａｒｉａ", "maria"),
        ("ﬁona", "fiona"),
        ("e\u0301va", "\u00e9va"),
        ("\u00c9VA", "\u00e9va"),
        ("maria 1", "maria 1"),
        ("", ""),
    ],
)
def test_user_names_are_compared_without_letter_case_and_compatibility_forms(name: str, key: str) -> None:
    assert name_key(name) == key
    assert name_key(key) == key


def test_accents_distinguish_user_names() -> None:
    assert len({name_key(name) for name in ("eva", "éva", "ėva", "ewa")}) == 4


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Maria", "maria"),
        ("ÉVA", "eva"),
        ("E\u0301va", "eva"),
        ("Nguyễn", "nguyen"),
        ("Søren", "soren"),
        ("Łukasz", "lukasz"),
        ("Đorđe", "dorde"),
        ("Guðrún", "gudrun"),
        ("Strauß", "strauss"),
        ("ÆGIR", "aegir"),
        ("Œuvre", "oeuvre"),
        ("Işıl", "isil"),
        ("İpek", "ipek"),
        ("Þóra", "thora"),
        ("ﬁona", "fiona"),
        ("Ｍａｒｉａ", "maria"),
        ("יוסף", "יוסף"),
        ("Иван", "иван"),
        ("क्ष\u200dमा", "कषमा"),
        ("किरण", "किरण"),
        ("张伟", "张伟"),
        ("", ""),
    ],
)
def test_people_are_searched_without_letter_case_accents_and_joiners(text: str, key: str) -> None:
    assert search_key(text) == key
    assert search_key(key) == key


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("+39 (02) 12-34.56/7", "39021234567"),
        ("0039 02 1234567", "0039021234567"),
        ("12", "12"),
        ("ext. five", ""),
        ("٠٥٠", ""),
        ("", ""),
    ],
)
def test_only_ascii_digits_of_a_phone_are_dialled(text: str, dialled: str) -> None:
    assert digits(text) == dialled


GUID = "0123abcd-89ef-4567-89ab-cdef01234567"


@pytest.mark.parametrize("text", [GUID, GUID.upper(), GUID.replace("abcd", "aBcD")])
def test_a_guid_may_be_in_any_letter_case(text: str) -> None:
    assert parse_guid(text) == parse_identifier(text) == UUID(GUID)


@pytest.mark.parametrize(
    "text",
    [
        GUID.replace("-", ""),
        f"{{{GUID}}}",
        f"urn:uuid:{GUID}",
        f" {GUID}",
        f"{GUID}\n",
        GUID[:-1],
        f"{GUID}0",
        "",
        "g" + GUID[1:],
    ],
)
def test_other_spellings_of_a_guid_are_none(text: str) -> None:
    assert parse_guid(text) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [("Maria", "maria"), ("a" * 128, "a" * 128), ("1", "1"), ("maria rossi", "maria rossi"), (".", ".")],
)
def test_an_identifier_that_is_no_guid_is_the_key_of_a_user_name(text: str, key: str) -> None:
    assert parse_identifier(text) == key


@pytest.mark.parametrize("text", ["", "a" * 129, "ma\nria", "ma\u202eria", "ma\x00ria", "\ud800"])
def test_an_identifier_that_is_empty_too_long_or_holds_a_control_character_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_identifier(text)
    allowed = "a GUID or a user name of 1 to 128 characters, none of them a control character"
    assert str(refused.value) == f"userIdentifier: {text[:128]!r} is not allowed; allowed: {allowed}"


FORBIDDEN = [
    *range(0x20),
    *range(0x7F, 0xA0),
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
    *range(0xD800, 0xE000),
]


def test_exactly_the_control_characters_are_forbidden_and_named() -> None:
    found = {code: forbidden_character(f"a{chr(code)}b") for code in range(sys.maxunicode + 1)}
    assert {code: name for code, name in found.items() if name} == {code: f"U+{code:04X}" for code in FORBIDDEN}


def test_the_first_forbidden_character_is_named() -> None:
    assert forbidden_character("plain, even with a zero-width joiner \u200d") is None
    assert forbidden_character("\u2029 and \n") == "U+2029"
