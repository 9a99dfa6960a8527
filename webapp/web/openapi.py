"""The JSON endpoints described once: parameters, statuses and answers, with the fields of wire.py, as OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from webapp.encounters import MOST_VALUES, PARAMETERS, Parameter, Status
from webapp.text import FORBIDDEN_CHARACTERS, IDENTIFIER, LONGEST_IDENTIFIER
from webapp.web.access import PROGRAMS_VARY
from webapp.web.wire import ENCOUNTER, ME, Schema, object_schema

MEDIA_TYPES: Final = ("application/json", "text/json")
RULE: Final = (
    "The signed-in user is the named user, or is a staff member of a center that the named user is also assigned to; "
    "and the signed-in user is a StaffMember or a Student."
)
IDENTIFIER_ALLOWED: Final = "a GUID, a user name, or me, in any letter case"
IDENTIFIER_MEANING: Final = "whose classes, in the address"
STATUSES: Final = {
    Status.BOOKED: "the student holds a seat in it",
    Status.ON_STANDBY: "the student is on its standby list",
    Status.CLOSED: "it is closed for booking",
    Status.CONFLICT: "it overlaps another class, not cancelled, in which the student holds a seat "
    "(17–18 does not overlap 18–19)",
    Status.AVAILABLE: "a seat is free",
    Status.STANDBY: "a standby place is free",
    Status.FULL: "otherwise",
}
ANSWERS: Final = {
    200: "found; a list is sorted by DateTime, CenterName and Id, and may be empty",
    304: "unchanged since the ETag that was sent as If-None-Match",
    400: "a value is not allowed, and parameter names it; or the host name is not served here",
    401: "no sign-in and no valid token",
    403: "the user is not one that the caller may see, or does not exist",
    404: "there is no such address",
    405: "the address does not take this method; Allow lists those that it takes",
    406: "neither application/json nor text/json is acceptable",
    414: "the address is too long",
    431: "the headers are too large",
    500: "something went wrong on our side",
    503: "the database is unavailable or busy; Retry-After says in how many seconds to try again",
}

_FAILURES: Final = tuple(status for status in ANSWERS if status >= HTTPStatus.BAD_REQUEST)
_FAILURES_OF_ME: Final = tuple(status for status in _FAILURES if status != HTTPStatus.FORBIDDEN)
_NOT_OF_OPTIONS: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_ACCEPTABLE})
_LONGEST_DETAIL: Final = 2000  # it repeats the refused value, each character of which may be escaped
_HEADERS: Final[Schema] = {
    "ETag": {
        "description": "send it back as If-None-Match",
        "type": "string",
        "pattern": '^"[!#-~]+"$',
        "maxLength": 100,
    },
    "Cache-Control": {"const": "private, no-cache"},
    "Vary": {"const": PROGRAMS_VARY},
    "X-Request-Id": {"type": "string", "pattern": "^[0-9a-f]{32}$", "maxLength": 32},
    "WWW-Authenticate": {"const": "Bearer"},
    "Allow": {"type": "string", "pattern": "^[A-Z]+(, [A-Z]+)*$", "maxLength": 100},
    "Retry-After": {"type": "integer", "minimum": 0, "maximum": 3600},
}
_HEADERS_OF: Final = {401: ("WWW-Authenticate",), 405: ("Allow",), 503: ("Retry-After",)}
_PROBLEM: Final[Schema] = {
    "type": "object",
    "properties": {
        "type": {"const": "about:blank"},
        "title": {"type": "string", "enum": [HTTPStatus(status).phrase for status in _FAILURES]},
        "status": {"type": "integer", "enum": list(_FAILURES)},
        "detail": {"type": "string", "minLength": 1, "maxLength": _LONGEST_DETAIL},
        "requestId": _HEADERS["X-Request-Id"],
        "parameter": {
            "type": "string",
            "enum": [IDENTIFIER, *(parameter.name for parameter in PARAMETERS)],
            "description": "on 400: whose value is not allowed",
        },
    },
    "required": ["type", "title", "status", "detail", "requestId"],
    "additionalProperties": False,
}
_IDENTIFIER: Final[Schema] = {
    "name": IDENTIFIER,
    "in": "path",
    "required": True,
    "description": f"{IDENTIFIER_ALLOWED}: {IDENTIFIER_MEANING}",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_IDENTIFIER,
        "pattern": f"^[^/{FORBIDDEN_CHARACTERS}]+$",
    },
}


def document(session_cookie: str) -> Schema:
    """The OpenAPI document of a server that keeps sessions in the cookie of this name."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Encounters",
            "version": "1.0.0",
            "description": f"Which encounters a student can take. One rule: {RULE}",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": {
            f"/users/{{{IDENTIFIER}}}/encounters/available": _encounters(
                "Available", "The encounters that a user can take"
            ),
            f"/users/{{{IDENTIFIER}}}/encounters": _encounters("Encounters", "The same with every status"),
            "/users/me": _path(
                name="Me",
                summary="The signed-in user",
                schema={"$ref": "#/components/schemas/Me"},
                filters=[],
                failures=_FAILURES_OF_ME,
            ),
        },
        "components": {
            "schemas": {"Encounter": object_schema(ENCOUNTER), "Me": object_schema(ME), "Problem": _PROBLEM},
            "headers": {name: {"required": True, "schema": schema} for name, schema in _HEADERS.items()},
            "parameters": {parameter.name: _query_parameter(parameter) for parameter in PARAMETERS},
            "responses": {_name(status): _problem(status) for status in _FAILURES},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": session_cookie},
            },
        },
    }


def _query_parameter(parameter: Parameter) -> Schema:
    items = {"anyOf": [dict(parameter.schema), {"type": "string", "maxLength": 0}]}
    return {
        "name": parameter.name,
        "in": "query",
        "description": f"{parameter.allowed}: {parameter.meaning}. Repeated values are alternatives; an empty one is "
        "no filter.",
        "style": "form",
        "explode": True,
        "schema": {"type": "array", "items": items, "maxItems": MOST_VALUES},
    }


def _encounters(name: str, summary: str) -> Schema:
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/Encounter"}, "uniqueItems": True}
    filters = [{"$ref": f"#/components/parameters/{parameter.name}"} for parameter in PARAMETERS]
    path = _path(name=name, summary=summary, schema=schema, filters=filters, failures=_FAILURES)
    return {"parameters": [_IDENTIFIER], **path}


def _path(*, name: str, summary: str, schema: Schema, filters: list[Schema], failures: Sequence[int]) -> Schema:
    headers = _header_references("ETag", "Cache-Control", "Vary", "X-Request-Id")
    found = {"description": ANSWERS[200], "headers": headers}
    unchanged = {"description": ANSWERS[304], "headers": headers}
    content = {media_type: {"schema": schema} for media_type in MEDIA_TYPES}
    problems = {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in failures}
    without_body = {str(status): _failure(status) for status in failures}
    allowed = {"description": "Allow lists them", "headers": _header_references("Allow")}
    of_options = {status: problem for status, problem in problems.items() if int(status) not in _NOT_OF_OPTIONS}
    return {
        "get": {
            "operationId": f"get{name}",
            "summary": summary,
            "parameters": filters,
            "responses": {"200": {**found, "content": content}, "304": unchanged, **problems},
        },
        "head": {
            "operationId": f"head{name}",
            "summary": "The headers of the same answer",
            "parameters": filters,
            "responses": {"200": found, "304": unchanged, **without_body},
        },
        "options": {
            "operationId": f"options{name}",
            "summary": "The methods that the address takes",
            "responses": {"200": allowed, **of_options},
        },
    }


def _failure(status: int) -> Schema:
    return {
        "description": ANSWERS[status],
        "headers": _header_references("X-Request-Id", *_HEADERS_OF.get(status, ())),
    }


def _problem(status: int) -> Schema:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {**_failure(status), "content": content}


def _header_references(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")
