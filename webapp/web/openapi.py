"""The JSON endpoint described for programs, as an OpenAPI 3.1 document."""

from __future__ import annotations

from typing import Any, Final

from webapp.encounters import MOST_VALUES, Status
from webapp.models import UserType
from webapp.students import LAST_UNIT_OF_THE_COURSE
from webapp.text import LONGEST_IDENTIFIER

Schema = dict[str, Any]

_GUID: Final[Schema] = {"type": "string", "format": "uuid"}
_UNIT: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": LAST_UNIT_OF_THE_COURSE}
_INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "examples": ["2026-12-01T18:00:00+00:00"]}
_TEXT: Final[Schema] = {"type": "string"}


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_ENCOUNTER: Final = _object(
    {
        "UnitNumber": _UNIT,
        "Id": _GUID,
        "DateTime": _INSTANT,
        "EndDate": _INSTANT,
        "Duration": {"type": "integer", "minimum": 1, "maximum": 600, "description": "minutes"},
        "Status": {"type": "string", "enum": [str(status) for status in Status]},
        "IsOnline": {"type": "boolean"},
        "CenterId": _GUID,
        "CenterName": _TEXT,
        "CenterReferenceId": _TEXT,
    }
)
_ME: Final = _object(
    {
        "Id": _GUID,
        "UserName": _TEXT,
        "FirstName": _TEXT,
        "LastName": {"type": ["string", "null"]},
        "FullName": _TEXT,
        "Type": {"type": "string", "enum": [str(kind) for kind in UserType]},
        "Centers": {"type": "array", "items": _object({"Id": _GUID, "Name": _TEXT, "ReferenceId": _TEXT})},
    }
)
_PROBLEM: Final[Schema] = {
    "type": "object",
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "requestId": _TEXT,
        "parameter": {"type": "string", "description": "on 400: the parameter that is not allowed"},
    },
    "required": ["type", "title", "status", "detail", "requestId"],
}


def _filter(name: str, schema: Schema, description: str) -> Schema:
    items = {"anyOf": [schema, {"type": "string", "maxLength": 0}]}
    array = {"type": "array", "items": items, "maxItems": MOST_VALUES}
    return {"name": name, "in": "query", "schema": array, "style": "form", "explode": True, "description": description}


_FILTERS: Final = [
    _filter("centerId", _GUID, "classes of these centers"),
    _filter("isOnline", {"type": "string", "enum": ["true", "false"]}, "classes given online, or in person"),
    _filter("unitNumber", _UNIT, "classes that close these units"),
]
_IDENTIFIER: Final[Schema] = {
    "name": "userIdentifier",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_IDENTIFIER},
    "description": "a GUID in any letter case, a user name, or `me`",
}
_ETAG: Final[Schema] = {"ETag": {"schema": _TEXT, "description": "send it back as If-None-Match"}}


def _failure(description: str) -> Schema:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}


def _get(summary: str, schema: Schema, parameters: list[Schema], failures: dict[str, Schema]) -> Schema:
    content = {media_type: {"schema": schema} for media_type in ("application/json", "text/json")}
    responses = {
        "200": {"description": "found", "headers": _ETAG, "content": content},
        "304": {"description": "unchanged since the ETag in If-None-Match", "headers": _ETAG},
        "401": _failure("no sign-in and no valid token"),
        "406": _failure("neither media type is acceptable"),
        **failures,
    }
    return {"get": {"summary": summary, "parameters": parameters, "responses": dict(sorted(responses.items()))}}


_REFUSALS: Final = {
    "400": _failure("a parameter is not allowed"),
    "403": _failure("the user is not one that the caller may see, or does not exist"),
}
_LIST: Final[Schema] = {"type": "array", "items": {"$ref": "#/components/schemas/Encounter"}}

DOCUMENT: Final[Schema] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Encounters",
        "version": "1.0.0",
        "description": "Which encounters a student can take. One rule: the signed-in user is the named user, or is a "
        "staff member of a center that the named user is also assigned to; and the signed-in user is a StaffMember "
        "or a Student.",
    },
    "security": [{"token": []}, {"session": []}],
    "paths": {
        "/users/{userIdentifier}/encounters/available": _get(
            "The encounters that a user can take", _LIST, [_IDENTIFIER, *_FILTERS], _REFUSALS
        ),
        "/users/{userIdentifier}/encounters": _get(
            "The same with every status", _LIST, [_IDENTIFIER, *_FILTERS], _REFUSALS
        ),
        "/users/me": _get("Who is asking", {"$ref": "#/components/schemas/Me"}, [], {}),
    },
    "components": {
        "schemas": {"Encounter": _ENCOUNTER, "Me": _ME, "Problem": _PROBLEM},
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "encounters_session"},
        },
    },
}
