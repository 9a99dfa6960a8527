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

_BEARER: Final = re.compile(r"bearer +([a-z0-9._~+/-]+=*)", re.ASCII | re.IGNORECASE)
# Private names of flask-login, which has no public ones: where it keeps the token and other things in the cookie, and
# the loaded user in `g`.
_COOKIE_KEY: Final = "_user_id"
_OTHER_COOKIE_KEYS: Final = ("_id", "_fresh")
_LOADED_USER: Final = "_login_user"

View = TypeVar("View", bound=Callable[..., Any])


class SignedInUser:
    """The signed-in user of this request; `sign_in` is None for a program that sent an API token."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, account: sign_ins.Account, sign_in: sign_ins.LiveSignIn | None) -> None:
        self.account = account
        self.sign_in = sign_in

    def get_id(self) -> str:
        """The sign-in's opaque token, which flask-login keeps in the cookie."""
        return self.sign_in.token if self.sign_in else ""


def init_app(app: Flask) -> None:
    """Load the user and deny whatever is not public. Call it before CSRFProtect, which would answer first."""
    # A cookie of this name would keep flask-login from looking at the Authorization header.
    app.config["REMEMBER_COOKIE_NAME"] = "(never set)"
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # an error page must not query for the user
    manager.session_protection = None  # it would rewrite the cookie when the browser updates itself
    manager.user_loader(_find_by_cookie)
    manager.request_loader(_find_by_header)
    app.before_request(_deny_by_default)
    app.after_request(_note_activity)


def public(view: View) -> View:
    """Mark a view as open to everyone; all others require a sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def account() -> sign_ins.Account:
    """The signed-in, active user. Only for views that are not public."""
    return cast(SignedInUser, current_user).account


def actor() -> Actor:
    """The signed-in user as the policy's actor."""
    return Actor(account().id, account().type)


def signed_in_user() -> SignedInUser | None:
    """The signed-in user, or None; for public views too."""
    return cast(SignedInUser, current_user) if current_user.is_authenticated else None


def student_or_refuse(identifier: UUID | str, action: Action) -> students.Student:
    """The user that `identifier` (inputs.user_identifier) names, if the policy grants `action`.

    Raises Forbidden (403) otherwise, the same for a hidden user and for one that does not exist.
    """
    student = students.find_student(connection(), actor(), action, identifier)
    if student is None:
        raise Forbidden
    return student


def begin_session(sign_in: sign_ins.LiveSignIn) -> None:
    """Put a new sign-in into the cookie and end the one that was there."""
    end_session()
    login_user(SignedInUser(sign_in.account, sign_in))
    for key in _OTHER_COOKIE_KEYS:  # the cookie holds the token and the CSRF seed only
        session.pop(key, None)


def end_session() -> None:
    """End this request's sign-in for good and empty the cookie."""
    token = session.get(_COOKIE_KEY)
    if token is not None:
        run_with_database(sign_ins.sign_out, token)
    session.clear()
    g.pop(_LOADED_USER, None)


def _deny_by_default() -> None:
    if request.routing_exception is not None:
        return  # 404 and 405 come before 401
    view = current_app.view_functions[request.endpoint or ""]
    if not getattr(view, "is_public", False) and not current_user.is_authenticated:
        raise Unauthorized


def _find_by_cookie(token: str) -> SignedInUser | None:
    if _uses_header(request):
        return None
    live = sign_ins.find_sign_in(connection(), token, app_context().sign_in_limits, now())
    return None if live is None else SignedInUser(live.account, live)


def _find_by_header(request: Request) -> SignedInUser | None:
    if not _uses_header(request):
        return None
    bearer = _BEARER.fullmatch(request.headers["Authorization"].strip())
    found = tokens.find_by_token(connection(), bearer[1], now()) if bearer else None
    return None if found is None else SignedInUser(found, None)


def _uses_header(request: Request) -> bool:
    return request.path.startswith(PROGRAMS) and "Authorization" in request.headers


def _note_activity(response: Response) -> Response:
    live = getattr(g.get(_LOADED_USER), "sign_in", None)
    is_automatic = request.path.startswith(PROGRAMS) or htmx.is_refresh()
    if live is not None and not is_automatic:
        run_with_database(sign_ins.note_activity, live, now())
    return response
