"""When a sign-in expires, and what counts as activity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.world import World
from webapp.models import SignIn


def test_a_sign_in_ends_after_an_hour_without_activity(world: World) -> None:
    browser = world.client("maria")
    for _ in range(3):
        world.now += timedelta(minutes=59)
        assert browser.get("/students").status_code == 200
    world.now += timedelta(minutes=60)
    assert browser.get("/students").status_code == 303


def test_choices_count_as_activity_but_polls_and_programs_do_not(world: World) -> None:
    part = {"HX-Request": "true", "HX-Target": "availability"}
    address = "/students/me/encounters"

    def alive_after(headers: dict[str, str], path: str) -> bool:
        browser = world.client("giulia")
        world.now += timedelta(minutes=40)
        assert browser.get(path, headers=headers).status_code == 200
        world.now += timedelta(minutes=40)
        return browser.get(address).status_code == 200

    assert not alive_after({**part, "HX-Trigger": "availability"}, address)
    assert not alive_after({}, "/users/me/encounters")
    assert alive_after({**part, "HX-Trigger": "filters"}, address)
    assert alive_after({}, address)


def test_a_sign_in_ends_after_twelve_hours_in_any_case(world: World) -> None:
    browser = world.client("maria")
    for _ in range(23):
        world.now += timedelta(minutes=31)
        assert browser.get("/students").status_code == 200
    world.now += timedelta(minutes=7)
    assert browser.get("/students").status_code == 303


@pytest.fixture
def served_with(world: World) -> Iterator[Callable[[int], World]]:
    """The world with an idle limit of so many minutes."""
    with ExitStack() as opened:
        yield lambda idle: opened.enter_context(closing(world.with_settings(idle_minutes=idle, session_hours=720)))


@pytest.mark.parametrize(("idle", "step"), [(1, 6), (2, 12), (9, 54), (10, 60), (60, 60), (10_080, 60)])
def test_the_idle_limit_is_exact_to_a_tenth_of_it_or_a_minute(
    served_with: Callable[[int], World], idle: int, step: int
) -> None:
    served, limit = served_with(idle), timedelta(minutes=idle)

    def answer_after(pause: timedelta) -> int:
        """The status after a pause that follows activity too recent to have been written."""
        browser = served.client("maria")
        for seconds in (2 * step, step, step - 1):
            served.now += timedelta(seconds=seconds)
            assert browser.get("/students").status_code == 200
        served.now += pause
        status: int = browser.get("/students").status_code
        return status

    longest = limit - timedelta(seconds=step)
    assert [answer_after(longest), answer_after(longest + timedelta(seconds=1))] == [200, 303]


def test_continuous_work_is_not_signed_out_by_a_limit_of_a_minute(served_with: Callable[[int], World]) -> None:
    served = served_with(1)
    browser = served.client("maria")
    for seconds in (51, 10, 5, 5, 50, 53):
        served.now += timedelta(seconds=seconds)
        assert browser.get("/students").status_code == 200
    served.now += timedelta(seconds=60)
    assert browser.get("/students").status_code == 303


def test_activity_is_written_at_most_once_a_minute_and_skipped_when_the_database_is_busy(world: World) -> None:
    def written() -> object:
        with world.database.reading() as connection:
            return connection.execute(select(SignIn.active_at)).scalar_one()

    browser, start = world.client("maria"), world.now
    world.now += timedelta(seconds=59)
    browser.get("/students")
    assert written() == start
    world.now += timedelta(seconds=1)
    with world.database.writing() as connection:
        connection.execute(update(SignIn).values(active_at=start))
        assert browser.get("/students").status_code == 200
    assert written() == start
    browser.get("/students")
    assert written() == world.now
