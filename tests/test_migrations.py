"""The schema's history: from empty to the newest revision, which is what the models say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from webapp.database import Database
from webapp.migrations import NotMigrated, is_current, require_current, upgrade
from webapp.models import Base


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
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
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


def _fail_in_the_middle(connection: Connection) -> None:
    Base.metadata.create_all(connection)
    raise ZeroDivisionError
