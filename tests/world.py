"""A few named people whose centers matter, an application that serves them, and a clock that tests move."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from tests.factories import PASSWORD, add_booking, add_center, add_encounter, add_user
from webapp.accounts import tokens
from webapp.app import create_app
from webapp.database import Database
from webapp.settings import Settings

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass
class World:
    """Milan and Rome are physical centers of Italy, italy_online its online center; Lisbon is in Portugal.

    maria is staff of Milan, bruno of Rome, olga of italy_online only, nora of no center, vera of Milan but
    deactivated. giulia and luca are students of Milan, rita of Rome, omar of italy_online, sofia of Lisbon, zeno of
    no center, dino of Milan but deactivated. At Milan there are also ada (administrator), pia (prospect), tina (trial
    prospect) and ugo (plain user). Each signs in with their name and PASSWORD.

    It is Monday 2026-11-23, 09:00 UTC.
    """

    database: Database
    settings: Settings
    now: datetime = MONDAY
    centers: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app: Flask = create_app(self.settings, clock=lambda: self.now)
        self.app.testing = True

    def client(self, name: str | None = None) -> FlaskClient:
        """A browser, signed in as `name` through the form, or signed out."""
        client = self.app.test_client()
        if name is not None:
            assert self.sign_in(client, name).status_code == 303
        return client

    def sign_in(self, client: FlaskClient, name: str, password: str = PASSWORD, **form: str) -> Any:
        """Submit the sign-in form as a person would."""
        csrf = hidden_token(client.get("/login").get_data(as_text=True))
        return client.post("/login", data={"user_name": name, "password": password, "csrf_token": csrf, **form})

    def bearer(self, name: str, days: int = 30) -> dict[str, str]:
        """The Authorization header of a program that acts as `name`."""
        with self.database.writing() as connection:
            token = tokens.create_token(connection, self.people[name], "a test", days, self.now)
        return {"Authorization": f"Bearer {token}"}

    def in_hours(self, hours: float) -> datetime:
        """The instant so many hours from now."""
        return self.now + timedelta(hours=hours)

    def add_encounter(self, center: str = "milan", hours: float = 24, **given: Any) -> UUID:
        """A class of unit 5 that starts in so many hours."""
        with self.database.writing() as connection:
            return add_encounter(connection, self.centers[center], self.in_hours(hours), **given)

    def book(self, encounter: UUID, name: str, **given: Any) -> UUID:
        """A seat in a class."""
        with self.database.writing() as connection:
            return add_booking(connection, encounter, self.people[name], booked_at=self.in_hours(-1), **given)

    def close(self) -> None:
        """Close the application's connections."""
        self.app.extensions["encounters"].database.dispose()

    def with_settings(self, **changed: Any) -> World:
        """The same people, served with other settings."""
        return World(self.database, replace(self.settings, **changed), self.now, self.centers, self.people)


def hidden_token(page: str) -> str:
    """The CSRF token of a page's form."""
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def build_world(database: Database) -> World:
    """Build the world in an empty, migrated database."""
    url = database.url.render_as_string(hide_password=False)
    world = World(database, Settings(database_url=url, secret_key="a key for tests, thirty-two bytes"))
    with database.writing() as connection:
        milan = add_center(connection, "MIL-01", name="Milano Duomo")
        rome = add_center(connection, "ROM-01", name="Roma Termini")
        online = add_center(connection, "ITA-ON", name="Italia Online", kind="online")
        lisbon = add_center(connection, "LIS-01", name="Lisboa Chiado", time_zone="Europe/Lisbon", territory="Portugal")
        world.centers.update(milan=milan, rome=rome, italy_online=online, lisbon=lisbon)
        staff = {"maria": (milan,), "bruno": (rome,), "olga": (online,), "nora": (), "vera": (milan,)}
        students = {
            "giulia": (milan,),
            "luca": (milan,),
            "rita": (rome,),
            "omar": (online,),
            "sofia": (lisbon,),
            "zeno": (),
            "dino": (milan,),
        }
        others = {"ada": "Administrator", "pia": "Prospect", "tina": "ProspectWithTrial", "ugo": "User"}
        for name, centers in staff.items():
            world.people[name] = add_user(connection, name, centers, type="StaffMember", active=name != "vera")
        for name, centers in students.items():
            world.people[name] = add_user(connection, name, centers, active=name != "dino")
        for name, kind in others.items():
            world.people[name] = add_user(connection, name, (milan,), type=kind)
    return world
