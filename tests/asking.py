"""Browsers without a window, for what several servers answer and for what they answer again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import Event, Thread
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tests.factories import PASSWORD
from tests.world import hidden_token


@dataclass(frozen=True)
class Answer:
    """What came back, and when."""

    at: float
    status: int
    retry_after: str | None
    body: str


class Browser:
    """Keeps cookies, whatever the port, as browsers do; what a balancer adds is sent with each request."""

    def __init__(self, balancer: dict[str, str] | None = None) -> None:
        self.balancer = balancer or {}
        self.cookies = CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))

    def ask(self, address: str, headers: dict[str, str] | None = None, **form: str) -> Answer:
        """The answer, after redirects; a form is posted."""
        request = Request(address, urlencode(form).encode() if form else None, {**self.balancer, **(headers or {})})
        try:
            with self._opener.open(request, timeout=10) as answer:
                return Answer(time.monotonic(), answer.status, None, answer.read().decode())
        except HTTPError as refused:
            with refused:
                body = refused.read().decode()
                return Answer(time.monotonic(), refused.code, refused.headers["Retry-After"], body)

    def sign_in(self, address: str) -> None:
        """As maria, through the form."""
        csrf = hidden_token(self.ask(f"{address}/login").body)
        page = self.ask(f"{address}/login", user_name="maria", password=PASSWORD, csrf_token=csrf)
        assert page.status == 200
        assert 'action="/logout"' in page.body

    def sign_out(self, address: str) -> None:
        """By the button of the header."""
        csrf = hidden_token(self.ask(f"{address}/students").body)
        assert 'action="/login"' in self.ask(f"{address}/logout", csrf_token=csrf).body

    @property
    def cookie(self) -> dict[str, str]:
        """The header that a copy of this browser would send."""
        return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)}


@dataclass
class Poller:
    """Asks again and again in a thread of its own, and keeps what came back."""

    ask: Callable[[], Answer]
    answers: list[Answer] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def start(self, enough: Event) -> Thread:
        """Until it is `enough`."""

        def poll() -> None:
            while not enough.wait(0.04):
                try:
                    self.answers.append(self.ask())
                except Exception as failure:
                    self.failures.append(failure)

        thread = Thread(target=poll)
        thread.start()
        return thread
