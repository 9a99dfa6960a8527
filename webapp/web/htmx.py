"""Requests by htmx and their answers: a part of a page instead of the whole."""

from __future__ import annotations

from enum import StrEnum

from flask import Flask, Response, make_response, render_template, request
from htmx_flask import Htmx
from htmx_flask.requests import HtmxHeaders

VARY = "HX-Request, HX-Target"


class Part(StrEnum):
    """The elements that htmx can request alone, by their ids in the templates."""

    AVAILABILITY = "availability"
    STUDENTS = "students"


def init_app(app: Flask) -> None:
    """Parse the headers of htmx on each request."""
    Htmx(app)


def is_sender() -> bool:
    """Whether htmx sent this request, whatever it is for."""
    return bool(_headers())


def wants_part(part: Part) -> bool:
    """Whether `part` alone is requested, and not the whole page that holds it."""
    return _wanted_part() == part


def wants_any_part() -> bool:
    """Whether one of the parts alone is requested, and not a whole page."""
    return _wanted_part() is not None


def is_refresh() -> bool:
    """Whether a part refreshes itself, without any action by a person."""
    return wants_any_part() and _headers().trigger in set(Part)


def part(template: str, page: object, version: str = "") -> Response:
    """The response with one element; 204 without a body if the browser already has this `version`."""
    if version and version in _cached_versions():
        response = Response(status=204)
    else:
        response = make_response(render_template(template, page=page))
    response.headers["Vary"] = VARY
    return response


def whole(template: str, page: object) -> Response:
    """The response with a whole page whose parts can also be requested alone."""
    response = make_response(render_template(template, page=page))
    response.headers["Vary"] = VARY
    return response


def _cached_versions() -> set[str]:
    tags = request.headers.get("If-None-Match", "").split(",")
    return {tag.strip().removeprefix("W/").strip('"') for tag in tags}


def _wanted_part() -> Part | None:
    headers = _headers()
    wants_whole_page = not headers or headers.boosted or headers.history_restore_request
    return Part(headers.target) if not wants_whole_page and headers.target in set(Part) else None


def _headers() -> HtmxHeaders:
    headers: HtmxHeaders = request.htmx  # type: ignore[attr-defined]
    return headers
