"""Who may see whose encounters: each row of the README's table by name, over pages and JSON."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.world import World
from webapp import policy
from webapp.models import UserType
from webapp.policy import Action, Actor

GRANTED = {
    "a student asks for themselves": ("giulia", "giulia"),
    "staff ask for a student of their center": ("maria", "giulia"),
    "staff ask for a colleague of their center": ("maria", "maria"),
    "staff ask for themselves, without any center": ("nora", "nora"),
    "staff of the online center ask for a student of it": ("olga", "omar"),
}
REFUSED = {
    "a student asks for another student of the same center": ("giulia", "luca"),
    "a student asks for a staff member of the same center": ("giulia", "maria"),
    "staff ask for a student of another center of the same territory": ("bruno", "giulia"),
    "staff ask for a student of another territory": ("maria", "sofia"),
    "staff of the online center only ask for a student of a physical center only": ("olga", "giulia"),
    "staff without a center ask for a student without a center": ("nora", "zeno"),
    "an administrator asks for a student of the same center": ("ada", "giulia"),
    "an administrator asks for themselves": ("ada", "ada"),
    "a prospect asks for themselves": ("pia", "pia"),
    "a trial prospect asks for themselves": ("tina", "tina"),
    "a plain user asks for themselves": ("ugo", "ugo"),
    "staff ask for a deactivated student of their center": ("maria", "dino"),
    "staff ask for a deactivated colleague of their center": ("maria", "vera"),
    "staff ask for a name that nobody has": ("maria", "nobody-at-all"),
}


def _statuses(world: World, caller: str, asked: str) -> set[int]:
    identifiers = [asked]
    if asked in world.people:
        identifiers += [str(world.people[asked]), str(world.people[asked]).upper(), asked.upper()]
    if caller == asked:
        identifiers += ["me", "ME", "Me"]
    header, browser = world.bearer(caller), world.client(caller)
    answers = set()
    for identifier in identifiers:
        for path in (f"/users/{identifier}/encounters/available", f"/users/{identifier}/encounters"):
            answers.add(world.app.test_client().get(path, headers=header).status_code)
        page = f"/students/{identifier}/encounters"
        answers.add(browser.get(page).status_code)
        answers.add(browser.get(page, headers={"HX-Request": "true", "HX-Target": "availability"}).status_code)
    return answers


@pytest.mark.parametrize(("caller", "asked"), GRANTED.values(), ids=GRANTED.keys())
def test_granted(world: World, caller: str, asked: str) -> None:
    assert _statuses(world, caller, asked) == {200}


@pytest.mark.parametrize(("caller", "asked"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(world: World, caller: str, asked: str) -> None:
    assert _statuses(world, caller, asked) == {403}


def test_a_deactivated_user_is_signed_out_by_token_and_by_session(world: World) -> None:
    from webapp.accounts.users import set_active

    header, browser = world.bearer("luca"), world.client("luca")
    assert world.app.test_client().get("/users/me/encounters", headers=header).status_code == 200
    assert browser.get("/students/me/encounters").status_code == 200
    with world.database.writing() as connection:
        set_active(connection, world.people["luca"], active=False)
    assert world.app.test_client().get("/users/me/encounters", headers=header).status_code == 401
    assert browser.get("/students/me/encounters").status_code == 303


def test_a_change_of_centers_counts_from_the_next_request_on(world: World) -> None:
    from sqlalchemy import delete

    from webapp.models import Assignment

    header = world.bearer("maria")
    path = "/users/giulia/encounters"
    client = world.app.test_client()
    assert client.get(path, headers=header).status_code == 200
    with world.database.writing() as connection:
        connection.execute(delete(Assignment).where(Assignment.user_id == world.people["maria"]))
    assert client.get(path, headers=header).status_code == 403


def test_an_unknown_action_is_an_error_and_no_answer(world: World) -> None:
    actor = Actor(world.people["maria"], "StaffMember")
    subject = policy.Subject(actor.id, actor.type, active=True, shares_center=True)
    assert policy.allows(actor, Action.SEE_ENCOUNTERS, subject)
    with pytest.raises(KeyError):
        policy.allows(actor, "see everything", subject)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", UserType)
def test_the_search_is_for_exactly_the_types_that_may_find_a_student_of_their_center(kind: str) -> None:
    student = policy.Subject(uuid4(), "Student", active=True, shares_center=True)
    actor = Actor(uuid4(), kind)
    assert policy.may_search(actor) == policy.allows(actor, Action.FIND_IN_SEARCH, student) == (kind == "StaffMember")


def test_a_type_that_the_table_lets_search_has_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    ada = Actor(uuid4(), "Administrator")
    assert not policy.may_search(ada)
    monkeypatch.setitem(policy.RULES, Action.FIND_IN_SEARCH, policy._actor_is(UserType.ADMINISTRATOR))
    assert policy.may_search(ada)
    assert not policy.may_search(Actor(uuid4(), "StaffMember"))
