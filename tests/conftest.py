"""Databases for tests, one of each kind and fresh for each test, and the named people in them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql import Missing, Server
from tests.world import World, build_world
from webapp.database import Database
from webapp.migrations import upgrade

pytest_plugins = ["tests.report", "tests.quick"]
KINDS = ("sqlite", "postgresql")
ROOM_BYTES = 2 * 1024**3


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A server that runs as long as the tests. Without one the tests that need it fail, or are skipped aloud."""
    yield from _running_server()


@pytest.fixture
def own_postgresql() -> Iterator[Server]:
    """A server of the test's own, that it may stop and start."""
    yield from _running_server()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Server) -> str:
    """The name of a migrated, empty PostgreSQL database."""
    name = postgresql.create()
    _migrate(postgresql.url(name))
    return name


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated SQLite database, in a folder of its own."""
    folder = tmp_path / "database"
    folder.mkdir()
    made = Database(f"sqlite:///{shutil.copy(sqlite_template, folder / 'test.sqlite3')}")
    yield made
    made.dispose()


@pytest.fixture
def postgresql_database(postgresql: Server, postgresql_template: str) -> Iterator[Database]:
    """A fresh, migrated PostgreSQL database."""
    name = postgresql.create(postgresql_template)
    made = Database(postgresql.url(name))
    yield made
    made.dispose()
    postgresql.drop(name)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh, migrated database; the test runs once on each kind."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def other_database(request: pytest.FixtureRequest, database: Database) -> Database:
    """A fresh, migrated database of the kind that `database` is not."""
    found: Database = request.getfixturevalue("postgresql_database" if database.is_sqlite else "sqlite_database")
    return found


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that is not migrated; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """The named people of tests.world, served by the application."""
    built = build_world(database)
    yield built
    built.close()


def _running_server() -> Iterator[Server]:
    if os.environ.get("SKIP_POSTGRESQL") == "1":
        pytest.skip("SKIP_POSTGRESQL=1")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=_roomy_memory() or "/tmp"))
    folder.chmod(0o755)
    try:
        server = Server(folder)
    except Missing as reason:
        pytest.fail(str(reason), pytrace=False)
    yield server
    server.stop()


def _roomy_memory() -> str | None:
    """A folder in memory, if there is one with room: hundreds of databases are made and dropped."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES else None


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.dispose()
