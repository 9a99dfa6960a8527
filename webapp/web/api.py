"""The entrance for programs: a user's encounters as JSON, who the caller is, and the description of both."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from werkzeug.exceptions import NotAcceptable
from werkzeug.routing import BaseConverter

from webapp.accounts.users import list_centers
from webapp.encounters import list_encounters
from webapp.policy import Action
from webapp.web import api_words, inputs, openapi
from webapp.web.access import PROGRAMS_VARY, account, public, student_or_refuse
from webapp.web.context import app_context, connection, now
from webapp.web.headers import json_response
from webapp.web.negotiation import preferred_type
from webapp.web.wire import ENCOUNTER, ME, Caller, spell

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
    """The signed-in user with their centers."""
    media_type = _acceptable_type()
    caller = Caller(account(), list_centers(connection(), account().id))
    return json_response(spell(ME, caller), media_type, PROGRAMS_VARY)


@blueprint.get("/openapi.json")
@public
def show_openapi() -> Response:
    """The endpoint described for programs (OpenAPI 3.1)."""
    return json_response(openapi.document(current_app.config["SESSION_COOKIE_NAME"]), "application/json")


@blueprint.get("/api")
@public
def show_api() -> Response:
    """The endpoint explained to a person."""
    page = api_words.page(base=request.url_root.rstrip("/"), openapi_href=url_for(".show_openapi"))
    return make_response(render_template("api.html", page=page))


def _encounters(identifier: str, *, every_status: bool) -> Response:
    media_type = _acceptable_type()
    named = inputs.user_identifier(identifier)
    wanted = inputs.encounter_filter()
    student = student_or_refuse(named, Action.SEE_ENCOUNTERS)
    found = list_encounters(connection(), student, wanted, app_context().limits, now(), every_status=every_status)
    return json_response([spell(ENCOUNTER, encounter) for encounter in found], media_type, PROGRAMS_VARY)


def _acceptable_type() -> str:
    media_type = preferred_type(request.headers.get("Accept"), openapi.MEDIA_TYPES)
    if media_type is None:
        raise NotAcceptable
    return media_type
