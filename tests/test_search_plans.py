"""What a search reads: entries of some centers, of some trigrams, or in the order of names; never all users."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from tests.factories import add_students
from tests.world import World
from webapp.policy import Actor
from webapp.students import search_students

Statement = tuple[str, Any]

BY_CENTERS = "SEARCH search_entries USING INDEX ix_search_entries_center_id_sort_key (center_id=?)"
BY_NAMES = "SCAN search_entries USING INDEX ix_search_entries_sort_key_center_id"
BY_TRIGRAMS = "SEARCH search_entries USING INTEGER PRIMARY KEY (rowid=?)"


def _steps(world: World, asked: str, center_count: int) -> list[list[str]]:
    """The steps that touch entries or users, of each statement of a search."""
    statements: list[Statement] = []

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("WITH"):
            statements.append((statement, parameters))

    actor = Actor(world.people["maria"], "StaffMember")
    with world.database.reading() as connection:
        event.listen(connection, "before_cursor_execute", remember)
        search_students(connection, actor, asked, center_count=center_count)
        event.remove(connection, "before_cursor_execute", remember)
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all() for sql, values in statements]
    about = ("search_entries", "users", "search_trigrams")
    return [[step[3] for step in plan if step[3].split(" ")[1] in about] for plan in plans]


@pytest.mark.parametrize(
    ("asked", "center_count", "read"),
    [
        ("copia", 1, [BY_CENTERS]),
        ("", 8, [BY_CENTERS.replace("INDEX", "COVERING INDEX")]),
        ("co", 40, [BY_CENTERS]),
        ("co", 41, [BY_NAMES]),
        ("", 450, [BY_NAMES.replace("INDEX", "COVERING INDEX")]),
        ("copia 309", 450, ["SCAN search_trigrams VIRTUAL TABLE INDEX 0:M2", BY_TRIGRAMS]),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_search_reads_what_its_answer_needs(world: World, asked: str, center_count: int, read: list[str]) -> None:
    user = "SEARCH users USING INDEX sqlite_autoindex_users_1 (id=?)"
    assert _steps(world, asked, center_count) == [[*read, user]]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_first_of_a_frequent_word_are_read_in_the_order_of_names(world: World) -> None:
    with world.database.writing() as connection:
        add_students(connection, world.centers["milan"], [f"Copia{number:04}" for number in range(3000)])
    _, second = _steps(world, "copia", 450)
    assert second[0] == BY_NAMES
