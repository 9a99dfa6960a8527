"""The filter: the parameters that narrow the encounters of a student, each described once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import InstrumentedAttribute

from webapp.encounters.statuses import StudentEncounter
from webapp.models import LAST_UNIT_OF_THE_COURSE, Encounter
from webapp.text import GUID_PATTERN, LONGEST_SHOWN, BadInput, parse_guid

MOST_VALUES: Final = 100

_UNIT: Final = re.compile(r"0*([1-9][0-9]?)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of the JSON and of the pages. Parser, query, openapi.json and /api follow from it.

    What else to edit for another one: its field in EncounterFilter, the form of presenters.encounters, and the README.

    `field` is the field of EncounterFilter that holds the values. `parse` returns the value that a text spells, or
    None for one that is not allowed; `spell` is its inverse. `allowed` says in words what `schema` says as JSON
    Schema. `meaning` says which classes are left. What is compared with the values is what `read` returns for a
    class; the query compares `column` first, where one column holds it.
    """

    name: str
    field: str
    parse: Callable[[str], Any | None]
    spell: Callable[[Any], str] = str
    allowed: str
    schema: Mapping[str, Any]
    meaning: str
    read: Callable[[StudentEncounter], object]
    column: InstrumentedAttribute[Any] | None = None


def _choice(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a Parameter needs to know of a value that is one of a few words."""
    *others, last = values
    spellings = {value: text for text, value in values.items()}
    return {
        "parse": values.get,
        "spell": spellings.__getitem__,
        "allowed": f"{', '.join(others)} or {last}",
        "schema": {"type": "string", "enum": list(values)},
    }


def _unit_number(text: str) -> int | None:
    number = _UNIT.fullmatch(text)
    return int(number[1]) if number and int(number[1]) <= LAST_UNIT_OF_THE_COURSE else None


PARAMETERS: Final = (
    Parameter(
        name="centerId",
        field="center_ids",
        parse=parse_guid,
        allowed="a GUID",
        schema={"type": "string", "format": "uuid", "pattern": GUID_PATTERN, "maxLength": 36},
        meaning="classes of this center",
        column=Encounter.center_id,
        read=lambda encounter: encounter.center_id,
    ),
    Parameter(
        name="isOnline",
        field="is_online",
        **_choice({"true": True, "false": False}),
        meaning="classes given online, or in person",
        column=Encounter.is_online,
        read=lambda encounter: encounter.is_online,
    ),
    Parameter(
        name="unitNumber",
        field="unit_numbers",
        parse=_unit_number,
        allowed=f"a whole number from 1 to {LAST_UNIT_OF_THE_COURSE}",
        schema={"type": "integer", "minimum": 1, "maximum": LAST_UNIT_OF_THE_COURSE},
        meaning="classes that close this unit",
        column=Encounter.unit_number,
        read=lambda encounter: encounter.unit_number,
    ),
)
COLUMNS: Final = {parameter.field: parameter.column for parameter in PARAMETERS if parameter.column is not None}


@dataclass(frozen=True, slots=True)
class EncounterFilter:
    """Values to filter by, a field for each of PARAMETERS; values are alternatives, and an empty field is no filter."""

    center_ids: tuple[UUID, ...] = ()
    is_online: tuple[bool, ...] = ()
    unit_numbers: tuple[int, ...] = ()

    @classmethod
    def from_parameters(cls, values: Mapping[str, Sequence[str]]) -> tuple[EncounterFilter, BadInput | None]:
        """The filter that `values` (texts by name) ask for, and what is wrong with the first that is not allowed.

        Not allowed are a value that does not parse, and over MOST_VALUES of one name; both are left out. Empty values
        and unknown names are ignored.
        """
        problems: list[BadInput] = []
        wanted = {
            parameter.field: tuple(_parse_each(parameter, values.get(parameter.name, ()), problems))
            for parameter in PARAMETERS
        }
        return cls(**wanted), problems[0] if problems else None

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters that ask for this filter, for an address."""
        return [
            (parameter.name, parameter.spell(value))
            for parameter in PARAMETERS
            for value in getattr(self, parameter.field)
        ]

    def values(self) -> dict[str, list[object]]:
        """What the query compares with COLUMNS: values by the name of their field; fields without any are left out."""
        by_field = {field: list(getattr(self, field)) for field in COLUMNS}
        return {field: values for field, values in by_field.items() if values}

    def matching(self, encounters: Iterable[StudentEncounter]) -> Iterator[StudentEncounter]:
        """Those of the encounters that match the filter."""
        given = [(parameter.read, getattr(self, parameter.field)) for parameter in PARAMETERS]
        narrowing = [(read, values) for read, values in given if values]
        return (encounter for encounter in encounters if all(read(encounter) in values for read, values in narrowing))


def _parse_each(parameter: Parameter, given: Sequence[str], problems: list[BadInput]) -> Iterator[Any]:
    if len(given) > MOST_VALUES:
        problems.append(BadInput(parameter.name, f"{len(given)} values", f"at most {MOST_VALUES} values"))
    for text in given[:MOST_VALUES]:
        value = parameter.parse(text)
        if value is not None:
            yield value
        elif text:
            problems.append(BadInput(parameter.name, text[:LONGEST_SHOWN], parameter.allowed))
