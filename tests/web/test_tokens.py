"""API tokens: what they open, what they do not, and when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.world import World
from webapp.accounts.tokens import list_tokens, revoke_token


@pytest.mark.parametrize(
    "header", ["Basic bWFyaWE6eA==", "Bearer", "Bearer ", "Bearer nonsense", "Bearer a b", "Token x", ""]
)
def test_a_bad_authorization_header_is_401_even_with_a_good_cookie(world: World, header: str) -> None:
    browser = world.client("giulia")
    assert browser.get("/users/me").status_code == 200
    assert browser.get("/users/me", headers={"Authorization": header}).status_code == 401
    assert browser.get("/students/me/encounters", headers={"Authorization": header}).status_code == 200


def test_a_token_is_valid_for_the_json_endpoints_alone(world: World) -> None:
    header = world.bearer("maria")
    client = world.app.test_client()
    assert client.get("/users/me", headers=header).status_code == 200
    assert client.get("/users/me", headers={"Authorization": header["Authorization"].replace("Bearer", "bEARER")})
    assert client.get("/students", headers=header).status_code == 303


def test_an_expired_or_revoked_token_is_401(world: World) -> None:
    header, client = world.bearer("giulia", days=1), world.app.test_client()
    assert client.get("/users/me", headers=header).status_code == 200
    world.now += timedelta(days=1)
    assert client.get("/users/me", headers=header).status_code == 401
    world.now -= timedelta(days=1)
    with world.database.writing() as connection:
        (token,) = list_tokens(connection)
        assert revoke_token(connection, token.id, world.now)
    assert client.get("/users/me", headers=header).status_code == 401
