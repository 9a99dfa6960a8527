"""The filter: which centers, units and ways of delivery were asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from webapp.students import LAST_UNIT_OF_THE_COURSE
from webapp.text import BadInput, parse_guid

MOST_VALUES: Final = 100

_UNIT: Final = re.compile(r"0*([1-9][0-9]?)", re.ASCII)
_UNIT_NUMBERS: Final = f"a whole number from 1 to {LAST_UNIT_OF_THE_COURSE}"
_BOOLEANS: Final = {"true": True, "false": False}
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class EncounterFilter:
    """What was asked for. Values of one kind are alternatives; an empty kind asks for nothing in particular."""

    center_ids: tuple[UUID, ...] = ()
    is_online: tuple[bool, ...] = ()
    unit_numbers: tuple[int, ...] = ()

    @classmethod
    def from_parameters(cls, values: Mapping[str, Sequence[str]]) -> tuple[EncounterFilter, BadInput | None]:
        """The filter that the parameters centerId, isOnline and unitNumber ask for; unknown ones are ignored.

        A value that does not parse, or over 100 values of one parameter, is left out and told as the second.
        """
        problems: list[BadInput] = []
        wanted = cls(
            tuple(_each(values, "centerId", parse_guid, "a GUID", problems)),
            tuple(_each(values, "isOnline", _BOOLEANS.get, "true or false", problems)),
            tuple(_each(values, "unitNumber", _unit_number, _UNIT_NUMBERS, problems)),
        )
        return wanted, problems[0] if problems else None

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters that ask for this filter, for an address."""
        return [
            *(("centerId", str(center)) for center in self.center_ids),
            *(("isOnline", str(online).lower()) for online in self.is_online),
            *(("unitNumber", str(unit)) for unit in self.unit_numbers),
        ]

    def values(self) -> dict[str, list[object]]:
        """What the query is given for each kind of which something was asked for."""
        kinds = {"center_ids": self.center_ids, "is_online": self.is_online, "unit_numbers": self.unit_numbers}
        return {kind: list(values) for kind, values in kinds.items() if values}


def _each(
    values: Mapping[str, Sequence[str]],
    name: str,
    parse: Callable[[str], Value | None],
    allowed: str,
    problems: list[BadInput],
) -> Iterator[Value]:
    given = values.get(name, ())
    if len(given) > MOST_VALUES:
        problems.append(BadInput(name, f"{len(given)} values", f"at most {MOST_VALUES} values"))
    for text in given[:MOST_VALUES]:
        value = parse(text)
        if value is not None:
            yield value
        elif text:
            problems.append(BadInput(name, text[:MOST_VALUES], allowed))


def _unit_number(text: str) -> int | None:
    number = _UNIT.fullmatch(text)
    return int(number[1]) if number and int(number[1]) <= LAST_UNIT_OF_THE_COURSE else None
