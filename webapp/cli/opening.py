"""Settings and database as verbs open them; a database is closed when its verb ends."""

from __future__ import annotations

import os
import sys

import click

from webapp.database import Database
from webapp.migrations import require_current
from webapp.private_files import restrict_to_owner
from webapp.settings import Settings


def read_settings() -> Settings:
    """The settings of this process's environment. Raises SettingsError, OSError."""
    return Settings.from_environment(os.environ)


def open_database(settings: Settings) -> Database:
    """The database, migrated or not."""
    database = Database(settings.database_url)
    click.get_current_context().call_on_close(database.dispose)
    return database


def open_migrated() -> Database:
    """The database of the settings. Raises SettingsError, OSError, DatabaseUnavailable, NotMigrated."""
    database = open_database(read_settings())
    require_current(database)
    return database


def open_restricted(settings: Settings) -> Database:
    """The database, migrated or not, after its files and the secret key were restricted to their owner.

    Those that could not be are named on standard error.
    """
    database = open_database(settings)
    for failure in restrict_to_owner([settings.secret_key_file, *database.files]):
        print(f"encounters: {failure}", file=sys.stderr)
    return database
