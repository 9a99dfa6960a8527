"""Error responses in the format that the client expects: a page, a part's alert, or problem+json."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import orjson
from flask import Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException, SecurityError, ServiceUnavailable

from webapp.database import DatabaseUnavailable
from webapp.refusals import Refused
from webapp.text import BadInput
from webapp.web import access, htmx, layout
from webapp.web.headers import request_id
from webapp.web.view_models import Alert, MessagePage, NavLink

SECONDS_UNTIL_RETRY: Final = 5

_MESSAGES: Final = {
    400: "The request cannot be understood.",
    403: "You may not see this, or it does not exist. If you need access, ask your center.",
    404: "There is no such page.",
    405: "This address does not take that kind of request.",
    406: "Only application/json and text/json are supported.",
    409: "Someone else changed this first. Nothing was saved: reload the page and try again.",
    413: "What was sent is too large.",
    414: "The address is too long.",
    431: "The headers of the request are too large.",
    500: "Something went wrong on our side.",
    503: "The database is unavailable or busy. This usually passes quickly: try again in a moment.",
}


def init_app(app: Flask) -> None:
    """Handle the exceptions that views and hooks raise."""
    app.register_error_handler(HTTPException, _handle_http_error)
    app.register_error_handler(BadHost, _handle_invalid_host)
    app.register_error_handler(SecurityError, _handle_unknown_host)
    app.register_error_handler(BadInput, _handle_bad_input)
    app.register_error_handler(Refused, _handle_refusal)
    app.register_error_handler(DatabaseUnavailable, _handle_database_unavailable)


def render_error(status: int, message: str, parameter: str | None = None) -> Response:
    """The response with an error: `message` as problem+json under /users/, as an alert for a part, else as a page.

    `parameter` is the query parameter at fault; only problem+json names it.
    """
    if request.path.startswith(access.PROGRAMS):
        return _render_problem(status, message, parameter)
    if htmx.wants_any_part():
        response = make_response(render_template("_alert.html", page=Alert(message)), status)
    else:
        # After a failure the database may be what failed, so the header is left out instead of queried for.
        frame = {"frame": layout.SIGNED_OUT} if status >= HTTPStatus.INTERNAL_SERVER_ERROR else {}
        body = render_template("message.html", page=_message_page(status, message), **frame)
        response = make_response(body, status)
    response.headers["Vary"] = htmx.VARY
    return response


def _handle_http_error(error: HTTPException) -> Response:
    if error.code == HTTPStatus.UNAUTHORIZED:
        return _render_unauthorized()
    response = render_error(error.code or 500, _message_of(error))
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _handle_invalid_host(_error: BadHost) -> Response:
    return _render_host_error("This is not a valid host name.")


def _handle_unknown_host(_error: SecurityError) -> Response:
    return _render_host_error("This host name is not served here (ENCOUNTERS_TRUSTED_HOSTS).")


def _render_host_error(message: str) -> Response:
    if request.path.startswith(access.PROGRAMS):
        return _render_problem(400, message)
    return Response(f"{message}\n", 400, mimetype="text/plain")  # a page has links, which need a valid host


def _handle_bad_input(error: BadInput) -> Response:
    return render_error(400, error.sentence, parameter=error.parameter)


def _handle_refusal(refused: Refused) -> Response:
    return render_error(422, refused.sentence)


def _handle_database_unavailable(error: DatabaseUnavailable) -> Response:
    current_app.logger.warning(
        "request %s: the database is unavailable: %s", request_id(), type(error.__cause__).__name__
    )
    return _handle_http_error(ServiceUnavailable(retry_after=SECONDS_UNTIL_RETRY))


def _render_unauthorized() -> Response:
    if request.path.startswith(access.PROGRAMS):
        response = _render_problem(401, "Sign in, or send `Authorization: Bearer` with a valid API token.")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    wanted = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None
    sign_in = url_for("sessions.show_sign_in", next=wanted)
    if htmx.is_sender():
        return Response(status=401, headers={"HX-Redirect": sign_in, "Vary": htmx.VARY})
    response = make_response(redirect(sign_in, 303))
    response.headers["Vary"] = htmx.VARY
    return response


def _render_problem(status: int, message: str, parameter: str | None = None) -> Response:
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "requestId": request_id(),
    }
    if parameter:
        problem["parameter"] = parameter
    response = Response(orjson.dumps(problem), status, mimetype="application/problem+json")
    response.headers["Vary"] = access.PROGRAMS_VARY
    return response


def _message_page(status: int, message: str) -> MessagePage:
    return MessagePage(
        title=HTTPStatus(status).phrase,
        paragraphs=(message,),
        way_out=NavLink("To the start page", url_for("sessions.show_home"), False),
        request_id=request_id(),
    )


def _message_of(error: HTTPException) -> str:
    code = error.code or 500
    if isinstance(error, CSRFError):
        return "The form was too old or came from another site. Nothing was changed: go back, reload and try again."
    return _MESSAGES.get(code, HTTPStatus(code).description)
