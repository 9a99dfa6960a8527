"""The entrance for programs: a user's encounters as JSON, who the caller is, and the description of both."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.exceptions import NotAcceptable
from werkzeug.routing import BaseConverter

from webapp.accounts.people import list_centers
from webapp.encounters import StudentEncounter, list_encounters
from webapp.policy import Action
from webapp.web import api_words, inputs, openapi
from webapp.web.access import PROGRAMS_VARY, account, public, student_or_refuse
from webapp.web.context import app_context, connection, now
from webapp.web.headers import json_response
from webapp.web.negotiation import preferred_type

MEDIA_TYPES: Final = ("application/json", "text/json")

blueprint = Blueprint("api", __name__)


class MeConverter(BaseConverter):
    """`me` in any letter case; nothing else is a person's own address."""

    regex = "[mM][eE]"


@blueprint.record_once
def _know_me(state: Any) -> None:
    state.app.url_map.converters["me"] = MeConverter


@blueprint.get("/users/<identifier>/encounters/available")
def show_available(identifier: str) -> Response:
    """The encounters that the named user can take: the published endpoint."""
    return _encounters(identifier, every_status=False)


@blueprint.get("/users/<identifier>/encounters")
def show_all(identifier: str) -> Response:
    """The same, with every status."""
    return _encounters(identifier, every_status=True)


@blueprint.get("/users/<me:_me>")
def show_me(_me: str) -> Response:
    """The signed-in user with the own centers."""
    media_type = _acceptable_type()
    me = account()
    centers = [
        {"Id": center.id, "Name": center.name, "ReferenceId": center.reference_id}
        for center in list_centers(connection(), me.id)
    ]
    names = {"UserName": me.user_name, "FirstName": me.first_name, "LastName": me.last_name, "FullName": me.full_name}
    return json_response({"Id": me.id, **names, "Type": me.type, "Centers": centers}, media_type, PROGRAMS_VARY)


@blueprint.get("/openapi.json")
@public
def show_openapi() -> Response:
    """The endpoint described for programs (OpenAPI 3.1)."""
    return json_response(openapi.DOCUMENT, "application/json")


@blueprint.get("/api")
@public
def show_api() -> Response:
    """The endpoint explained to a person."""
    page = api_words.page(base=request.url_root.rstrip("/"), openapi_href=url_for(".show_openapi"))
    return make_response(render_template("api.html", page=page))


def wire(encounter: StudentEncounter) -> dict[str, object]:
    """A class in the published spelling: these ten fields in this order, and no others."""
    return {
        "UnitNumber": encounter.unit_number,
        "Id": encounter.id,
        "DateTime": encounter.starts_at.isoformat(),
        "EndDate": encounter.ends_at.isoformat(),
        "Duration": encounter.duration_minutes,
        "Status": encounter.status.value,
        "IsOnline": encounter.is_online,
        "CenterId": encounter.center_id,
        "CenterName": encounter.center_name,
        "CenterReferenceId": encounter.center_reference_id,
    }


def _encounters(identifier: str, *, every_status: bool) -> Response:
    media_type = _acceptable_type()
    named = inputs.user_identifier(identifier)
    wanted = inputs.encounter_filter()
    student = student_or_refuse(named, Action.SEE_ENCOUNTERS)
    found = list_encounters(connection(), student, wanted, app_context().limits, now(), every_status=every_status)
    return json_response([wire(encounter) for encounter in found], media_type, PROGRAMS_VARY)


def _acceptable_type() -> str:
    media_type = preferred_type(request.headers.get("Accept"), MEDIA_TYPES)
    if media_type is None:
        raise NotAcceptable
    return media_type
