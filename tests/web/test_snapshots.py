"""A request sees one moment of the database, whatever others commit between its statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, update

from tests.world import World
from webapp.models import Assignment

STATEMENTS = 4  # at most, of the answers below: sign-in, policy, rows, choices of the form
PART = {"HX-Request": "true", "HX-Target": "availability"}
SEEN = re.compile(r'data-encounter-id="([^"]+)"|"Id":"([^"]+)"|data-user-id="([^"]+)"|(Milano Duomo|Lisboa Chiado)')
ANSWERS = {
    "JSON": ("/users/giulia/encounters", {}),
    "the table": ("/students/giulia/encounters", PART),
    "the whole page": ("/students/giulia/encounters", {}),
    "the search": ("/students?q=giulia", {}),
}
Seen = tuple[int, list[str]]


@pytest.mark.parametrize("statement", range(1, STATEMENTS + 1))
@pytest.mark.parametrize(("path", "headers"), ANSWERS.values(), ids=ANSWERS)
def test_a_student_who_moves_during_a_request_is_seen_before_or_after_the_move(
    world: World, path: str, headers: dict[str, str], statement: int
) -> None:
    browser = world.client("maria")
    world.add_encounter("milan")
    world.add_encounter("lisbon")

    def ask() -> Seen:
        answer = browser.get(path, headers=headers)
        return answer.status_code, sorted("".join(found) for found in SEEN.findall(answer.get_data(as_text=True)))

    before = ask()
    with _moved_after(world, statement):
        during = ask()
    after = ask()
    assert before != after
    assert during in (before, after)


@contextmanager
def _moved_after(world: World, statement: int) -> Iterator[None]:
    """Another connection moves Giulia from Milan to Lisbon after so many statements of the application."""
    engine = world.app.extensions["encounters"].database.engine
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if not text.startswith(("BEGIN", "PRAGMA", "SET")):
            statements.append(text)
            if len(statements) == statement:
                _move(world)

    event.listen(engine, "after_cursor_execute", count)
    yield
    event.remove(engine, "after_cursor_execute", count)
    if len(statements) < statement:  # the answer took fewer statements
        _move(world)


def _move(world: World) -> None:
    with world.database.writing() as connection:
        moved = update(Assignment).where(Assignment.user_id == world.people["giulia"])
        connection.execute(moved.values(center_id=world.centers["lisbon"]))
