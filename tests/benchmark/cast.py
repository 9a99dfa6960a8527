"""Whose requests are measured: the people of the largest center, and what must be found for them."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from tests.benchmark.world import FILES, Size
from tests.oracle.encounters import answer, offered_units
from tests.oracle.policy import matches
from tests.oracle.world import STUDENT, User, World

DESK: Final = "desk.0001"  # a staff member of the largest center alone
MANAGER: Final = "network.manager"  # of all centers
MOST_FOUND: Final = 50
_SEATS_AHEAD, _ROWS, _FEW_ROWS = 6, 50, 5
_UNITS = 2
_SPAN: Final = timedelta(days=40)  # of a contract that does not end within what is offered


@dataclass(frozen=True)
class Cast:
    """The students whose classes are asked for: one with about 50 rows, and one with few."""

    world: World
    typical: User
    quiet: User

    def rows(self, student: User, now: datetime) -> int:
        """How many classes a student can take at a moment, by the rules as they are stated a second time."""
        return len(answer(self.world, student, now))


def load_cast(folder: Path, size: Size, now: datetime) -> Cast:
    """The students of the largest center of a generated world who are nearest to what is typical at a moment."""
    with tempfile.TemporaryDirectory() as part:
        _cut_out(folder, Path(part), str(size.first_day + timedelta(weeks=size.weeks // 2)))
        world = World.read(Path(part))
    center = world.centers[0].id
    candidates = []
    for student in world.users:
        if student.centers == {center} and student.active and student.type == STUDENT and _goes_on(student, now):
            seats, rows = _seats_ahead(world, student, now), len(answer(world, student, now))
            candidates.append((abs(seats - _SEATS_AHEAD), rows, student.user_name, student))
    fewest = min(candidates)[0]
    nearest = [(rows, name, student) for off, rows, name, student in candidates if off == fewest]
    typical = min(nearest, key=lambda it: (abs(it[0] - _ROWS), it[1]))
    quiet = min(nearest, key=lambda it: (abs(it[0] - _FEW_ROWS), it[1]))
    return Cast(world, typical[2], quiet[2])


def count_found(users: Path, q: str) -> int:
    """How many active students of a users.csv a search shows to somebody of all their centers."""
    return sum(1 for _ in islice((student for student in _students(users) if matches(student, q)), MOST_FOUND))


def _goes_on(student: User, now: datetime) -> bool:
    ends_on = student.contract_ends_on
    return (ends_on is None or ends_on > (now + _SPAN).date()) and len(offered_units(student)) == _UNITS


def _seats_ahead(world: World, student: User, now: datetime) -> int:
    places = [place for place in world.places_of.get(student.id, []) if place.mode == "seat"]
    classes = [world.encounter_of_id[place.encounter_id] for place in places]
    return sum(it.starts_at > now and not it.is_cancelled for it in classes)


def _students(users: Path) -> Iterator[User]:
    with users.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["type"] == STUDENT and row["active"] == "true":
                names = {name: row[name] or None for name in ("last_name", "email", "phone", "student_code")}
                yield User(row["id"], STUDENT, row["user_name"], row["first_name"], **names)  # type: ignore[arg-type]


def _cut_out(world: Path, folder: Path, first_day: str) -> None:
    """Copy the people of the largest center, and from a day on its classes and those online in its territory."""
    centers = [line.split(",") for line in (world / FILES[0]).read_text(encoding="utf-8").splitlines()]
    largest, territory = centers[1][1], centers[1][5]
    offered = {largest, *(cells[1] for cells in centers if cells[3] == "online" and cells[5] == territory)}
    _copy(world, folder, FILES[0], lambda _cells: True)
    _copy(world, folder, FILES[1], lambda cells: largest in cells[7].split(";"))
    ahead = _copy(world, folder, FILES[2], lambda cells: cells[1] in offered and cells[3] >= first_day)
    _copy(world, folder, FILES[3], lambda cells: cells[1] in ahead)


def _copy(world: Path, folder: Path, name: str, is_wanted: Callable[[list[str]], bool]) -> set[str]:
    ids = set()
    with (world / name).open(encoding="utf-8") as source, (folder / name).open("w", encoding="utf-8") as target:
        target.write(next(source))
        for line in source:
            cells = line.split(",", 11)  # no name holds a comma
            if is_wanted(cells):
                ids.add(cells[0])
                target.write(line)
    return ids
