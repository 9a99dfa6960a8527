"""Upgrades a database's schema, and says whether it is up to date."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from webapp.database import Database
from webapp.migrations import search_entries
from webapp.refusals import Refused

_FOLDER = Path(__file__).resolve().parent


class NotMigrated(Refused):
    """The database's schema is not the one that this version of the program needs."""

    def __init__(self) -> None:
        super().__init__("the database is not migrated to this version: run `encounters migrate` first")


def upgrade(database: Database, to: str = "head") -> bool:
    """Bring the schema up to a revision; True if anything was to be done. Several processes may call it at once.

    Raises DatabaseUnavailable, OSError if the folder of an SQLite file cannot be made.
    """

    def change(connection: Connection) -> bool:
        before = _revisions(connection)
        command.upgrade(_config(connection), to)
        if _revisions(connection) == _heads():
            search_entries.index_trigrams(connection)
        return _revisions(connection) != before

    database.make_folder()
    return database.change_schema(change)


def has_trigram_index(database: Database) -> bool:
    """Whether a migrated database can look words up in a whole network at once; else a search reads all its students.

    Always on SQLite; on PostgreSQL where it was allowed to create the extension pg_trgm. Raises DatabaseUnavailable.
    """
    with database.reading() as connection:
        return search_entries.has_trigram_index(connection)


def is_current(database: Database) -> bool:
    """Whether the schema is the newest revision. Raises DatabaseUnavailable."""
    with database.reading() as connection:
        return _revisions(connection) == _heads()


def require_current(database: Database) -> None:
    """Raises NotMigrated unless the schema is the newest revision; DatabaseUnavailable."""
    if not is_current(database):
        raise NotMigrated


def _revisions(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


@cache
def _heads() -> tuple[str, ...]:
    return tuple(ScriptDirectory(str(_FOLDER)).get_heads())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
