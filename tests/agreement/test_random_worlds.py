"""Statuses and refusals in random networks are those of the naive statement of the rules."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete

from tests.agreement.random_worlds import NOW, worlds, write_folder
from tests.oracle.encounters import answer
from tests.oracle.world import World
from webapp.database import Database
from webapp.encounters import EncounterFilter, Limits, list_encounters
from webapp.models import Base, NetworkVersion
from webapp.policy import Action, Actor
from webapp.students import find_student
from webapp.transfer import import_folder
from webapp.web.wire import ENCOUNTER, spell

LIMITS = ((1, 28, 0), (0, 1, 30), (79, 366, 0))


@pytest.mark.slow
def test_every_status_in_random_networks_is_what_the_rules_say(database: Database, record_property: Any) -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(worlds())
    def compare(world: World) -> None:
        _load(database, world)
        for user in world.users:
            for limits in LIMITS:
                seen.update(_compare(database, world, user.id, limits))

    compare()
    for status, count in seen.items():
        record_property(status, count)
    statuses = ("Booked", "OnStandby", "Closed", "Conflict", "Available", "Standby", "Full")
    assert {status: seen[status] for status in statuses if seen[status] < 5} == {}


def _load(database: Database, world: World) -> None:
    with database.writing() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name != NetworkVersion.__tablename__:  # its one row comes from a migration
                connection.execute(delete(table))
    with TemporaryDirectory() as folder:
        write_folder(world, Path(folder))
        import_folder(database, Path(folder))


def _compare(database: Database, world: World, user_id: str, limits: tuple[int, int, int]) -> list[str]:
    ahead, horizon, lead = limits
    user = world.user_of_id[user_id]
    actor = Actor(UUID(user.id), "Student")
    with database.reading() as connection:
        student = find_student(connection, actor, Action.SEE_ENCOUNTERS, UUID(user.id))
        assert (student is not None) == user.active
        if student is None:
            return []
        for every in (False, True):
            found = list_encounters(connection, student, EncounterFilter(), Limits(*limits), NOW, every_status=every)
            answered = answer(
                world, user, NOW, only_available=not every, units_ahead=ahead, lead_minutes=lead, horizon_days=horizon
            )
            assert orjson.loads(orjson.dumps([spell(ENCOUNTER, encounter) for encounter in found])) == answered
    return [encounter.status.value for encounter in found]
