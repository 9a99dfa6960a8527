"""Page, part and JSON give the answers of the oracle, for thousands of questions about the seed data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import orjson
import pytest

from tests.agreement.cases import Case, draw_cases, is_refused
from tests.agreement.seeded import NOW, Seeded, load_seed
from tests.oracle.encounters import in_json, statuses
from tests.oracle.policy import granted, search_order, search_results, user_named
from webapp import policy
from webapp.database import Database
from webapp.encounters import PARAMETERS
from webapp.models import User
from webapp.students import search_students

WAYS = (1, 20, 450)  # whatever the number of centers lets a search read, it finds the same
CASES = {True: 3000, False: 500}
PART = {"HX-Request": "true", "HX-Target": "availability"}
ROW = re.compile(r"<tr ([^>]*data-encounter-id[^>]*)>")
ATTRIBUTE = re.compile(r'data-([a-z-]+)="([^"]*)"')
SEARCHES = ("", "a", "maria", "lukasz", "sø", "ρ", "田", "an o", "+33 6", "example.com", "%", "nobody at all", "MIL-")


@pytest.fixture
def seeded(database: Database) -> Iterator[Seeded]:
    loaded = load_seed(database)
    yield loaded
    loaded.close()


@pytest.mark.slow
def test_page_and_json_and_oracle_agree(seeded: Seeded, record_property: Any) -> None:
    number = CASES[seeded.database.is_sqlite]
    counts = _compare(seeded, number)
    for name, count in counts.items():
        record_property(name, count)
    assert counts["cases"] == number
    assert counts["with rows"] >= 0.6 * number
    assert counts["refused"] >= 0.2 * number


def test_page_and_json_and_oracle_agree_on_every_filter(seeded: Seeded) -> None:
    counts = _compare(seeded, 200)
    assert [parameter.name for parameter in PARAMETERS if counts[parameter.name] < 5] == []


def _compare(seeded: Seeded, number: int) -> Counter[str]:
    """Compare the answers to so many cases; how many there were of each kind, and with rows for each parameter."""
    known = cache(lambda user: statuses(seeded.known, user, NOW))
    counts = Counter[str]()
    for case in draw_cases(seeded.known, number, seed=20260107):
        refused = is_refused(seeded.known, case)
        expected = [] if refused else _expected(seeded, case, known)
        json = _json(seeded, case)
        assert json == (403 if refused else expected), case
        assert _page(seeded, case, whole=counts["cases"] % 4 == 0) == (403 if refused else _as_rows(expected)), case
        counts["cases"] += 1
        counts["with rows"] += bool(expected)
        counts["refused"] += refused
        counts.update(parse_qs(case.query).keys() if expected else ())
    return counts


def _expected(seeded: Seeded, case: Case, known: Any) -> list[dict[str, object]]:
    student = user_named(seeded.known, case.caller, case.identifier)
    return [
        in_json(encounter, center, status)
        for encounter, status in known(student)
        if case.wanted.includes(encounter, center := seeded.known.center_of_id[encounter.center_id])
        and (case.shows_all or status in {"Available", "Standby"})
    ]


def _json(seeded: Seeded, case: Case) -> int | list[dict[str, object]]:
    ending = "" if case.shows_all else "/available"
    browser = seeded.browser(case.caller.id)
    answer = browser.get(f"/users/{case.identifier}/encounters{ending}?{case.query}")
    if answer.status_code != 200:
        return answer.status_code
    found: list[dict[str, object]] = orjson.loads(answer.data)
    return found


def _page(seeded: Seeded, case: Case, *, whole: bool) -> int | list[dict[str, str]]:
    query = f"{case.query}&show=all" if case.shows_all else case.query
    address = f"/students/{case.identifier}/encounters?{query}"
    answer = seeded.browser(case.caller.id).get(address, headers={} if whole else PART)
    if answer.status_code != 200:
        return answer.status_code
    return [dict(ATTRIBUTE.findall(row)) for row in ROW.findall(answer.get_data(as_text=True))]


def _as_rows(expected: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "encounter-id": row["Id"],
            "unit": str(row["UnitNumber"]),
            "status": row["Status"],
            "online": str(row["IsOnline"]).lower(),
            "center-id": row["CenterId"],
            "starts-at": row["DateTime"],
        }
        for row in expected
    ]


@pytest.mark.slow
def test_the_policy_agrees_with_the_oracle_over_every_pair_in_both_spellings(seeded: Seeded) -> None:
    known, pairs, yes = seeded.known, 0, 0
    with seeded.database.reading() as connection:
        for caller in known.users:
            actor = policy.Actor(UUID(caller.id), caller.type)
            expected = {user.id for user in known.users if granted(known, _awake(caller), user.id)}
            clause = policy.allowed_users(policy.Action.SEE_ENCOUNTERS)
            assert {
                str(row.id) for row in connection.execute(_select_users(clause), policy.bind_values(actor))
            } == expected, caller.user_name
            for user in known.users:
                shares = bool(caller.centers & user.centers)
                subject = policy.Subject(UUID(user.id), user.type, user.active, shares)
                assert policy.allows(actor, policy.Action.SEE_ENCOUNTERS, subject) == (user.id in expected)
            pairs += len(known.users)
            yes += len(expected)
    assert pairs == len(known.users) ** 2
    assert pairs > 100_000
    assert yes > 1000


def _awake(caller: Any) -> Any:
    # The policy is asked about people who are signed in; a deactivated caller never gets so far,
    # and may not see themselves, because they are a deactivated subject too.
    from dataclasses import replace

    return replace(caller, active=True)


def _select_users(clause: Any) -> Any:
    from sqlalchemy import select

    return select(User.id).where(clause)


def test_the_search_agrees_with_the_oracle_for_every_staff_member(seeded: Seeded) -> None:
    found_by_someone = 0
    staff = [user for user in seeded.known.users if user.type == "StaffMember" and user.active]
    with seeded.database.reading() as connection:
        for caller in staff:
            actor = policy.Actor(UUID(caller.id), caller.type)
            for asked in SEARCHES:
                expected = search_results(seeded.known, caller, asked)
                for center_count in WAYS:
                    found = search_students(connection, actor, asked, center_count=center_count)
                    names = [str(student.id) for student in found.students]
                    assert len(names) + found.more == len(expected), (caller.user_name, asked)
                    assert names == sorted(expected, key=_order(seeded))[:50], (caller.user_name, asked)
                    found_by_someone += len(names)
    assert found_by_someone > 1000


def _order(seeded: Seeded) -> Any:
    return lambda user_id: search_order(seeded.known.user_of_id[user_id])
