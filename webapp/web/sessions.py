"""The entrance for everyone: sign in, sign out, and the start page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.sign_ins import SignInLimited, SignInRefused, sign_in
from webapp.policy import may_search, may_see_own_encounters
from webapp.web import access, context, inputs, layout
from webapp.web.view_models import MessagePage, SignInPage

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/")
def show_home() -> ResponseReturnValue:
    """Redirect staff to the search and students to their own classes; explain to others why they see nothing."""
    actor = access.actor()
    if may_search(actor):
        return redirect(url_for("student_pages.search"), 303)
    if may_see_own_encounters(actor):
        return redirect(url_for("encounter_pages.show_encounters", identifier="me"), 303)
    return render_template("message.html", page=_nothing_for_you())


@blueprint.get("/login")
@access.public
def show_sign_in() -> ResponseReturnValue:
    """The sign-in form."""
    if access.signed_in_user():
        return redirect(url_for(".show_home"), 303)
    return _sign_in_form(200, None)


@blueprint.post("/login")
@access.public
def begin() -> ResponseReturnValue:
    """Sign in, then go to the page that was requested first."""
    form, limits = request.form, context.app_context().sign_in_limits
    name, password = form.get("user_name", ""), form.get("password", "")
    try:
        live = context.run_with_database(sign_in, name, password, limits, context.now())
    except SignInRefused:
        return _sign_in_form(422, "The user name or the password is wrong.")
    except SignInLimited as limited:
        return _too_many_failures(limited)
    access.begin_session(live)
    return redirect(inputs.own_path(form.get("next", "")) or url_for(".show_home"), 303)


@blueprint.post("/logout")
def end() -> ResponseReturnValue:
    """Sign out."""
    access.end_session()
    return redirect(url_for(".show_sign_in"), 303)


def _too_many_failures(limited: SignInLimited) -> Response:
    minutes = -(-limited.seconds // 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    response = _sign_in_form(429, f"Too many failed sign-ins for this name. Try again in {wait}.")
    response.headers["Retry-After"] = str(limited.seconds)
    return response


def _sign_in_form(status: int, problem: str | None) -> Response:
    page = SignInPage(
        title="Sign in",
        user_name=request.form.get("user_name", ""),
        next=inputs.own_path(request.values.get("next", "")) or "",
        problem=problem,
    )
    return make_response(render_template("sign_in.html", page=page, frame=layout.SIGNED_OUT), status)


def _nothing_for_you() -> MessagePage:
    return MessagePage(
        title="Nothing to show you here",
        paragraphs=(
            "You are signed in, but only staff members and students see encounters.",
            "If you are one of them by now, ask your center to change the type of your account.",
        ),
        way_out=None,
        request_id=None,
    )
