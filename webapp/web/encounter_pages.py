"""The entrance for people to the encounters of one student."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from webapp.encounters import list_offered_centers, list_shown_encounters
from webapp.policy import Action
from webapp.students import Student
from webapp.web import htmx, inputs, presenters
from webapp.web.access import student_or_refuse
from webapp.web.context import app_context, connection, now
from webapp.web.htmx import Part
from webapp.web.inputs import AvailabilityQuery
from webapp.web.view_models import Availability, AvailabilityPage, AvailabilityPart

blueprint = Blueprint("encounter_pages", __name__)


@blueprint.get("/students/<identifier>/encounters")
def show_encounters(identifier: str) -> Response:
    """The availability page, or its element #availability alone (the README's section "Pages")."""
    student = student_or_refuse(inputs.user_identifier(identifier), Action.SEE_ENCOUNTERS)
    query = inputs.availability_query()
    action = url_for(".show_encounters", identifier=identifier)
    availability = _availability(student, query, action)
    if htmx.wants_part(Part.AVAILABILITY):
        part = AvailabilityPart(availability=availability)
        response = htmx.part("encounters/_availability.html", part, availability.version)
    else:
        response = htmx.whole("encounters/page.html", _page(student, query, action, availability))
    if query.problem:
        response.status_code = 400
    return response


def _availability(student: Student, query: AvailabilityQuery, action: str) -> Availability:
    if query.problem:
        return presenters.refused_availability(query.problem.sentence, action)
    limits, refresh_seconds = app_context().limits, app_context().settings.refresh_seconds
    shown = list_shown_encounters(connection(), student, query.wanted, limits, now(), every_status=query.shows_all)
    return presenters.availability(shown, student, query, action, refresh_seconds, limits.horizon_days)


def _page(student: Student, query: AvailabilityQuery, action: str, availability: Availability) -> AvailabilityPage:
    centers = list_offered_centers(connection(), student)
    units = student.units(app_context().limits.units_ahead)
    return AvailabilityPage(
        title=student.full_name,
        student=presenters.student_head(student),
        filters=presenters.filter_form(query, centers, units, action),
        availability=availability,
    )
