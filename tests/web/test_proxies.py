"""Headers of proxies count only for as many proxies as are trusted."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from flask.testing import FlaskClient

from tests.factories import PASSWORD
from tests.world import World, hidden_token

FORWARDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Port": "444",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Server": "evil.example",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
}
ADDRESSES = [
    (None, "/"),
    (None, "/login"),
    (None, "/students?q=a"),
    (None, "/api"),
    (None, "/openapi.json"),
    (None, "/users/me"),
    (None, "/nowhere"),
    (None, "/healthz"),
    ("maria", "/"),
    ("maria", "/students"),
    ("maria", "/students/giulia/encounters"),
    ("maria", "/students/sofia/encounters"),
    ("maria", "/users/me"),
    ("giulia", "/users/me/encounters"),
]


def _answer(browser: FlaskClient, path: str, headers: dict[str, str]) -> tuple[int, list[str], str]:
    """A whole answer without the parts that always differ: request id, form token and cookie value."""
    answer = browser.get(path, headers=headers)
    body = answer.get_data(as_text=True).replace(answer.headers["X-Request-Id"], "")
    if "csrf_token" in body:
        body = body.replace(hidden_token(body), "")
    compared = [f"{name}: {value}" for name, value in answer.headers if name not in {"X-Request-Id", "Date"}]
    return answer.status_code, [re.sub("(?<=encounters_session=)[^;]+", "", header) for header in compared], body


@pytest.mark.parametrize("part", ["", "students"])
@pytest.mark.parametrize(("user", "path"), ADDRESSES, ids=[f"{user} {path}" for user, path in ADDRESSES])
def test_without_a_trusted_proxy_forwarded_headers_change_nothing(
    world: World, user: str | None, path: str, part: str
) -> None:
    browser = world.client(user)
    headers = {"HX-Request": "true", "HX-Target": part} if part else {}
    browser.get(path)  # the first answer may set the cookie
    plain = _answer(browser, path, headers)
    for name, value in FORWARDED.items():
        assert _answer(browser, path, {**headers, name: value}) == plain
    assert _answer(browser, path, {**headers, **FORWARDED}) == plain


def test_without_a_trusted_proxy_a_sign_in_stays_on_this_site(world: World) -> None:
    client = world.client()
    csrf = hidden_token(client.get("/login", headers=FORWARDED).get_data(as_text=True))
    form = {"user_name": "maria", "password": PASSWORD, "csrf_token": csrf, "next": "/students?q=a"}
    answer = client.post("/login", data=form, headers=FORWARDED)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/students?q=a")
    assert "Secure" not in answer.headers["Set-Cookie"]


def test_without_a_trusted_proxy_a_forwarded_host_is_not_trusted(world: World) -> None:
    with closing(world.with_settings(trusted_hosts=("desk.example",))) as served:
        client = served.app.test_client()
        forwarded = {"X-Forwarded-Host": "desk.example"}
        assert client.get("/login", base_url="http://evil.example", headers=forwarded).status_code == 400
        assert client.get("/login", base_url="http://desk.example", headers=FORWARDED).status_code == 200


def test_a_trusted_proxy_decides_the_address_of_the_site(world: World) -> None:
    with closing(world.with_settings(trusted_proxies=1)) as served:
        page = served.app.test_client().get("/api", headers=FORWARDED).get_data(as_text=True)
        assert ("https://evil.example/users/me" in page, "http://localhost/users/me" in page) == (True, False)


def test_of_several_hosts_only_the_one_of_the_trusted_proxy_counts(world: World) -> None:
    with closing(world.with_settings(trusted_proxies=1)) as served:
        headers = {"X-Forwarded-Host": "evil.example, desk.example", "X-Forwarded-Proto": "http, https"}
        page = served.app.test_client().get("/api", headers=headers).get_data(as_text=True)
        assert ("https://desk.example/users/me" in page, "evil.example" in page) == (True, False)
