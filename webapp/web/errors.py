"""Every refusal and failure in the spelling that its caller understands: a page, a part's alert, or problem+json."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import orjson
from flask import Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError, ServiceUnavailable

from webapp.database import DatabaseAway
from webapp.refusals import Refused
from webapp.text import BadInput
from webapp.web import access, htmx, layout
from webapp.web.headers import request_id
from webapp.web.view_models import MessagePage, NavLink

SECONDS_UNTIL_RETRY: Final = 5
PARTS: Final = ("availability", "students")

_WORDS: Final = {
    400: "The request cannot be understood.",
    403: "This is not for you to see, or it does not exist. If you think it should be, ask your center.",
    404: "There is no such page.",
    405: "This address does not take that kind of request.",
    406: "Only application/json and text/json can be answered.",
    409: "Someone else changed this first. Nothing was saved: reload the page and try again.",
    413: "What was sent is too large.",
    414: "The address is too long.",
    429: "Too many requests. Wait a little and try again.",
    431: "The headers of the request are too large.",
    500: "Something went wrong here. Nothing was changed.",
    503: "The database is away or busy. Nothing was changed. Try again in a moment.",
}


def init_app(app: Flask) -> None:
    """Answer exceptions that views and hooks raise."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(SecurityError, _answer_unknown_host)
    app.register_error_handler(BadInput, _answer_bad_input)
    app.register_error_handler(Refused, _answer_refusal)
    app.register_error_handler(DatabaseAway, _answer_database_away)


def _answer_http(error: HTTPException) -> Response:
    if error.code == HTTPStatus.UNAUTHORIZED:
        return _answer_signed_out()
    response = _in_the_callers_spelling(error.code or 500, _words_of(error))
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _answer_unknown_host(_error: SecurityError) -> Response:
    words = "This host name is not served here (ENCOUNTERS_TRUSTED_HOSTS)."
    if request.path.startswith(access.PROGRAMS):
        return _problem(400, words)
    return Response(f"{words}\n", 400, mimetype="text/plain")  # without its host, a page knows no addresses


def _answer_bad_input(error: BadInput) -> Response:
    return _in_the_callers_spelling(400, f"{error}.", parameter=error.parameter)


def _answer_refusal(refused: Refused) -> Response:
    return _in_the_callers_spelling(422, f"{refused}.")


def _answer_database_away(error: DatabaseAway) -> Response:
    current_app.logger.warning("request %s: the database is away: %s", request_id(), type(error.__cause__).__name__)
    return _answer_http(ServiceUnavailable(retry_after=SECONDS_UNTIL_RETRY))


def _answer_signed_out() -> Response:
    if request.path.startswith(access.PROGRAMS):
        response = _problem(401, "Sign in, or send `Authorization: Bearer` with a valid API token.")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    wanted = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None
    sign_in = url_for("sessions.show_sign_in", next=wanted)
    if htmx.asks():
        return Response(status=401, headers={"HX-Redirect": sign_in, "Vary": htmx.VARY})
    response = make_response(redirect(sign_in, 303))
    response.headers["Vary"] = htmx.VARY
    return response


def _in_the_callers_spelling(status: int, words: str, parameter: str | None = None) -> Response:
    if request.path.startswith(access.PROGRAMS):
        return _problem(status, words, parameter)
    if htmx.wants_part(PARTS):
        response = make_response(render_template("_alert.html", text=words), status)
    else:
        response = make_response(render_template("message.html", page=_page(status, words)), status)
    response.headers["Vary"] = htmx.VARY
    return response


def _problem(status: int, words: str, parameter: str | None = None) -> Response:
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": words,
        "requestId": request_id(),
    }
    if parameter:
        problem["parameter"] = parameter
    response = Response(orjson.dumps(problem), status, mimetype="application/problem+json")
    response.headers["Vary"] = access.PROGRAMS_VARY
    return response


def _page(status: int, words: str) -> MessagePage:
    # A failure must not depend on what failed: after one, nobody is looked up.
    viewer = access.visitor() if status < HTTPStatus.INTERNAL_SERVER_ERROR else None
    return MessagePage(
        title=HTTPStatus(status).phrase,
        assets=layout.assets(),
        viewer=layout.viewer(viewer.account if viewer else None),
        paragraphs=(words,),
        way_out=NavLink("To the start page", url_for("sessions.show_home"), False),
        request_id=request_id(),
    )


def _words_of(error: HTTPException) -> str:
    code = error.code or 500
    if isinstance(error, CSRFError):
        return "The form was too old or came from another site. Nothing was changed: go back, reload and try again."
    return _WORDS.get(code, HTTPStatus(code).description)
