"""What htmx asks for and what it is answered: the part of a page instead of the whole."""

from __future__ import annotations

from collections.abc import Collection

from flask import Flask, Response, make_response, render_template, request
from htmx_flask import Htmx
from htmx_flask.requests import HtmxHeaders

VARY = "HX-Request, HX-Target"


def init_app(app: Flask) -> None:
    """Let requests know the headers of htmx."""
    Htmx(app)


def asks() -> bool:
    """Whether htmx sent this request, whatever for."""
    return bool(_headers())


def wants_part(elements: Collection[str]) -> bool:
    """Whether one of these elements (ids) alone is wanted, and not the whole page that holds it."""
    headers = _headers()
    whole = headers.boosted or headers.history_restore_request
    return bool(headers) and headers.target in elements and not whole


def triggered_by(elements: Collection[str]) -> bool:
    """Whether a part is wanted by one of these elements (ids) itself: nobody touched anything."""
    headers = _headers()
    return wants_part(elements) and headers.trigger in elements


def part(template: str, version: str = "", **context: object) -> Response:
    """The answer with one element; 204 without a body if the asker has this `version` already."""
    if version and version in _known_versions():
        response = Response(status=204)
    else:
        response = make_response(render_template(template, **context))
    response.headers["Vary"] = VARY
    return response


def whole(template: str, page: object) -> Response:
    """The answer with a whole page of which a part can be asked for."""
    response = make_response(render_template(template, page=page))
    response.headers["Vary"] = VARY
    return response


def _known_versions() -> set[str]:
    spelled = request.headers.get("If-None-Match", "").split(",")
    return {version.strip().removeprefix("W/").strip('"') for version in spelled}


def _headers() -> HtmxHeaders:
    headers: HtmxHeaders = request.htmx  # type: ignore[attr-defined]
    return headers
