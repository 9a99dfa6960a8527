"""The objects of the JSON, field by field: published name, value, JSON Schema and meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

from webapp.accounts.sign_ins import Account
from webapp.accounts.users import CenterOfUser
from webapp.encounters import Status, StudentEncounter
from webapp.models import LAST_UNIT_OF_THE_COURSE, LONGEST_CLASS_MINUTES, UserType
from webapp.text import FORBIDDEN_CHARACTERS, LONGEST_TEXT

Schema = dict[str, Any]
Thing = TypeVar("Thing")


class Caller(NamedTuple):
    """The signed-in user with their centers."""

    account: Account
    centers: Sequence[CenterOfUser]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Generic[Thing]):
    """A field of an object in the JSON: its name, where its value comes from, its JSON Schema and its meaning."""

    name: str
    read: Callable[[Thing], object]
    schema: Schema
    meaning: str


def spell(fields: Sequence[Field[Thing]], thing: Thing) -> dict[str, object]:
    """`thing` in the published spelling: these fields in this order, and no others."""
    return {field.name: field.read(thing) for field in fields}


def _text(longest: int = LONGEST_TEXT) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": f"^[^{FORBIDDEN_CHARACTERS}]*$"}


def object_schema(fields: Sequence[Field[Any]]) -> Schema:
    """The JSON Schema of an object with these fields."""
    properties = {field.name: {**field.schema, "description": field.meaning} for field in fields}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _whole_number(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


_GUID: Final[Schema] = {
    "type": "string",
    "format": "uuid",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    "maxLength": 36,
}
_INSTANT: Final[Schema] = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00$",
    "maxLength": 25,
    "examples": ["2026-12-01T18:00:00+00:00"],
}

ENCOUNTER: Final[tuple[Field[StudentEncounter], ...]] = (
    Field(
        name="UnitNumber",
        read=lambda encounter: encounter.unit_number,
        schema=_whole_number(1, LAST_UNIT_OF_THE_COURSE),
        meaning="the unit that the class closes",
    ),
    Field(name="Id", read=lambda encounter: encounter.id, schema=_GUID, meaning="GUID of the class"),
    Field(
        name="DateTime", read=lambda encounter: encounter.starts_at, schema=_INSTANT, meaning="start in UTC, ISO 8601"
    ),
    Field(name="EndDate", read=lambda encounter: encounter.ends_at, schema=_INSTANT, meaning="end in UTC, ISO 8601"),
    Field(
        name="Duration",
        read=lambda encounter: encounter.duration_minutes,
        schema=_whole_number(1, LONGEST_CLASS_MINUTES),
        meaning="minutes",
    ),
    Field(
        name="Status",
        read=lambda encounter: encounter.status,
        schema={"type": "string", "enum": [str(status) for status in Status]},
        meaning="what the class is to the student",
    ),
    Field(
        name="IsOnline",
        read=lambda encounter: encounter.is_online,
        schema={"type": "boolean"},
        meaning="how the class is delivered",
    ),
    Field(
        name="CenterId",
        read=lambda encounter: encounter.center_id,
        schema=_GUID,
        meaning="GUID of the center that gives the class",
    ),
    Field(name="CenterName", read=lambda encounter: encounter.center_name, schema=_text(), meaning="its name"),
    Field(
        name="CenterReferenceId",
        read=lambda encounter: encounter.center_reference_id,
        schema=_text(),
        meaning="its reference id",
    ),
)
CENTER: Final[tuple[Field[CenterOfUser], ...]] = (
    Field(name="Id", read=lambda center: center.id, schema=_GUID, meaning="GUID of the center"),
    Field(name="Name", read=lambda center: center.name, schema=_text(), meaning="its name"),
    Field(name="ReferenceId", read=lambda center: center.reference_id, schema=_text(), meaning="its reference id"),
)
ME: Final[tuple[Field[Caller], ...]] = (
    Field(name="Id", read=lambda caller: caller.account.id, schema=_GUID, meaning="GUID of the signed-in user"),
    Field(name="UserName", read=lambda caller: caller.account.user_name, schema=_text(), meaning="user name"),
    Field(name="FirstName", read=lambda caller: caller.account.first_name, schema=_text(), meaning="first name"),
    Field(
        name="LastName",
        read=lambda caller: caller.account.last_name,
        schema={**_text(), "type": ["string", "null"]},
        meaning="last name, null if there is none",
    ),
    Field(
        name="FullName",
        read=lambda caller: caller.account.full_name,
        schema=_text(2 * LONGEST_TEXT + 1),
        meaning="both, with one space between them",
    ),
    Field(
        name="Type",
        read=lambda caller: caller.account.type,
        schema={"type": "string", "enum": [str(kind) for kind in UserType]},
        meaning="what the user is to the network",
    ),
    Field(
        name="Centers",
        read=lambda caller: [spell(CENTER, center) for center in caller.centers],
        schema={"type": "array", "items": object_schema(CENTER), "uniqueItems": True},
        meaning="the centers of the user, by name and id",
    ),
)
