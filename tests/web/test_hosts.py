"""A Host header that is not a valid host name is refused in words, on pages and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from webapp.app import create_app
from webapp.settings import Settings

INVALID = [".", "a..b", "x" * 64, f"desk.{'x' * 64}.example:8000", "xn--", "xn--a.example", "XN--A:8000"]
INVALID += ["a b", "<script>", "a@b", "a/b", "{", "[::1"]
VALID = ["desk.example", "desk.example:8000", "[::1]:8000", "127.0.0.1", "xn--mnchen-3ya:8000"]
REFUSAL = "This is not a valid host name."


def _app(folder: Path, *trusted_hosts: str) -> Flask:
    """The application without a database: nothing here may need one."""
    url = f"sqlite:///{folder / 'none.sqlite3'}"
    return create_app(Settings(database_url=url, secret_key="a key for tests", trusted_hosts=trusted_hosts))


def _get(app: Flask, path: str, host: str) -> tuple[str, str, str]:
    """Status, media type and body, asked through WSGI: Werkzeug's client cannot send some of these hosts."""
    environ: dict[str, Any] = EnvironBuilder(path, headers=[("Host", host)]).get_environ()
    body, status, headers = run_wsgi_app(app, environ)
    return status, headers["Content-Type"], b"".join(body).decode()


@pytest.mark.parametrize("host", INVALID)
def test_a_page_at_an_invalid_host_name_is_refused_in_words(tmp_path: Path, host: str) -> None:
    app = _app(tmp_path)
    for path in ("/", "/login", "/api", "/healthz", "/nowhere", "/static/app.css"):
        assert _get(app, path, host) == ("400 BAD REQUEST", "text/plain; charset=utf-8", f"{REFUSAL}\n")


@pytest.mark.parametrize("host", INVALID)
def test_a_program_at_an_invalid_host_name_receives_problem_json(tmp_path: Path, host: str) -> None:
    app = _app(tmp_path)
    for path in ("/users/me", "/users/giulia/encounters/available", "/users/nowhere/at/all"):
        status, media_type, body = _get(app, path, host)
        assert (status, media_type) == ("400 BAD REQUEST", "application/problem+json")
        assert orjson.loads(body)["detail"] == REFUSAL


@pytest.mark.parametrize("host", INVALID)
def test_with_trusted_hosts_an_invalid_host_name_is_refused_as_not_served(tmp_path: Path, host: str) -> None:
    refusal = "This host name is not served here (ENCOUNTERS_TRUSTED_HOSTS).\n"
    app = _app(tmp_path, "desk.example")
    assert _get(app, "/api", host) == ("400 BAD REQUEST", "text/plain; charset=utf-8", refusal)


@pytest.mark.parametrize("host", VALID)
def test_a_valid_host_name_is_served(tmp_path: Path, host: str) -> None:
    assert _get(_app(tmp_path), "/login", host)[0] == "200 OK"
