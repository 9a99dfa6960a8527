"""The entrance for staff members: the student search."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from werkzeug.exceptions import Forbidden

from webapp import policy
from webapp.students import explain_empty_search, search_students
from webapp.web import htmx, inputs, presenters
from webapp.web.access import account, actor
from webapp.web.context import connection
from webapp.web.htmx import Part
from webapp.web.view_models import SearchPage, StudentList, StudentsPart

blueprint = Blueprint("student_pages", __name__)


@blueprint.get("/students")
def search() -> Response:
    """The search page, or its element #students alone (the README's section "Finding a student")."""
    if not policy.may_search(actor()):
        raise Forbidden
    q, problem = inputs.search_text()
    students = presenters.refused_search(problem.sentence) if problem else _search(q)
    if htmx.wants_part(Part.STUDENTS):
        response = htmx.part("students/_students.html", StudentsPart(students=students))
    else:
        response = htmx.whole("students/page.html", SearchPage(title="Find a student", q=q, students=students))
    if problem:
        response.status_code = 400
    return response


def _search(q: str) -> StudentList:
    found = search_students(connection(), actor(), q, center_count=account().center_count)
    hrefs = {
        student.id: url_for("encounter_pages.show_encounters", identifier=student.id) for student in found.students
    }
    is_empty_search = not (found.students or q.strip())
    why_empty = explain_empty_search(connection(), actor()) if is_empty_search else None
    return presenters.student_list(found, q, hrefs, why_empty)
