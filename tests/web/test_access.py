"""Default deny: any route that is not listed as public requires a sign-in; and the headers of every answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from werkzeug.routing import Rule

from tests.html import parse
from tests.world import World
from webapp.database import Database

PUBLIC = {
    "sessions.show_sign_in",
    "sessions.begin",
    "health.show_alive",
    "health.show_ready",
    "api.show_api",
    "api.show_openapi",
    "static",
}
UNAVAILABLE = "The database is unavailable or busy. This usually passes quickly: try again in a moment."


def _address(rule: Rule) -> str:
    return rule.rule.replace("<identifier>", "giulia").replace("<me:_me>", "me").replace("<path:filename>", "app.css")


def test_exactly_the_listed_routes_are_public(world: World) -> None:
    views = world.app.view_functions
    assert {name for name, view in views.items() if getattr(view, "is_public", False)} == PUBLIC


def test_every_other_route_requires_a_sign_in(world: World) -> None:
    client, walked = world.app.test_client(), 0
    for rule in world.app.url_map.iter_rules():
        for method in rule.methods or ():
            if rule.endpoint in PUBLIC:
                continue
            answer = client.open(_address(rule), method=method)
            is_api = rule.rule.startswith("/users/")
            assert answer.status_code == (401 if is_api else 303), (method, rule.rule)
            assert is_api or answer.headers["Location"].startswith("/login")
            walked += 1
    assert walked >= 20


def test_public_routes_answer_without_a_sign_in(world: World) -> None:
    client = world.app.test_client()
    for path in ("/login", "/healthz", "/readyz", "/api", "/openapi.json", "/static/app.css"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        answer.close()


def test_every_answer_carries_the_security_headers(world: World) -> None:
    browser = world.client("maria")
    paths = ["/login", "/", "/students", "/students/giulia/encounters", "/students/sofia/encounters", "/nowhere"]
    paths += ["/users/me", "/users/nobody/encounters", "/healthz", "/readyz", "/openapi.json", "/static/app.css"]
    for path in paths:
        with browser.get(path) as answer:
            headers = answer.headers
            policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
            assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
            assert policy["form-action"] == "'self'"
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"


def test_personal_pages_and_parts_are_never_stored(world: World) -> None:
    browser = world.client("maria")
    part = {"HX-Request": "true", "HX-Target": "availability"}
    address = "/students/giulia/encounters"
    answers = [browser.get(address), browser.get(address, headers=part), browser.get("/students"), browser.get("/")]
    answers.append(browser.get("/students/sofia/encounters"))
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert all({"HX-Request", "HX-Target"} <= set(answers[i].headers["Vary"].split(", ")) for i in (0, 1, 2, 4))


def test_static_files_with_a_version_are_cached_for_a_year(world: World) -> None:
    page = world.client("maria").get("/students").get_data(as_text=True)
    address = next(part.split('"')[0] for part in page.split('href="')[1:] if "app.css" in part)
    with world.app.test_client().get(address) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("size", [8 * 1024 + 1, 20_000])
def test_an_address_that_is_too_long_is_414(world: World, size: int) -> None:
    assert world.app.test_client().get("/students?q=" + "a" * size).status_code == 414


def test_headers_and_forms_that_are_too_large_are_refused(world: World) -> None:
    client = world.app.test_client()
    assert client.get("/login", headers={"X-Long": "a" * 17_000}).status_code == 431
    assert client.post("/login", data={"user_name": "a" * 70_000}).status_code == 413


def test_an_unavailable_database_is_503_in_the_same_words_everywhere_and_recovers(world: World) -> None:
    browser, header = world.client("maria"), world.bearer("maria")
    with _unavailable(world):
        page = browser.get("/students")
        part = browser.get("/students", headers={"HX-Request": "true", "HX-Target": "students"})
        problem = browser.get("/users/me", headers=header)
        for answer in (page, part, problem):
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        paragraphs = [paragraph.text for paragraph in parse(page.get_data(as_text=True)).one("main").all("p")]
        assert paragraphs[0] == UNAVAILABLE
        assert part.get_data(as_text=True) == f'<p role="alert">{UNAVAILABLE}</p>'
        assert problem.get_json()["detail"] == UNAVAILABLE
        assert browser.get("/readyz").status_code == 503
        assert browser.get("/healthz").status_code == 200
        assert [browser.get(path).status_code for path in ("/nowhere", "/api")] == [404, 200]
    assert browser.get("/students").status_code == 200
    assert browser.get("/readyz").status_code == 200


def test_an_internal_error_is_500_in_the_format_requested_and_reveals_nothing(world: World) -> None:
    world.app.testing = False
    browser, header = world.client("maria"), world.bearer("maria")
    with world.database.writing() as connection:
        connection.execute(text("DROP TABLE bookings"))
    problem = browser.get("/users/giulia/encounters", headers=header)
    assert (problem.status_code, problem.mimetype) == (500, "application/problem+json")
    assert sorted(problem.get_json()) == ["detail", "requestId", "status", "title", "type"]
    page = browser.get("/students/giulia/encounters")
    part = browser.get("/students/giulia/encounters", headers={"HX-Request": "true", "HX-Target": "availability"})
    assert [(answer.status_code, answer.mimetype) for answer in (page, part)] == [(500, "text/html")] * 2
    for answer in (problem, page, part):
        body = answer.get_data(as_text=True)
        assert "Something went wrong on our side" in body
        assert [word for word in ("bookings", "SELECT", "Traceback") if word in body] == []


@contextmanager
def _unavailable(world: World) -> Iterator[None]:
    """The database made unavailable for a while: its folder moved, or its connections closed and none accepted."""
    serving, name = world.app.extensions["encounters"].database, world.database.url.database or ""
    if world.database.is_sqlite:
        folder = Path(name).parent
        serving.dispose()
        elsewhere = folder.rename(folder.with_name(f"{folder.name}-moved"))
        yield
        elsewhere.rename(folder)
        return
    admin = Database(world.database.url.set(database="postgres").render_as_string(hide_password=False))
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
        connection.execute(cut, {"name": name})
        yield
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
    admin.dispose()
