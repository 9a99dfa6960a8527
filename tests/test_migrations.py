"""The schema's history: from empty to the newest revision, which is what the models say."""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, String, inspect

import webapp.migrations
from tests.filling import fill_every_table, is_of_trigrams, read_every_table
from tests.terminal import ROOT
from webapp.database import Database
from webapp.migrations import NotMigrated, is_current, require_current, upgrade
from webapp.migrations.search_entries import create_triggers, drop_triggers
from webapp.models import Base

REVISIONS = [script.revision for script in ScriptDirectory(webapp.migrations.__path__[0]).walk_revisions()]


@pytest.fixture
def empty(empty_database_url: str) -> Database:
    return Database(empty_database_url)


def test_an_empty_database_is_refused_until_it_is_migrated(empty: Database) -> None:
    assert not is_current(empty)
    with pytest.raises(NotMigrated):
        require_current(empty)
    assert upgrade(empty)
    require_current(empty)
    assert not upgrade(empty)
    empty.dispose()


def test_the_newest_revision_is_what_the_models_say(empty: Database) -> None:
    upgrade(empty)
    with empty.reading() as connection:
        options = {"include_name": lambda name, *_: not is_of_trigrams(name)}  # models have no word for such an index
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []
        inspector = inspect(connection)
        for table in Base.metadata.sorted_tables:
            checks = {str(check["name"]) for check in inspector.get_check_constraints(table.name)}
            modelled = {str(rule.name) for rule in table.constraints if str(rule.name).startswith("ck_")}
            assert checks == modelled
            keys = {str(key["name"]) for key in inspector.get_foreign_keys(table.name)}
            assert keys == {str(rule.name) for rule in table.foreign_key_constraints}
    empty.dispose()


def test_workers_that_start_together_migrate_once(empty_database_url: str) -> None:
    databases = [Database(empty_database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as workers:
        migrated = list(workers.map(upgrade, databases))
    assert sorted(migrated) == [False, False, False, True]
    assert all(is_current(database) for database in databases)
    for database in databases:
        database.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        empty.change_schema(_fail_in_the_middle)
    with empty.reading() as connection:
        assert inspect(connection).get_table_names() == []
    assert upgrade(empty)
    empty.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_of_every_earlier_revision_are_there_after_the_newest(empty: Database, revision: str) -> None:
    upgrade(empty, revision)
    with empty.writing() as connection:
        before = fill_every_table(connection)
    assert len(before) > 1
    assert all(before.values())
    upgrade(empty)
    require_current(empty)
    with empty.reading() as connection:
        after = read_every_table(connection)
    for table, rows in before.items():
        kept = [{column: value for column, value in row.items() if column in rows[0]} for row in after[table]]
        assert [row for row in rows if row not in kept] == []
    empty.dispose()


def test_a_table_that_is_rebuilt_keeps_its_rows_and_those_that_refer_to_it(empty: Database) -> None:
    def widen_first_name(connection: Connection) -> None:
        drop_triggers(connection)
        with Operations(MigrationContext.configure(connection)).batch_alter_table("users") as users:
            users.alter_column("first_name", type_=String(300), existing_type=String(200), existing_nullable=False)
        create_triggers(connection)

    upgrade(empty)
    with empty.writing() as connection:
        before = fill_every_table(connection)
    empty.change_schema(widen_first_name)
    with empty.reading() as connection:
        assert read_every_table(connection) == before
        (first_name,) = (c for c in inspect(connection).get_columns("users") if c["name"] == "first_name")
        assert getattr(first_name["type"], "length", 0) == 300
    empty.dispose()


@pytest.mark.slow
def test_a_migration_killed_at_any_statement_starts_again_clean(empty_database_url: str, record_property: Any) -> None:
    command = [sys.executable, "-m", "tests.killed_migration", empty_database_url]
    pipe, database = subprocess.PIPE, Database(empty_database_url)
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as migrator:
        assert migrator.stdin is not None
        assert migrator.stdout is not None
        kills: list[int] = [sys.maxsize]
        while kills:
            migrator.stdin.write(f"{kills.pop()}\n")
            migrator.stdin.flush()
            output = migrator.stdout.readline()
            assert output.endswith(": ended with -9\n")
            if "COMMIT" in output:
                statements = int(output.split()[0])
                kills = [1, statements // 2, statements, *random.sample(range(2, statements), 2)]
                record_property(f"statements of {database.url.get_backend_name()}, killed before", [statements, *kills])
            with database.reading() as connection:
                assert inspect(connection).get_table_names() == [], output
        migrator.stdin.close()
    assert upgrade(database)
    require_current(database)
    database.dispose()


def _fail_in_the_middle(connection: Connection) -> None:
    Base.metadata.create_all(connection)
    raise ZeroDivisionError
