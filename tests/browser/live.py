"""The application served from a thread; it can be stopped and restarted, and its answers delayed or refused."""

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
        """Log nothing."""


@dataclass
class Held:
    """Answers that are held back: `arrived` is set once there is one, and setting `released` sends them."""

    arrived: Event = field(default_factory=Event)
    released: Event = field(default_factory=Event)


class Live:
    """The application of a world on its own port, which can be stopped and restarted, or hold answers back.

    Requests are distinguished by the id of the element that sends them: availability (a refresh), filters, students or
    search.
    """

    def __init__(self, world: World) -> None:
        self.senders: list[str] = []
        self._world = world
        self._held: dict[str, Held] = {}
        self._refused: dict[str, str] = {}
        self._port = 0
        self.start()

    @property
    def address(self) -> str:
        """The address of the application, without a path."""
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
        """Refuse connections."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def hold(self, sender: str) -> Held:
        """Hold the answers to an element back, computed at once, until they are released."""
        self._held[sender] = Held()
        return self._held[sender]

    def refuse(self, sender: str, status: str = "503 Service Unavailable") -> None:
        """Answer an element with this status from now on."""
        self._refused[sender] = status

    def recover(self) -> None:
        """Answer again."""
        self._refused.clear()

    def count(self, sender: str) -> int:
        """The number of requests that an element has sent."""
        return self.senders.count(sender)

    def _answer(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        sender = environ.get("HTTP_HX_TRIGGER", "")
        self.senders.append(sender)
        if sender in self._refused:
            start_response(self._refused[sender], [("Content-Type", "text/html; charset=utf-8")])
            return [b'<p role="alert">The server is under maintenance.</p>']
        body = self._world.app(environ, start_response)
        held = self._held.get(sender)
        if held is not None:
            held.arrived.set()
            held.released.wait(LONGEST_HOLD_SECONDS)
        return body
