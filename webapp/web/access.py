"""The signed-in user, default deny, and loading through the policy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from flask import Flask, Request, Response, current_app, g, request, session
from flask_login import LoginManager, current_user, login_user
from werkzeug.exceptions import Forbidden, Unauthorized

from webapp import students
from webapp.accounts import sign_ins, tokens
from webapp.policy import Action, Actor
from webapp.web import htmx
from webapp.web.context import app_context, connection, now, run_with_database

PROGRAMS: Final = "/users/"
PROGRAMS_VARY: Final = "Accept, Cookie, Authorization"
POLLING_ELEMENTS: Final = frozenset({"availability", "students"})

_BEARER: Final = re.compile(r"bearer +([a-z0-9._~+/-]+=*)", re.ASCII | re.IGNORECASE)
View = TypeVar("View", bound=Callable[..., Any])


class Visitor:
    """The signed-in user of this request; `sign_in` is None for a program that came with a token."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, account: sign_ins.Account, sign_in: sign_ins.LiveSignIn | None) -> None:
        self.account = account
        self.sign_in = sign_in

    def get_id(self) -> str:
        """What the cookie keeps: the sign-in's opaque token."""
        return self.sign_in.token if self.sign_in else ""


def init_app(app: Flask) -> None:
    """Deny whatever is not public and load the user. Before CSRF: the signed-out are not asked for tokens."""
    # A cookie of this name would keep flask-login from looking at the Authorization header.
    app.config["REMEMBER_COOKIE_NAME"] = "(never set)"
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # error pages must not look anybody up
    manager.session_protection = None  # it would rewrite the cookie when the browser updates itself
    manager.user_loader(_visitor_of_cookie)
    manager.request_loader(_visitor_of_header)
    app.before_request(_deny_by_default)
    app.after_request(_note_activity)


def public(view: View) -> View:
    """Mark a view as open to everyone; all others ask for a sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def account() -> sign_ins.Account:
    """The active user who is asking. Only for views that are not public."""
    return cast(Visitor, current_user).account


def actor() -> Actor:
    """The person asking, as the policy knows them."""
    return Actor(account().id, account().type)


def visitor() -> Visitor | None:
    """Who is signed in, or None; for pages that are public too."""
    return cast(Visitor, current_user) if current_user.is_authenticated else None


def student_or_refuse(identifier: UUID | str, action: Action) -> students.Student:
    """The user that `identifier` (inputs.user_identifier) names, if the policy grants `action`.

    Raises Forbidden (403) otherwise: the same for who is hidden and who does not exist.
    """
    student = students.find_student(connection(), actor(), action, identifier)
    if student is None:
        raise Forbidden
    return student


def begin_session(sign_in: sign_ins.LiveSignIn) -> None:
    """Put a new sign-in into the cookie; the one that it held before is ended."""
    end_session()
    login_user(Visitor(sign_in.account, sign_in))
    for key in ("_id", "_fresh"):  # the cookie holds the token and the CSRF seed only
        session.pop(key, None)


def end_session() -> None:
    """End the sign-in of this request's cookie for good and empty the cookie."""
    token = session.get("_user_id")
    if token is not None:
        run_with_database(sign_ins.sign_out, token)
    session.clear()
    g.pop("_login_user", None)


def _deny_by_default() -> None:
    if request.routing_exception is not None:
        return  # 404 and 405 come before 401
    view = current_app.view_functions[request.endpoint or ""]
    if not getattr(view, "is_public", False) and not current_user.is_authenticated:
        raise Unauthorized


def _visitor_of_cookie(token: str) -> Visitor | None:
    if _header_decides(request):
        return None
    live = sign_ins.find_sign_in(connection(), token, app_context().sign_in_limits, now())
    return None if live is None else Visitor(live.account, live)


def _visitor_of_header(request: Request) -> Visitor | None:
    if not _header_decides(request):
        return None
    bearer = _BEARER.fullmatch(request.headers["Authorization"].strip())
    known = tokens.find_by_token(connection(), bearer[1], now()) if bearer else None
    return None if known is None else Visitor(known, None)


def _header_decides(request: Request) -> bool:
    return request.path.startswith(PROGRAMS) and "Authorization" in request.headers


def _note_activity(response: Response) -> Response:
    live = getattr(g.get("_login_user"), "sign_in", None)
    by_itself = request.path.startswith(PROGRAMS) or htmx.triggered_by(POLLING_ELEMENTS)
    if live is not None and not by_itself:
        run_with_database(sign_ins.note_activity, live, now())
    return response
