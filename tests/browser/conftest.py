"""A real browser and the real application, served from a thread; every error the browser reports is collected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.live import Live
from tests.pages import ClassesPage, SearchPage
from tests.world import World, build_world
from webapp.database import Database

REPLACED = ("htmx:afterRequest", "htmx:sendAbort")  # what htmx logs when a request gives way to a newer one


@dataclass
class Troubles:
    """The errors that the browser reported; a test sets the statuses it expects, and whether it breaks connections."""

    expected: tuple[str, ...] = ()
    loses_connection: bool = False
    reported: list[str] = field(default_factory=list)

    def unexpected(self) -> list[str]:
        """The errors that the test does not expect."""
        expected = [words for status in self.expected for words in (f"status of {status}", f"Error Code {status}")]
        if self.loses_connection:
            expected += ["net::ERR_", "htmx:sendError"]
        expected += REPLACED
        return [words for words in self.reported if not any(text in words for text in expected)]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser that dev.py found, unless it is the one of Playwright."""
    path = os.environ.get("E2E_BROWSER")
    return {**browser_type_launch_args, "executable_path": path} if path else browser_type_launch_args


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """The named people, served with tables that refresh every second."""
    built = build_world(database).with_settings(refresh_seconds=1)
    yield built
    built.close()


@pytest.fixture
def live(world: World) -> Iterator[Live]:
    """The application of `world`, served."""
    served = Live(world)
    yield served
    served.stop()


@pytest.fixture
def live_address(live: Live) -> str:
    """Where the application of `world` is served."""
    return live.address


@pytest.fixture
def troubles(page: Page) -> Iterator[Troubles]:
    """Console errors, script errors and violations of the content security policy fail the test that caused them."""
    troubles = Troubles()
    page.on("console", lambda message: troubles.reported.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.reported.append(str(error)))
    yield troubles
    page.close()
    assert troubles.unexpected() == []


@pytest.fixture
def search(page: Page, live_address: str, troubles: Troubles) -> SearchPage:
    """A browser window for the student search."""
    return SearchPage(page, live_address)


@pytest.fixture
def classes(page: Page, live_address: str, troubles: Troubles) -> ClassesPage:
    """A browser window for a student's encounters."""
    return ClassesPage(page, live_address)
