"""The application served from a thread: it can be stopped and started again, and its answers held back or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.world import World

Environ = dict[str, Any]
LONGEST_HOLD_SECONDS = 20


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
            return [b'<p role="alert">The server is under maintenance.</p>']
        body = self._world.app(environ, start_response)
        held = self._held.get(asker)
        if held is not None:
            held.arrived.set()
            held.released.wait(LONGEST_HOLD_SECONDS)
        return body
