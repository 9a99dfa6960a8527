"""Passwords that are refused, users that the terminal manages, and tokens."""

from __future__ import annotations

import pytest

from tests.world import World
from webapp.accounts import passwords, tokens, users
from webapp.accounts.passwords import WeakPassword, hash_password, refuse_weak, verify_password
from webapp.text import BadInput

PERSONAL = ("Giulia", "Conti", "giulia.conti@example.com", "Milano Duomo", "MIL-01")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "fourteen-chars",
        "x" * 129,
        "abcabcabcabcabc",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababab!",
        "aabbccddaabbccdd",
        "12345678123456781234",
        "abcdefghijklmnop",
        "qwertyuiopasdfgh",
        "0987654321098765",
        "qwertyuiop123456",
        "1qaz2wsx3edc4rfv",
        "giuliaconti12345",
        "Conti.Giulia.2026",
        "giulia.conti@example.com",
        "MilanoDuomo2026",
        "encounters-1234",
        "Password-1234567",
        "password password",
    ],
)
def test_a_weak_password_is_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        refuse_weak(password, PERSONAL)
    assert len(password) < 3 or password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        "fifteen letters",
        "Copper-Kettle-84-Willow",
        "пять дней до зимы",
        "短い秘密でもいいですか長い方がいい",
        "a" * 10 + "bcdefgxyzw",
        "x" * 100 + "yzabcd wonder",
    ],
)
def test_a_long_password_of_any_characters_is_allowed(password: str) -> None:
    refuse_weak(password, PERSONAL)


def test_a_password_verifies_and_nobody_has_one() -> None:
    kept = hash_password("Copper-Kettle-84-Willow")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password("Copper-Kettle-84-Willow", kept)
    assert not verify_password("Copper-Kettle-84-willow", kept)
    assert not verify_password("nobody has this password", None)
    assert not verify_password("anything", "not a hash")
    assert passwords.hash_password("\ud800 lone surrogates do not crash it")


@pytest.mark.parametrize(
    "user_name",
    [
        "me",
        "ME",
        "\uff4de",
        ".",
        "..",
        "a/b",
        "\uff0f",
        "x" * 129,
        "5d6f2f0e-1111-4222-8333-444455556666",
        "maria",
        "Maria",
        "giulia@example.com",
        "a\u202eb",
        " ",
    ],
)
def test_a_user_name_that_an_address_could_mistake_or_that_is_taken_is_refused(world: World, user_name: str) -> None:
    with pytest.raises(users.UserRefused) as refused, world.database.writing() as connection:
        users.add_user(connection, users.NewUser(user_name, "Student", "Nuova"))
    assert "user_name" in str(refused.value)


def test_an_e_mail_that_is_someones_user_name_is_refused(world: World) -> None:
    with pytest.raises(users.UserRefused), world.database.writing() as connection:
        users.add_user(connection, users.NewUser("nuova", "Student", "Nuova", email="MARIA"))


def test_a_new_user_can_be_found_and_signs_in_once_there_is_a_password(world: World) -> None:
    with world.database.writing() as connection:
        new = users.NewUser("nuova", "StaffMember", "Nuova", "Persona", "nuova@example.org", ("MIL-01",))
        user_id = users.add_user(connection, new)
        assert users.get_user_id(connection, "NUOVA") == users.get_user_id(connection, str(user_id)) == user_id
    assert world.sign_in(world.client(), "nuova", "Tin-Whistle-30-Harbor").status_code == 422
    with world.database.writing() as connection:
        users.set_password(connection, user_id, "Tin-Whistle-30-Harbor")
    assert world.sign_in(world.client(), "nuova", "Tin-Whistle-30-Harbor").status_code == 303


def test_an_unknown_center_adds_nobody(world: World) -> None:
    with pytest.raises(users.UserRefused, match="MIL-99"), world.database.writing() as connection:
        users.add_user(connection, users.NewUser("nuova", "Student", "Nuova", centers=("MIL-01", "MIL-99")))
    with world.database.reading() as connection, pytest.raises(users.UserRefused):
        users.get_user_id(connection, "nuova")


@pytest.mark.parametrize(("label", "days"), [("", 30), ("a\nb", 30), ("x" * 201, 30), ("fine", 0), ("fine", 3651)])
def test_a_token_without_a_proper_label_or_time_is_refused(world: World, label: str, days: int) -> None:
    with pytest.raises(BadInput), world.database.writing() as connection:
        tokens.create_token(connection, world.people["maria"], label, days, world.now)


def test_a_token_is_kept_as_a_hash_only(world: World) -> None:
    from sqlalchemy import select

    from webapp.models import ApiToken

    token = world.bearer("maria")["Authorization"].removeprefix("Bearer ")
    with world.database.reading() as connection:
        (row,) = connection.execute(select(*ApiToken.__table__.columns)).all()
        assert token not in repr(row)
        assert token.encode() not in row.token_hash
        (line,) = tokens.list_tokens(connection)
    assert (line.user_name, line.label, line.state(world.now)) == ("maria", "a test", "active")
