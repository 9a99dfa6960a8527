"""A real browser before the real application: served from a thread, with every trouble it reports collected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.pages import ClassesPage, SearchPage
from tests.world import World, build_world
from webapp.database import Database


@dataclass
class Troubles:
    """What the browser complained of; a test names the statuses that it expects to be among it."""

    expected: tuple[str, ...] = ()
    reported: list[str] = field(default_factory=list)

    def unexpected(self) -> list[str]:
        """The complaints that no test asked for."""
        said = [words for status in self.expected for words in (f"status of {status}", f"Error Code {status}")]
        return [words for words in self.reported if not any(expected in words for expected in said)]


class _Silent(WSGIRequestHandler):
    def log(self, *_words: Any) -> None:
        """Requests of tests are no news."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser that dev.py found, if it is not Playwright's own."""
    path = os.environ.get("E2E_BROWSER")
    return {**browser_type_launch_args, "executable_path": path} if path else browser_type_launch_args


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """The named people, served with tables that refresh every second."""
    built = build_world(database).with_settings(refresh_seconds=1)
    yield built
    built.close()


@pytest.fixture
def live_address(world: World) -> Iterator[str]:
    """Where the application of `world` is served."""
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


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
    """A window before the student search."""
    return SearchPage(page, live_address)


@pytest.fixture
def classes(page: Page, live_address: str, troubles: Troubles) -> ClassesPage:
    """A window before a student's encounters."""
    return ClassesPage(page, live_address)
