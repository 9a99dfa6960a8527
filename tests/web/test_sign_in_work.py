"""The cost of a sign-in: the same work for every failure, and none that grows with the input."""

from __future__ import annotations

from time import perf_counter

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import update

from tests.factories import PASSWORD
from tests.world import World, hidden_token
from webapp.accounts.passwords import hash_password
from webapp.accounts.users import set_active, set_password
from webapp.models import User

MARKS = "\u0301" * 16_000 + "\u0316" * 16_000  # 64,000 bytes of a form, which may have 64 KiB
WRONG = {
    "a wrong password": ("maria", "wrong"),
    "no password": ("maria", ""),
    "an unknown name": ("nobody", PASSWORD),
    "no name": ("", PASSWORD),
    "a name with a control character": ("ma\0ria", PASSWORD),
    "a user without a password": ("luca", PASSWORD),
    "a deactivated user": ("vera", PASSWORD),
    "a name of 201 characters": ("m" * 201, PASSWORD),
    "the right name and 200 blanks": ("maria" + " " * 200, PASSWORD),
    "a password of 1,025 bytes": ("maria", "x" * 1025),
    "a password of 513 letters of two bytes": ("maria", "é" * 513),
}


def _refusal(world: World, name: str, password: str) -> tuple[int, str]:
    """The status, and the page without the name typed, the autofocus and the form's token."""
    answer = world.sign_in(world.client(), name, password)
    page = answer.get_data(as_text=True)
    typed = page.split('name="user_name" value="')[1].split('"', maxsplit=1)[0]
    for part in (hidden_token(page), f'name="user_name" value="{typed}"', "autofocus"):
        page = page.replace(part, "")
    return answer.status_code, page


@pytest.mark.parametrize("case", WRONG)
def test_every_failed_sign_in_costs_one_verification_and_shows_the_same_page(
    world: World, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    with world.database.writing() as connection:
        connection.execute(update(User).where(User.user_name == "luca").values(password_hash=None))
    ordinary = _refusal(world, "giulia", "wrong")
    work: list[object] = []
    current_parameters = extract_parameters(hash_password("any password"))
    verify, make = PasswordHasher.verify, PasswordHasher.hash

    def verify_and_count(hasher: PasswordHasher, stored: str, password: bytes) -> bool:
        work.append((extract_parameters(stored), len(password) <= 1024))
        return verify(hasher, stored, password)

    def hash_and_count(hasher: PasswordHasher, password: bytes) -> str:
        work.append("a hash")
        return make(hasher, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify_and_count)
    monkeypatch.setattr(PasswordHasher, "hash", hash_and_count)
    assert _refusal(world, *WRONG[case]) == ordinary
    assert work == [(current_parameters, True)]


@pytest.mark.parametrize(("name", "password"), [(MARKS, "wrong"), ("maria", MARKS)], ids=["name", "password"])
def test_a_form_full_of_combining_marks_is_refused_at_once(world: World, name: str, password: str) -> None:
    client = world.client()
    csrf = hidden_token(client.get("/login").get_data(as_text=True))
    form = {"user_name": name, "password": password, "csrf_token": csrf}
    started = perf_counter()
    answer = client.post("/login", data=form, content_type="multipart/form-data")
    assert perf_counter() - started < 1
    assert answer.status_code == 422


def test_input_that_is_too_long_counts_as_a_failure_like_any_other(world: World) -> None:
    for name, password in (("m" * 201, PASSWORD), ("maria", "x" * 1025)):
        client = world.client()
        assert [world.sign_in(client, name, password).status_code for _ in range(10)] == [422] * 10
        limited = world.sign_in(client, name, password)
        assert (limited.status_code, limited.headers["Retry-After"]) == (429, "900")
    assert world.sign_in(world.client(), "maria").status_code == 429
    assert world.sign_in(world.client(), "m" * 202, PASSWORD).status_code == 422


def test_the_longest_name_and_password_allowed_sign_in(world: World) -> None:
    email, password = "m" * 200, "é" * 512
    with world.database.writing() as connection:
        values = {"email_key": email, "password_hash": hash_password(password)}
        connection.execute(update(User).where(User.user_name == "maria").values(**values))
    assert world.sign_in(world.client(), email, password).status_code == 303


@pytest.mark.parametrize("change", ["a new password", "a deactivation that is undone"])
def test_a_sign_in_that_began_before_its_user_was_signed_out_everywhere_is_dead(
    world: World, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    verify = PasswordHasher.verify

    def change_meanwhile(hasher: PasswordHasher, stored: str, password: bytes) -> bool:
        # At this point the user has been read and the sign-in has not been written.
        monkeypatch.setattr(PasswordHasher, "verify", verify)
        with world.database.writing() as connection:
            if change == "a new password":
                set_password(connection, world.people["maria"], "Another-Kettle-85-Birch")
            else:
                set_active(connection, world.people["maria"], active=False)
                set_active(connection, world.people["maria"], active=True)
        return verify(hasher, stored, password)

    browser = world.client()
    monkeypatch.setattr(PasswordHasher, "verify", change_meanwhile)
    assert world.sign_in(browser, "maria").status_code == 303
    assert browser.get("/students").status_code == 303
    if change != "a new password":
        assert world.client("maria").get("/students").status_code == 200
