"""A real browser before the real application: served from a thread, with every trouble it reports collected."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import pytest
from playwright.sync_api import Page
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.pages import ClassesPage, SearchPage
from tests.world import World, build_world
from webapp.database import Database

Environ = dict[str, Any]
LONGEST_HOLD_SECONDS = 20
REPLACED = ("htmx:afterRequest", "htmx:sendAbort")  # what htmx logs when a request gives way to a newer one


@dataclass
class Troubles:
    """What the browser complained of; a test names the statuses that it expects, and whether connections get lost."""

    expected: tuple[str, ...] = ()
    loses_connection: bool = False
    reported: list[str] = field(default_factory=list)

    def unexpected(self) -> list[str]:
        """The complaints that no test asked for."""
        said = [words for status in self.expected for words in (f"status of {status}", f"Error Code {status}")]
        if self.loses_connection:
            said += ["net::ERR_", "htmx:sendError"]
        said += REPLACED
        return [words for words in self.reported if not any(expected in words for expected in said)]


class _Silent(WSGIRequestHandler):
    def log(self, *_words: Any) -> None:
        """Requests of tests are no news."""


@dataclass
class Held:
    """Answers that are held back: `arrived` once there is one, sent on when `released`."""

    arrived: Event = field(default_factory=Event)
    released: Event = field(default_factory=Event)


class Live:
    """The application of a world on a port of its own, which can be stopped and started again, or hold back answers.

    Parts of pages are named by the id of the element that asks: availability (a refresh), filters, students, search.
    """

    def __init__(self, world: World) -> None:
        self.asked: list[str] = []
        self._world = world
        self._held: dict[str, Held] = {}
        self._refused: dict[str, str] = {}
        self._port = 0
        self.start()

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Serve, on the same port as before."""
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", self._port, self._answer, threaded=True, request_handler=_Silent
        )
        self._port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def hold(self, asker: str) -> Held:
        """Keep the answers to an element, made when asked for, until they are released."""
        self._held[asker] = Held()
        return self._held[asker]

    def refuse(self, asker: str, status: str = "503 Service Unavailable") -> None:
        """Answer an element with this status from now on."""
        self._refused[asker] = status

    def recover(self) -> None:
        """Answer again."""
        self._refused.clear()

    def count(self, asker: str) -> int:
        """How often an element asked so far."""
        return self.asked.count(asker)

    def _answer(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        asker = environ.get("HTTP_HX_TRIGGER", "")
        self.asked.append(asker)
        if asker in self._refused:
            start_response(self._refused[asker], [("Content-Type", "text/html; charset=utf-8")])
            return [b'<p role="alert">The server is being looked after.</p>']
        body = self._world.app(environ, start_response)
        held = self._held.get(asker)
        if held is not None:
            held.arrived.set()
            held.released.wait(LONGEST_HOLD_SECONDS)
        return body


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
    """A window before the student search."""
    return SearchPage(page, live_address)


@pytest.fixture
def classes(page: Page, live_address: str, troubles: Troubles) -> ClassesPage:
    """A window before a student's encounters."""
    return ClassesPage(page, live_address)
