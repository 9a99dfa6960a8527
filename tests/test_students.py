"""Finding students: names in any order, accents and letter case aside, and never anyone hidden."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import add_students, add_user
from tests.world import World
from webapp.policy import Actor
from webapp.students import Found, search_students

WAYS = (1, 20, 450)  # numbers of centers for which a search reads centers, trigrams or names; it finds the same


def _search(world: World, asked: str, who: str = "maria") -> Found:
    actor = Actor(world.people[who], "StaffMember")
    with world.database.reading() as connection:
        first, *others = (search_students(connection, actor, asked, center_count=count) for count in WAYS)
    assert others == [first] * len(others)
    return first


def _names(world: World, asked: str) -> list[str]:
    return [student.user_name for student in _search(world, asked).students]


@pytest.fixture
def crowd(world: World) -> World:
    people: list[tuple[str, dict[str, Any]]] = [
        ("lukasz", {"first_name": "Łukasz", "last_name": "Wójcik", "student_code": "MIL-0042"}),
        ("soren", {"first_name": "Søren", "last_name": "Kjærgaard", "phone": "+45 20 12 34 56"}),
        ("dorde", {"first_name": "Đorđe", "last_name": "Petrović"}),
        ("strauss", {"first_name": "Jörg", "last_name": "Strauß"}),
        ("isil", {"first_name": "Işıl", "last_name": "Çelik"}),
        ("thora", {"first_name": "Þóra", "last_name": "Ægisdóttir"}),
        ("coeur", {"first_name": "Zoé", "last_name": "Lecœur"}),
        ("percent", {"first_name": "100%", "last_name": "Under_score\\"}),
        ("nguyen", {"first_name": "Thị Hồng", "last_name": "Nguyễn"}),
        ("ahmad", {"first_name": "أحمد", "last_name": "الخطيب"}),
        ("solo", {"first_name": "Solo", "last_name": None}),
    ]
    with world.database.writing() as connection:
        for user_name, given in people:
            world.people[user_name] = add_user(connection, user_name, (world.centers["milan"],), **given)
    return world


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("lukasz", ["lukasz"]),
        ("LUKASZ wojcik", ["lukasz"]),
        ("wójcik łuk", ["lukasz"]),
        ("mil-0042", ["lukasz"]),
        ("0042", ["lukasz"]),
        ("soren", ["soren"]),
        ("kjaergaard", ["soren"]),
        ("+45 20-12", ["soren"]),
        ("(20) 1234", ["soren"]),
        ("dorde", ["dorde"]),
        ("strauss", ["strauss"]),
        ("jorg STRAUSS", ["strauss"]),
        ("isil celik", ["isil"]),
        ("thora aegisdottir", ["thora"]),
        ("lecoeur", ["coeur"]),
        ("nguyen hong", ["nguyen"]),
        ("أحمد", ["ahmad"]),
        ("%", ["percent"]),
        ("_", ["percent"]),
        ("\\", ["percent"]),
        ("solo@example", ["solo"]),
        ("giulia conti", []),
        ("lukasz soren", []),
        ("nobody", []),
        ("()", []),
    ],
)
def test_each_word_must_occur_somewhere_in_any_order(crowd: World, asked: str, found: list[str]) -> None:
    assert _names(crowd, asked) == found


def test_an_empty_search_lists_everybody_by_last_name_first_name_and_user_name(crowd: World) -> None:
    expected = [
        "solo",
        "thora",
        "isil",
        "soren",
        "coeur",
        "nguyen",
        "dorde",
        "giulia",
        "luca",
        "strauss",
        "percent",
        "lukasz",
    ]
    assert [name for name in _names(crowd, "  ") if name != "ahmad"] == expected
    assert _names(crowd, "") == _names(crowd, "  ")


@pytest.mark.parametrize("hidden", ["rita", "sofia", "zeno", "dino", "maria", "vera", "ada", "pia", "ugo"])
def test_only_active_students_of_ones_centers_are_found(world: World, hidden: str) -> None:
    assert _names(world, "giulia") == ["giulia"]
    assert _names(world, hidden) == []


def test_nobody_is_found_by_staff_without_a_center(world: World) -> None:
    assert _search(world, "", who="nora") == Found((), {}, 0)


def test_at_most_fifty_are_shown_and_the_rest_are_counted(world: World) -> None:
    with world.database.writing() as connection:
        for number in range(60):
            add_user(connection, f"extra{number:02}", (world.centers["milan"], world.centers["rome"]))
    found = _search(world, "extra")
    assert [student.user_name for student in found.students] == [f"extra{number:02}" for number in range(50)]
    assert found.more == 10
    assert set(found.centers.values()) == {("Milano Duomo", "Roma Termini")}


@pytest.mark.parametrize("q", ["a" * 101, "%00", "a%E2%80%AEb", "%FF"])
def test_a_search_that_cannot_be_one_is_400_and_says_so(world: World, q: str) -> None:
    browser = world.client("maria")
    for headers in ({}, {"HX-Request": "true", "HX-Target": "students"}):
        answer = browser.get(f"/students?q={q}", headers=headers)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 400
        assert 'role="alert"' in page
        assert "q:" in page
        assert ("<form" in page) == (not headers)


def test_a_hundred_characters_are_a_search(world: World) -> None:
    assert world.client("maria").get("/students?q=" + "a" * 100).status_code == 200


def test_a_word_of_many_names_shows_the_first_fifty_and_counts_up_to_a_thousand_more(world: World) -> None:
    with world.database.writing() as connection:
        add_students(connection, world.centers["milan"], [f"Copia{number:04}" for number in reversed(range(3100))])
        add_students(connection, world.centers["rome"], ["Copia0000a"])
    found = _search(world, "copia")
    assert [student.first_name for student in found.students] == [f"Copia{number:04}" for number in range(50)]
    assert found.more == 1001
    assert _search(world, "").more == 1001
    assert _search(world, "copia 309").more == 0
    page = world.client("maria").get("/students?q=copia").get_data(as_text=True)
    assert "More than 1,050 students" in page
    assert "More than 1,000 more: type more of the name, or the code." in page
