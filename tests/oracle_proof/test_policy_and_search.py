"""Whom the oracle lets see whom, and whom its search finds."""

from __future__ import annotations

import pytest

from tests.oracle.policy import (
    expected_search_status,
    expected_status,
    granted,
    search_key,
    search_order,
    search_results,
)
from tests.oracle.world import User, World
from tests.oracle_proof.network import (
    CENTERS,
    GIULIA,
    MILAN,
    NETWORK,
    PEOPLE,
    guid,
)


@pytest.mark.parametrize(
    ("caller", "identifier", "is_granted"),
    [
        ("giulia", "giulia", True),
        ("giulia", "luca", False),
        ("giulia", "maria", False),
        ("maria", "giulia", True),
        ("maria", "marco", True),
        ("marco", "maria", True),
        ("maria", "ada", True),
        ("maria", "maria", True),
        ("nora", "nora", True),
        ("nora", "me", True),
        ("maria", "rita", False),
        ("maria", "omar", False),
        ("nora", "zeno", False),
        ("olga", "omar", True),
        ("olga", "giulia", False),
        *((caller, asked, False) for caller in ("ada", "pia", "tina", "paolo", "ugo") for asked in ("me", "giulia")),
        ("maria", "nobody", False),
        ("maria", guid(999), False),
        ("maria", "dino", False),
        ("maria", "vera", False),
        ("dino", "me", False),
        ("vera", "giulia", False),
        ("zeno", "me", True),
    ],
)
def test_each_row_of_the_published_table_is_answered(caller: str, identifier: str, is_granted: bool) -> None:
    assert granted(NETWORK, PEOPLE[caller], identifier) is is_granted


def test_the_signed_out_and_the_deactivated_are_granted_nothing_and_answered_401() -> None:
    for caller in (None, PEOPLE["dino"], PEOPLE["vera"]):
        assert not granted(NETWORK, caller, "giulia")
        assert {expected_status(NETWORK, caller, asked) for asked in ("me", "giulia", "nobody", "a\nb")} == {401}


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("giulia", 200),
        ("GIULIA", 200),
        ("ｇiulia", 200),
        (b"giulia", 200),
        ("ME", 200),
        ("mE", 200),
        (guid(11), 200),
        (guid(11).upper(), 200),
        (guid(11).replace("-", ""), 403),
        ("{" + guid(11) + "}", 403),
        ("ｍｅ", 403),
        (" giulia", 403),
        ("rita", 403),
        ("nobody", 403),
        ("x" * 128, 403),
        ("x" * 129, 400),
        ("é".encode() * 128, 403),
        (b"\xff", 400),
        (b"\xed\xa0\x80", 400),
        ("\udc80", 400),
        *((f"giulia{c}", 400) for c in "\0\n\x7f\x85\u2028\u2029\u202a\u202e\u2066\u2069"),
        *((f"giulia{c}", 403) for c in "\u200b\u200d\u200e\u2027\u202f\u2065\u206a"),
        ("", 404),
        ("a/b", 404),
    ],
)
def test_the_form_of_an_identifier_decides_before_the_policy(identifier: str | bytes, expected: int) -> None:
    assert expected_status(NETWORK, GIULIA, identifier) == expected


def test_user_names_are_compared_after_case_folding() -> None:
    assert granted(NETWORK, PEOPLE["Straße"], "STRASSE")


def test_search_is_for_staff_with_short_texts() -> None:
    callers = [None, PEOPLE["vera"], GIULIA, PEOPLE["ada"], PEOPLE["maria"]]
    assert [expected_search_status(caller, "x" * 100) for caller in callers] == [303, 303, 403, 403, 200]
    assert expected_search_status(PEOPLE["maria"], "x" * 101) == 400
    with pytest.raises(ValueError, match="no search"):
        search_results(NETWORK, GIULIA, "")


def test_an_empty_search_shows_the_active_students_of_shared_centers() -> None:
    def shown(name: str) -> list[str]:
        return [NETWORK.user_of_id[found].user_name for found in search_results(NETWORK, PEOPLE[name], " ")]

    assert {name: shown(name) for name in ("maria", "olga", "nora")} == {
        "maria": ["giulia", "luca"],
        "olga": ["omar"],
        "nora": [],
    }


@pytest.mark.parametrize(
    ("q", "is_found"),
    [
        ("lukasz", True),
        ("OREN ŁUK", True),
        ("søren", True),
        ("mail.example s-17", True),
        ("anna", False),
        ("lukasz anna", False),
        ("l_kasz", False),
        ("%", False),
        ("\\", False),
        ("555-0171", True),
        ("(64 6) 555", True),
        ("171 555", False),
        ("5550171 lukasz", False),
        ("+", False),
        ("-", True),
    ],
)
def test_search_looks_for_every_word_and_for_the_digits_of_the_phone(q: str, is_found: bool) -> None:
    lukasz = User(
        guid(41), "Student", "lk", "Łukasz", "Sørensen", "l@mail.example", "+1 (646) 555-0171",
        frozenset({MILAN.id}), "S-17",
    )  # fmt: skip
    world = World(CENTERS, (lukasz, GIULIA, PEOPLE["maria"]))
    assert search_results(world, PEOPLE["maria"], q) == ([lukasz.id] if is_found else [])


def test_accents_and_the_letters_named_in_the_contract_fold() -> None:
    assert search_key("Øłđ ẞß Æœ ıİ Þé") == "old ssss aeoe ii the"
    assert search_key("Kadıköy Nguyễn Ærø") == "kadikoy nguyen aero"


def test_what_search_finds_is_ordered_by_last_name_first_name_and_user_name() -> None:
    names = [("a", "Bo", "Zu"), ("b", "Ba", "Émile"), ("c", "ba", "Emile"), ("d", "Ab", "emile"), ("e", "Zoe", None)]
    users = [
        User(guid(60 - n), "Student", name, first, last, centers=frozenset({MILAN.id}))
        for n, (name, first, last) in enumerate(names)
    ]
    world = World(CENTERS, (*users, PEOPLE["maria"]))
    found = [world.user_of_id[it] for it in search_results(world, PEOPLE["maria"], "")]
    assert [user.user_name for user in found] == ["e", "d", "b", "c", "a"]
    assert found == sorted(users, key=search_order)
