"""The seed data, loaded into the product and read by the oracle; and browsers that are signed in already."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from tests.oracle.world import World
from webapp.app import create_app
from webapp.database import Database
from webapp.models import SignIn
from webapp.settings import Settings, shipped_folder
from webapp.transfer import import_folder

SEED = shipped_folder("seed_data")
NOW = datetime(2026, 1, 7, 10, 30, tzinfo=UTC)


@dataclass
class Seeded:
    """Both sides: `app` answers from the database, `known` is what the oracle reads. It is `NOW`."""

    database: Database
    app: Flask
    known: World
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def browser(self, user_id: str) -> FlaskClient:
        """A browser signed in as a user; the password, slow on purpose, is not asked for."""
        if user_id not in self.browsers:
            token = secrets.token_urlsafe(32)
            with self.database.writing() as connection:
                connection.execute(
                    insert(SignIn).values(
                        token_hash=sha256(token.encode()).digest(),
                        user_id=UUID(user_id),
                        generation=0,
                        created_at=NOW,
                        active_at=NOW,
                    )
                )
            browser = self.app.test_client()
            with browser.session_transaction() as cookie:
                cookie["_user_id"] = token
            self.browsers[user_id] = browser
        return self.browsers[user_id]

    def close(self) -> None:
        """Give back the application's connections."""
        self.app.extensions["encounters"].database.dispose()


def load_seed(database: Database, folder: Path = SEED) -> Seeded:
    """The seed data, or what was exported of it, at its own dates in an empty, migrated database."""
    import_folder(database, folder)
    url = database.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, secret_key="a key for tests, thirty-two bytes"), clock=lambda: NOW)
    return Seeded(database, app, World.read(SEED))
