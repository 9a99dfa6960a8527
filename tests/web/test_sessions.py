"""Signing in and out: where it leads, when it ends, and what it never reveals."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest

from tests.factories import PASSWORD
from tests.world import World, hidden_token
from webapp.accounts.users import set_active, set_password


@pytest.mark.parametrize(
    ("name", "leads_to"), [("maria", "/students"), ("giulia", "/students/me/encounters"), ("nora", "/students")]
)
def test_each_type_of_user_has_a_start_page(world: World, name: str, leads_to: str) -> None:
    answer = world.client(name).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, leads_to)


@pytest.mark.parametrize("name", ["ada", "pia", "tina", "ugo"])
def test_users_of_other_types_see_what_they_lack(world: World, name: str) -> None:
    browser = world.client(name)
    answer = browser.get("/")
    assert answer.status_code == 200
    assert "only staff members and students see encounters" in answer.get_data(as_text=True)
    assert browser.get("/students").status_code == 403


def test_students_have_no_search(world: World) -> None:
    assert world.client("giulia").get("/students").status_code == 403


@pytest.mark.parametrize("name", ["MARIA", "\uff4daria", "maria@example.com", "Maria@Example.COM", " maria "])
def test_a_user_name_or_an_e_mail_signs_in_in_any_letter_case(world: World, name: str) -> None:
    assert world.sign_in(world.client(), name).status_code == 303


def test_an_e_mail_that_two_active_users_have_signs_nobody_in(world: World) -> None:
    from sqlalchemy import update

    from webapp.models import User

    with world.database.writing() as connection:
        connection.execute(update(User).where(User.user_name == "luca").values(email_key="maria@example.com"))
    assert world.sign_in(world.client(), "maria@example.com").status_code == 422
    with world.database.writing() as connection:
        set_active(connection, world.people["luca"], active=False)
    assert world.sign_in(world.client(), "maria@example.com").status_code == 303


def test_every_failed_sign_in_shows_the_same_page(world: World) -> None:
    def refusal(name: str, password: str) -> tuple[int, str]:
        client = world.client()
        page = world.sign_in(client, name, password).get_data(as_text=True)
        status = world.sign_in(client, name, password).status_code
        return status, page.replace(hidden_token(page), "").replace(f'value="{name}"', "")

    wrong = refusal("maria", "not the password")
    assert wrong[0] == 422
    assert 'role="alert"' in wrong[1]
    assert refusal("nobody", PASSWORD) == wrong
    assert refusal("vera", PASSWORD) == wrong
    assert refusal("maria", "") == wrong


def test_after_ten_failures_a_name_must_wait_known_or_not(world: World) -> None:
    for name in ("maria", "nobody"):
        client = world.client()
        assert [world.sign_in(client, name, "wrong").status_code for _ in range(10)] == [422] * 10
        limited = world.sign_in(client, name, PASSWORD)
        assert (limited.status_code, limited.headers["Retry-After"]) == (429, "900")
    assert world.sign_in(world.client(), "giulia").status_code == 303
    world.now += timedelta(minutes=15)
    assert world.sign_in(world.client(), "maria").status_code == 303


def test_simultaneous_attempts_cannot_exceed_the_limit(world: World) -> None:
    answers: list[int] = []
    clients = [world.client() for _ in range(14)]
    threads = [
        Thread(target=lambda client=client: answers.append(world.sign_in(client, "maria", "wrong").status_code))
        for client in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [422] * 10 + [429] * 4


def test_a_sign_in_leads_to_the_page_that_was_requested(world: World) -> None:
    client = world.client()
    address = f"/students/{world.people['giulia']}/encounters?unitNumber=5&show=all"
    answer = client.get(address)
    assert answer.status_code == 303
    form = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert f'name="next" value="{address.replace("&", "&amp;")}"' in form
    assert world.sign_in(client, "maria", next=address).headers["Location"] == address


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org/",
        "//students",
        "///students",
        "/%2Fstudents",
        "/%252Fstudents",
        "/%2525252Fstudents",
        "/students//giulia/encounters",
        "//students?q=a",
        "/\\example.org",
        "/%5Cexample.org",
        "/%2F/example.org",
        "/%252F/example.org",
        "\\/example.org",
        "javascript:alert(1)",
        "/students\r\nX: y",
        "/students%0d%0aX:y",
        "/students%250d",
        " /students",
        "students",
        "/logout",
        "/nowhere",
        "",
        "/students?q=" + "a" * 3000,
    ],
)
def test_a_sign_in_never_leads_elsewhere(world: World, elsewhere: str) -> None:
    assert world.sign_in(world.client(), "maria", next=elsewhere).headers["Location"] == "/"


def test_a_signed_out_request_for_a_part_redirects_the_whole_page(world: World) -> None:
    answer = world.client().get("/students?q=a", headers={"HX-Request": "true", "HX-Target": "students"})
    assert (answer.status_code, answer.data) == (401, b"")
    assert answer.headers["HX-Redirect"] == "/login?next=/students?q%3Da"


def test_signing_out_ends_a_copied_cookie_too(world: World) -> None:
    browser = world.client("maria")
    page = browser.get("/students").get_data(as_text=True)
    copied = browser.get_cookie("encounters_session")
    assert copied is not None
    answer = browser.post("/logout", data={"csrf_token": hidden_token(page)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    thief = world.client()
    thief.set_cookie("encounters_session", copied.value)
    assert thief.get("/students").status_code == 303
    assert browser.get("/students").status_code == 303


def test_signing_out_requires_a_post_and_a_token(world: World) -> None:
    browser = world.client("maria")
    assert browser.get("/logout").status_code == 405
    assert browser.post("/logout").status_code == 400
    assert browser.post("/logout", data={"csrf_token": "wrong"}).status_code == 400
    assert browser.get("/students").status_code == 200
    signed_out = world.client().post("/logout")
    assert (signed_out.status_code, signed_out.headers["Location"]) == (303, "/login")


def test_a_sign_in_without_its_token_changes_nothing(world: World) -> None:
    client = world.client()
    assert client.post("/login", data={"user_name": "maria", "password": PASSWORD}).status_code == 400
    assert client.get("/students").status_code == 303


def test_a_new_sign_in_gets_a_new_id_and_ends_the_one_before(world: World) -> None:
    browser = world.client("maria")
    first = browser.get_cookie("encounters_session")
    with browser.session_transaction() as cookie:
        assert set(cookie) <= {"_user_id", "csrf_token"}
        token = cookie["_user_id"]
    page = browser.get("/students").get_data(as_text=True)
    form = {"user_name": "giulia", "password": PASSWORD, "csrf_token": hidden_token(page)}
    assert browser.post("/login", data=form).status_code == 303
    with browser.session_transaction() as cookie:
        assert cookie["_user_id"] != token
    thief = world.client()
    assert first is not None
    thief.set_cookie("encounters_session", first.value)
    assert thief.get("/students").status_code == 303


def test_a_new_password_and_a_deactivation_end_all_sign_ins(world: World) -> None:
    browser, other = world.client("maria"), world.client("maria")
    with world.database.writing() as connection:
        set_password(connection, world.people["maria"], "Another-Kettle-85-Birch")
    assert (browser.get("/students").status_code, other.get("/students").status_code) == (303, 303)
    again = world.client()
    assert world.sign_in(again, "maria", "Another-Kettle-85-Birch").status_code == 303
    with world.database.writing() as connection:
        set_active(connection, world.people["maria"], active=False)
        set_active(connection, world.people["maria"], active=True)
    assert again.get("/students").status_code == 303


def test_in_production_the_cookie_is_for_this_host_and_https_only(world: World) -> None:
    safe = world.with_settings(production=True, trusted_hosts=("desk.example",))
    client = safe.app.test_client()
    assert client.get("/login", base_url="https://elsewhere.example").status_code == 400
    answer = client.get("/login", base_url="https://desk.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-encounters_session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
