"""The frame around every page: a header with the signed-in user, or none when signed out."""

from __future__ import annotations

import re

import pytest

from tests.world import World

HEADER = re.compile(r'<span class="name">([^<]*)</span>')
LINKS = re.compile(r'<nav aria-label="Main">(.*?)</nav>', re.DOTALL)
HREF = re.compile(r'href="([^"]*)"')
PAGES = ("/students", "/students/giulia/encounters", "/students/sofia/encounters", "/nowhere", "/api")


def _header(page: str) -> tuple[list[str], list[str]]:
    return HEADER.findall(page), [href for links in LINKS.findall(page) for href in HREF.findall(links)]


@pytest.mark.parametrize(
    ("name", "links"), [("maria", ["/students"]), ("giulia", ["/students/me/encounters"]), ("ada", [])]
)
def test_every_page_shows_the_signed_in_user_and_their_links(world: World, name: str, links: list[str]) -> None:
    browser = world.client(name)
    for path in PAGES:
        header = _header(browser.get(path).get_data(as_text=True))
        assert header == ([f"{name.capitalize()} Prova"], links), path


def test_public_pages_show_no_header_when_signed_out(world: World) -> None:
    for path in ("/login", "/api", "/nowhere"):
        assert _header(world.client().get(path).get_data(as_text=True)) == ([], []), path


def test_a_failed_sign_in_shows_no_header_even_when_signed_in(world: World) -> None:
    browser = world.client("maria")
    token = browser.get("/students").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.post("/login", data={"user_name": "maria", "password": "wrong", "csrf_token": token})
    assert answer.status_code == 422
    assert _header(answer.get_data(as_text=True)) == ([], [])
