"""Limits of values are written once: what stores them, and what accepts settings, ends where they end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories import add_user
from tests.world import World
from webapp.models import LAST_UNIT_OF_THE_COURSE, LONGEST_CLASS_MINUTES, MOST_SEATS
from webapp.settings import Settings, SettingsError


def _add_class(world: World, **values: Any) -> None:
    world.add_encounter(**values)


def _add_student(world: World, **values: Any) -> None:
    with world.database.writing() as connection:
        add_user(connection, f"student{'-'.join(map(str, values.values()))}", **values)


@pytest.mark.parametrize(
    ("add", "column", "least", "most"),
    [
        (_add_student, "current_unit", 1, LAST_UNIT_OF_THE_COURSE),
        (_add_student, "last_unit", 1, LAST_UNIT_OF_THE_COURSE),
        (_add_class, "unit_number", 1, LAST_UNIT_OF_THE_COURSE),
        (_add_class, "duration_minutes", 1, LONGEST_CLASS_MINUTES),
        (_add_class, "seats", 0, MOST_SEATS),
        (_add_class, "standby_seats", 0, MOST_SEATS),
    ],
)
def test_the_database_takes_values_up_to_the_limits_and_none_beyond(
    world: World, add: Callable[..., None], column: str, least: int, most: int
) -> None:
    for value in (least, most):
        add(world, **{column: value})
    for value in (least - 1, most + 1):
        with pytest.raises(IntegrityError):
            add(world, **{column: value})


def test_as_many_units_can_be_offered_as_the_course_has_beside_the_current_one(tmp_path: Path) -> None:
    most = LAST_UNIT_OF_THE_COURSE - 1
    assert Settings.from_environment({"ENCOUNTERS_UNITS_AHEAD": str(most)}, tmp_path).units_ahead == most
    with pytest.raises(SettingsError):
        Settings.from_environment({"ENCOUNTERS_UNITS_AHEAD": str(most + 1)}, tmp_path)
