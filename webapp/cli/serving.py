"""Verbs that serve: `serve` and `demo`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from webapp import demo as fictional_network
from webapp.app import utc_now
from webapp.cli.opening import open_restricted, read_settings
from webapp.migrations import require_current
from webapp.server import serve as serve_until_stopped


@click.command()
def serve() -> None:
    """Serve the pages and the JSON endpoints (HOST, PORT, WEB_CONCURRENCY)."""
    settings = read_settings()
    database = open_restricted(settings)
    require_current(database)
    database.dispose()
    serve_until_stopped(settings)


@click.command()
def demo() -> None:
    """Load the fictional network of seed_data, moved to this week, and serve it."""
    os.environ.setdefault("DATABASE_URL", fictional_network.own_database_url(Path.cwd()))
    settings = read_settings()
    open_restricted(settings)
    for line in fictional_network.prepare(settings, utc_now()):
        print(line)
    print(f"Open http://{settings.host}:{settings.port}/ and sign in; all passwords: {fictional_network.PASSWORD}")
    for user_name, what in fictional_network.SIGN_INS:
        print(f"  {user_name:<20} {what}")
    sys.stdout.flush()
    serve_until_stopped(settings)
