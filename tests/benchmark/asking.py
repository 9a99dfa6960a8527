"""Sends measured requests over kept or fresh connections, and looks at each answer before it counts."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPMessage
from importlib import import_module
from typing import Final

from tests.asking import Browser
from tests.benchmark.cast import DESK, MANAGER, Cast
from tests.benchmark.kept import PASSWORD
from tests.benchmark.works import PROGRAM, Work
from tests.world import hidden_token

_PATIENCE_SECONDS: Final = 30
_AS_BROWSERS_DO: Final = {"Accept-Encoding": "gzip, deflate, br"}


class Wrong(Exception):
    """An answer that is not the right one, in words: no time counts for it."""


@dataclass(frozen=True)
class Answer:
    """What came back; `sent` is its body as it was sent, perhaps compressed."""

    status: int
    headers: HTTPMessage
    sent: bytes

    @property
    def body(self) -> bytes:
        """The body as it is read."""
        coding = self.headers.get("Content-Encoding", "")
        if coding in {"gzip", "deflate"}:
            return zlib.decompress(self.sent, zlib.MAX_WBITS | 32)
        if coding == "br":
            plain: bytes = import_module("brotli").decompress(self.sent)
            return plain
        return self.sent


class Asker:
    """Asks a server, signed in as each of the people who ask."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._known = {PROGRAM: {"Authorization": f"Bearer {token}"}}
        for name in (DESK, MANAGER):
            self._known[name] = self._sign_in(name)

    def _sign_in(self, name: str) -> dict[str, str]:
        browser, address = Browser(), f"http://127.0.0.1:{self._port}/login"
        csrf = hidden_token(browser.ask(address).body)
        # Not to the search, which may take too long to be waited for.
        answer = browser.ask(address, user_name=name, password=PASSWORD, csrf_token=csrf, next="/api")
        if answer.status != 200 or 'action="/logout"' not in answer.body:
            raise Wrong(f"{name} cannot sign in: {answer.status}")
        return browser.cookie

    def request(self, work: Work) -> dict[str, str]:
        """The headers of a request, with the version of an answer that is asked for here and now."""
        headers = {**_AS_BROWSERS_DO, **self._known[work.actor], **work.headers}
        if not work.unchanged:
            return headers
        with connected(self._port) as connection:
            answer = ask(connection, work.path, headers)
        return {**headers, "If-None-Match": _version(work, answer)}


@contextmanager
def connected(port: int) -> Iterator[HTTPConnection]:
    """A connection that may be kept."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    try:
        yield connection
    finally:
        connection.close()


def ask(connection: HTTPConnection, path: str, headers: dict[str, str]) -> Answer:
    """The whole answer. Raises Wrong if there is none."""
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    except (OSError, HTTPException) as error:
        raise Wrong(f"no answer: {type(error).__name__} {error}") from error


def look_at(work: Work, answers: Iterable[Answer], right: set[int]) -> None:
    """Raises Wrong unless each answer has the status that it must have, and one of the `right` numbers of rows."""
    status = work.unchanged or 200
    for answer in answers:
        if answer.status != status:
            raise Wrong(f"{answer.status} instead of {status}")
        rows = 0 if work.unchanged else len(work.row.findall(answer.body))
        if rows not in ({0} if work.unchanged else right):
            raise Wrong(f"{rows} rows instead of {min(right)}")
        if work.unchanged and answer.sent:
            raise Wrong(f"{len(answer.sent)} bytes with {status}")


def right_rows(work: Work, cast: Cast, *moments: datetime) -> set[int]:
    """How many rows are right for an answer between these moments, between which a class may begin."""
    return {work.rows} if isinstance(work.rows, int) else {cast.rows(work.rows, moment) for moment in moments}


def _version(work: Work, answer: Answer) -> str:
    etag: str | None = answer.headers.get("ETag")
    if etag is None:
        etag = '"' + answer.body.decode().partition('data-version="')[2].partition('"')[0] + '"'
    if answer.status != 200 or len(etag) < 3:
        raise Wrong(f"{answer.status} without a version")
    return etag
