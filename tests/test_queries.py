"""How many SELECTs an answer takes: few, and the same for one row and for three hundred."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.factories import add_user
from tests.world import World

AVAILABILITY = {"HX-Request": "true", "HX-Target": "availability", "HX-Trigger": "availability"}
STUDENTS = {"HX-Request": "true", "HX-Target": "students", "HX-Trigger": "students"}
MOST = [
    ("/users/giulia/encounters/available", {}, 3),
    ("/users/giulia/encounters", {}, 3),
    ("/users/me", {}, 2),
    ("/students/giulia/encounters?show=all", AVAILABILITY, 3),
    ("/students/giulia/encounters", {}, 5),
    ("/students?q=a", STUDENTS, 3),
    ("/students", {}, 5),
]


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The SELECTs that are sent to the database of `world` meanwhile."""
    statements: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "(SELECT")):
            statements.append(statement)

    engine = world.app.extensions["encounters"].database.engine
    event.listen(engine, "before_cursor_execute", remember)
    yield statements
    event.remove(engine, "before_cursor_execute", remember)


@pytest.mark.parametrize(("path", "headers", "most"), MOST, ids=[path for path, _, _ in MOST])
def test_an_answer_takes_few_selects_for_one_row_and_for_three_hundred(
    world: World, path: str, headers: dict[str, str], most: int
) -> None:
    browser = world.client("maria")
    world.add_encounter()

    def selects() -> int:
        with counted(world) as statements:
            assert browser.get(path, headers=headers).status_code == 200
        return len(statements)

    first, second = selects(), selects()
    for number in range(299):
        world.add_encounter(hours=24 + number)
    with world.database.writing() as connection:
        for number in range(299):
            add_user(connection, f"extra{number}", (world.centers["milan"],))
    assert [first, second, selects(), selects()] == [first] * 4
    assert 1 <= first <= most


def test_a_refusal_does_the_same_work_for_hidden_and_missing_students(world: World) -> None:
    browser, counts = world.client("maria"), []
    for identifier in ("sofia", "nobody", "dino"):
        with counted(world) as statements:
            assert browser.get(f"/users/{identifier}/encounters").status_code == 403
        counts.append([statement.split("WHERE")[0] for statement in statements])
    assert counts[0] == counts[1] == counts[2]
    assert len(counts[0]) == 2


def test_the_table_is_found_through_its_index(world: World) -> None:
    if not world.database.is_sqlite:
        return
    with counted(world) as statements:
        world.client("giulia").get("/users/me/encounters")
    query = next(statement for statement in statements if "UNION ALL" in statement)
    with world.database.reading() as connection:
        values = tuple(None for _ in range(query.count("?")))
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
    assert not [step for step in plan if step.startswith("SCAN") and "CONSTANT" not in step]
    assert any("ix_encounters_center_id_unit_number_starts_at" in step for step in plan)
    assert any("ix_bookings_encounter_id_mode" in step for step in plan)
