"""The entrance for people to the encounters of one student."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from webapp.encounters import list_offered_centers, list_shown
from webapp.policy import Action
from webapp.students import Student
from webapp.web import htmx, inputs, wording
from webapp.web.access import account, student_or_refuse
from webapp.web.context import app_context, connection, now
from webapp.web.htmx import Part
from webapp.web.inputs import Question
from webapp.web.view_models import Availability, AvailabilityPage

blueprint = Blueprint("encounter_pages", __name__)


@blueprint.get("/students/<identifier>/encounters")
def show_encounters(identifier: str) -> Response:
    """The availability page, or its element #availability alone (the README's section "Pages")."""
    student = student_or_refuse(inputs.user_identifier(identifier), Action.SEE_ENCOUNTERS)
    question = inputs.availability_question()
    address = url_for(".show_encounters", identifier=identifier)
    availability = _availability(student, question, address)
    if htmx.wants_part(Part.AVAILABILITY):
        response = htmx.part("encounters/_part.html", availability.version, availability=availability)
    else:
        response = htmx.whole("encounters/page.html", _page(student, question, address, availability))
    if question.problem:
        response.status_code = 400
    return response


def _availability(student: Student, question: Question, address: str) -> Availability:
    if question.problem:
        return wording.refused_availability(f"{question.problem}.", address)
    limits, refresh_seconds = app_context().limits, app_context().settings.refresh_seconds
    shown = list_shown(connection(), student, question.wanted, limits, now(), every_status=question.shows_all)
    return wording.availability(shown, student, question, address, refresh_seconds, limits.horizon_days)


def _page(student: Student, question: Question, address: str, availability: Availability) -> AvailabilityPage:
    centers = list_offered_centers(connection(), student)
    units = student.units(app_context().limits.units_ahead)
    return AvailabilityPage(
        title=student.full_name,
        student=wording.student_head(student),
        filters=wording.filters(question, centers, units, address),
        availability=availability,
        is_own=student.id == account().id,
    )
