"""Verbs that look after the database: `migrate` and `check`."""

from __future__ import annotations

from typing import Final

import click

from webapp import checks
from webapp.cli.exit_codes import REFUSED
from webapp.cli.opening import open_database, open_restricted, read_settings
from webapp.migrations import has_trigram_index, upgrade

_NO_TRIGRAMS: Final = (
    "note: without the extension pg_trgm a search over many centers reads all their students, which is slow in a large "
    "network; let the owner of the database run `CREATE EXTENSION pg_trgm`, then migrate again"
)


@click.command()
def migrate() -> None:
    """Bring the database to this version."""
    database = open_restricted(read_settings())
    print("migrated" if upgrade(database) else "nothing to do")
    if not has_trigram_index(database):
        print(_NO_TRIGRAMS)


@click.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Verify settings, database, migrations and data."""
    settings = read_settings()
    database = open_database(settings)
    files = [settings.secret_key_file, *database.files]
    exposed = list(checks.find_exposed_files(files))
    for note in [*checks.find_open_folders(files), *([] if settings.production else exposed)]:
        print(f"note: {note}")
    faults = [*(exposed if settings.production else []), *checks.find_faults(database)]
    print("\n".join(faults) or "all is well")
    if faults:
        context.exit(REFUSED)
