"""The entrance for staff members to their students: the search."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from werkzeug.exceptions import Forbidden

from webapp import policy
from webapp.students import explain_nobody, search_students
from webapp.web import htmx, inputs, wording
from webapp.web.access import account, actor
from webapp.web.context import connection
from webapp.web.htmx import Part
from webapp.web.view_models import SearchPage, StudentList

blueprint = Blueprint("student_pages", __name__)


@blueprint.get("/students")
def search() -> Response:
    """The search page, or its element #students alone (the README's section "Finding a student")."""
    if not policy.may_search(actor()):
        raise Forbidden
    asked, problem = inputs.search_text()
    found = wording.refused_search(f"{problem}.") if problem else _found(asked)
    if htmx.wants_part(Part.STUDENTS):
        response = htmx.part("students/_part.html", found=found)
    else:
        response = htmx.whole("students/page.html", _page(asked, found))
    if problem:
        response.status_code = 400
    return response


def _found(asked: str) -> StudentList:
    found = search_students(connection(), actor(), asked, center_count=account().center_count)
    addresses = {
        student.id: url_for("encounter_pages.show_encounters", identifier=student.id) for student in found.students
    }
    nothing_typed = not (found.students or asked.strip())
    nobody = explain_nobody(connection(), actor()) if nothing_typed else None
    return wording.student_list(found, asked, addresses, nobody)


def _page(asked: str, found: StudentList) -> SearchPage:
    return SearchPage(title="Find a student", q=asked, found=found)
