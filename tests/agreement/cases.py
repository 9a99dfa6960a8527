"""What is asked, of whom, by whom: cases drawn so that most have rows and many are refused."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.oracle.encounters import Wanted, offered_centers, offered_units
from tests.oracle.policy import granted
from tests.oracle.world import User, World

TYPES_THAT_SEE = ("StaffMember", "Student")


@dataclass(frozen=True)
class Case:
    """One question: who asks about whom, spelled how, narrowed how, available only or all."""

    caller: User
    identifier: str
    wanted: Wanted
    shows_all: bool

    @property
    def query(self) -> str:
        """The parameters that ask for it, `show` aside."""
        pairs = [("centerId", center) for center in sorted(self.wanted.center_ids)]
        pairs += [("isOnline", str(online).lower()) for online in sorted(self.wanted.is_online)]
        pairs += [("unitNumber", str(unit)) for unit in sorted(self.wanted.unit_numbers)]
        return urlencode(pairs)


def draw_cases(world: World, number: int, seed: int) -> Iterator[Case]:
    """So many cases, the same for the same seed; about one in four is refused."""
    chance = random.Random(seed)
    active = [user for user in world.users if user.active]
    callers = [user for user in active if user.type in TYPES_THAT_SEE and user.centers]
    staff = [user for user in callers if user.type == "StaffMember"]
    for _ in range(number):
        kind = chance.random()
        if kind < 0.62:
            caller = chance.choice(staff)
            asked = chance.choice([u for u in active if u.type == "Student" and u.centers & caller.centers])
        elif kind < 0.76:
            caller = asked = chance.choice([user for user in callers if user.type == "Student"])
        else:
            caller, asked = chance.choice(active), chance.choice(world.users)
        yield Case(caller, _spelled(chance, caller, asked), _wanted(chance, world, asked), chance.random() < 0.5)


def is_refused(world: World, case: Case) -> bool:
    """Whether the oracle refuses it."""
    return not granted(world, case.caller, case.identifier)


def _spelled(chance: random.Random, caller: User, asked: User) -> str:
    spellings = [asked.id, asked.id.upper(), asked.user_name, asked.user_name.upper()]
    if caller is asked:
        spellings += ["me", "ME"]
    return chance.choice(spellings)


def _wanted(chance: random.Random, world: World, asked: User) -> Wanted:
    def some(values: list[object]) -> frozenset[object]:
        return frozenset(chance.sample(values, chance.randint(1, len(values)))) if values else frozenset()

    kind = chance.random()
    centers = some([center.id for center in offered_centers(world, asked)]) if kind < 0.25 else frozenset()
    online = some([True, False]) if 0.2 < kind < 0.4 else frozenset()
    units = some(list(offered_units(asked))) if 0.35 < kind < 0.6 else frozenset()
    return Wanted(centers, online, units)  # type: ignore[arg-type]
