"""What the search finds follows every change of users and assignments, and `check` compares the two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, text, update

from tests.postgresql import Server
from tests.terminal import Terminal
from tests.world import World, build_world
from webapp.checks import find_faults
from webapp.database import Database
from webapp.migrations import has_trigram_index
from webapp.models import Assignment, SearchEntry, User
from webapp.policy import Actor
from webapp.students import search_students
from webapp.user_keys import derived_user_columns

Change = Callable[[Connection, World], None]


def _giulia(**values: Any) -> Change:
    def change(connection: Connection, world: World) -> None:
        connection.execute(update(User).where(User.id == world.people["giulia"]).values(**values))

    return change


def _renamed(**given: Any) -> Change:
    names = {"last_name": "Prova", "email": "giulia@example.com", "phone": None, "student_code": None, **given}
    return _giulia(**names, **derived_user_columns(user_name="giulia", first_name="Giulia", **names))


def _to_rome(connection: Connection, world: World) -> None:
    values = {"user_id": world.people["giulia"], "center_id": world.centers["rome"]}
    connection.execute(insert(Assignment).values(**values))


def _from_milan(connection: Connection, world: World) -> None:
    at_milan = (Assignment.user_id == world.people["giulia"], Assignment.center_id == world.centers["milan"])
    connection.execute(delete(Assignment).where(*at_milan))


CHANGES: list[tuple[str, Change, str, list[str]]] = [
    ("has another name", _renamed(last_name="Nuovissima"), "nuovissima", ["maria"]),
    ("has another code", _renamed(student_code="MIL-77"), "mil-77", ["maria"]),
    ("has a phone", _renamed(phone="+39 02 1234"), "39021234", ["maria"]),
    ("comes to another center", _to_rome, "giulia", ["maria", "bruno"]),
    ("leaves a center", _from_milan, "giulia", ["bruno"]),
    ("is deactivated", _giulia(active=False), "giulia", []),
    ("is active again", _giulia(active=True), "giulia", ["bruno"]),
    ("is a prospect", _giulia(type="Prospect"), "giulia", []),
    ("is a student again", _giulia(type="Student"), "giulia", ["bruno"]),
]


def _finders(world: World, asked: str) -> list[str]:
    found = []
    with world.database.reading() as connection:
        for name in ("maria", "bruno", "olga"):
            actor = Actor(world.people[name], "StaffMember")
            ways = [search_students(connection, actor, asked, center_count=count).students for count in (1, 450)]
            assert ways[0] == ways[1]
            found += [name] if ways[0] else []
    return found


def test_each_change_of_a_student_is_found_at_once_by_those_who_may(world: World) -> None:
    for what, change, asked, finders in CHANGES:
        with world.database.writing() as connection:
            change(connection, world)
        assert _finders(world, asked) == finders, what
        assert list(find_faults(world.database)) == [], what
    assert _finders(world, "nuovissima") == []


def test_check_compares_the_entries_with_the_users(world: World) -> None:
    assert list(find_faults(world.database)) == []
    entry = {"number": 999, "sort_key": "", "search_key": "", "phone_digits": ""}
    bruno, rome = world.people["bruno"], world.centers["rome"]
    with world.database.writing() as connection:
        connection.execute(delete(SearchEntry).where(SearchEntry.user_id == world.people["giulia"]))
        connection.execute(insert(SearchEntry).values(center_id=rome, user_id=bruno, **entry))
    assert list(find_faults(world.database)) == [
        f"search: the entry of {world.people['giulia']} at center {world.centers['milan']} is missing",
        f"search: the entry of {bruno} at center {rome} should not be there",
    ]


def test_an_entry_that_should_not_be_there_shows_nobody_hidden(world: World) -> None:
    entry = {"number": 999, "sort_key": "", "search_key": "sofia", "phone_digits": ""}
    with world.database.writing() as connection:
        values = {"center_id": world.centers["milan"], "user_id": world.people["sofia"], **entry}
        connection.execute(insert(SearchEntry).values(**values))
    assert _finders(world, "sofia") == []


@pytest.fixture
def database_of_a_role_that_may_create_no_extension(postgresql: Server) -> Iterator[Database]:
    name = postgresql.create()
    owner = Database(postgresql.url(name))
    with owner.writing() as connection:
        connection.execute(text("CREATE ROLE guest LOGIN"))
        connection.execute(text("GRANT ALL ON SCHEMA public TO guest"))
    guest = Database(owner.url.set(username="guest").render_as_string(hide_password=False))
    yield guest
    guest.dispose()
    owner.dispose()
    postgresql.drop(name)


def test_without_pg_trgm_everything_works_and_the_index_follows_when_it_may(
    database_of_a_role_that_may_create_no_extension: Database, postgresql: Server, tmp_path: Path
) -> None:
    guest = database_of_a_role_that_may_create_no_extension
    terminal = Terminal(tmp_path, DATABASE_URL=guest.url.render_as_string(hide_password=False))
    code, out, _ = terminal.run("migrate")
    assert (code, out.splitlines()[0]) == (0, "migrated")
    assert "CREATE EXTENSION pg_trgm" in out
    assert not has_trigram_index(guest)
    world = build_world(guest)
    assert _finders(world, "giulia") == ["maria"]
    world.close()
    admin = Database(postgresql.url(str(guest.url.database)))
    with admin.writing() as connection:
        connection.execute(text("CREATE EXTENSION pg_trgm"))
    admin.dispose()
    assert terminal.run("migrate")[:2] == (0, "nothing to do\n")
    assert has_trigram_index(guest)
