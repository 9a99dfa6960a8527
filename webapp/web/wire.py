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


@dataclass(frozen=True, slots=True)
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
        "UnitNumber",
        lambda encounter: encounter.unit_number,
        _whole_number(1, LAST_UNIT_OF_THE_COURSE),
        "the unit that the class closes",
    ),
    Field("Id", lambda encounter: encounter.id, _GUID, "GUID of the class"),
    Field("DateTime", lambda encounter: encounter.starts_at, _INSTANT, "start in UTC, ISO 8601"),
    Field("EndDate", lambda encounter: encounter.ends_at, _INSTANT, "end in UTC, ISO 8601"),
    Field("Duration", lambda encounter: encounter.duration_minutes, _whole_number(1, LONGEST_CLASS_MINUTES), "minutes"),
    Field(
        "Status",
        lambda encounter: encounter.status,
        {"type": "string", "enum": [str(status) for status in Status]},
        "what the class is to the student",
    ),
    Field("IsOnline", lambda encounter: encounter.is_online, {"type": "boolean"}, "how the class is delivered"),
    Field("CenterId", lambda encounter: encounter.center_id, _GUID, "GUID of the center that gives the class"),
    Field("CenterName", lambda encounter: encounter.center_name, _text(), "its name"),
    Field("CenterReferenceId", lambda encounter: encounter.center_reference_id, _text(), "its reference id"),
)
CENTER: Final[tuple[Field[CenterOfUser], ...]] = (
    Field("Id", lambda center: center.id, _GUID, "GUID of the center"),
    Field("Name", lambda center: center.name, _text(), "its name"),
    Field("ReferenceId", lambda center: center.reference_id, _text(), "its reference id"),
)
ME: Final[tuple[Field[Caller], ...]] = (
    Field("Id", lambda caller: caller.account.id, _GUID, "GUID of the signed-in user"),
    Field("UserName", lambda caller: caller.account.user_name, _text(), "user name"),
    Field("FirstName", lambda caller: caller.account.first_name, _text(), "first name"),
    Field(
        "LastName",
        lambda caller: caller.account.last_name,
        {**_text(), "type": ["string", "null"]},
        "last name, null if there is none",
    ),
    Field("FullName", lambda caller: caller.account.full_name, _text(2 * LONGEST_TEXT + 1), "both, one blank between"),
    Field(
        "Type",
        lambda caller: caller.account.type,
        {"type": "string", "enum": [str(kind) for kind in UserType]},
        "what the user is to the network",
    ),
    Field(
        "Centers",
        lambda caller: [spell(CENTER, center) for center in caller.centers],
        {"type": "array", "items": object_schema(CENTER), "uniqueItems": True},
        "the centers of the user, by name and id",
    ),
)
