"""The recipe "Add an action with its policy line": staff see when the contract of a student of their center ends."""

from __future__ import annotations

from typing import Final

from tests.recipes.checkout import Checkout, Recipe

_LINE: Final = (
    "    Action.SEE_CONTRACT: _actor_is_staff & _shares_a_center & _subject_is_a_student & _subject_is_active,\n"
)
_SENTENCE: Final = "Staff see when the contract of a student of their center ends."
_VIEW: Final = '''

@blueprint.get("/students/<identifier>/contract")
def show_contract(identifier: str) -> Response:
    """The day on which the student's contract ends, in plain text."""
    student = student_or_refuse(inputs.user_identifier(identifier), Action.SEE_CONTRACT)
    return Response(f"{student.contract_ends_on or 'no end'}\\n", mimetype="text/plain")
'''
_TEST: Final = '''"""Who may see when a contract ends: students of a shared center, and only for staff."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.world import World
from webapp import policy
from webapp.models import User
from webapp.policy import Action, Actor, Subject

MAY_SEE = {"maria": {"giulia", "luca"}, "olga": {"omar"}, "nora": set(), "giulia": set(), "ada": set()}


@pytest.mark.parametrize("caller", MAY_SEE)
def test_both_spellings_and_the_address_answer_alike(world: World, caller: str) -> None:
    browser = world.client(caller)
    with world.database.reading() as connection:
        kind = connection.execute(select(User.type).where(User.id == world.people[caller])).scalar_one()
        actor = Actor(world.people[caller], kind)
        users = select(User.user_name, User.id, User.type, User.active, policy.shares_center_column())
        everybody = connection.execute(users, policy.bind_values(actor)).all()
        allowed = select(User.user_name).where(policy.allowed_users(Action.SEE_CONTRACT))
        by_sql = set(connection.execute(allowed, policy.bind_values(actor)).scalars())
    by_question = {
        name
        for name, user_id, kind, active, shares_center in everybody
        if policy.allows(actor, Action.SEE_CONTRACT, Subject(user_id, kind, active, shares_center))
    }
    by_address = {name for name in world.people if browser.get(f"/students/{name}/contract").status_code == 200}
    assert by_sql == by_question == by_address == MAY_SEE[caller]
'''


def _view(checkout: Checkout) -> None:
    checkout.insert_after("webapp/web/encounter_pages.py", 'blueprint = Blueprint("encounter_pages", __name__)', _VIEW)


ACTION: Final = Recipe(
    "Add an action with its policy line",
    {
        "name": lambda checkout: checkout.insert_after(
            "webapp/policy.py", "    FIND_IN_SEARCH = auto()", "    SEE_CONTRACT = auto()\n"
        ),
        "policy line": lambda checkout: checkout.insert_after(
            "webapp/policy.py", "    Action.SEE_ENCOUNTERS: _SEE_ENCOUNTERS,", _LINE
        ),
        "view": _view,
        "test": lambda checkout: checkout.add("tests/test_see_contract.py", _TEST),
        "readme": lambda checkout: checkout.replace("README.md", "\n## The map\n", f"\n{_SENTENCE}\n\n## The map\n"),
    },
    ("tests/test_see_contract.py", "tests/web/test_access.py"),
)
