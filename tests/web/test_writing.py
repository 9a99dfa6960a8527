"""A view that writes: the writer takes the place of the request's reader, and failures are answered in words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Blueprint, Response
from flask.testing import FlaskClient
from sqlalchemy import func, insert, literal, select, text, update
from werkzeug.test import TestResponse

from tests.factories import add_center
from tests.world import World, hidden_token
from webapp.accounts import users
from webapp.app import create_app
from webapp.models import Assignment, Center, User
from webapp.policy import Action
from webapp.web import access, context, inputs

blueprint = Blueprint("writing_pages", __name__)


@blueprint.post("/students/<identifier>/center")
def open_center(identifier: str) -> Response:
    """Add a center named after the student, as a view of the product would."""
    student = access.student_or_refuse(inputs.user_identifier(identifier), Action.SEE_ENCOUNTERS)
    with context.writer(wait_milliseconds=100) as connection:
        add_center(connection, student.user_name)
    return Response("done\n", 201)


@blueprint.post("/students/<identifier>/friend")
def add_friend(identifier: str) -> Response:
    """Add a center named after the student, and then a friend of theirs at a center that does not exist."""
    with context.writer() as connection:
        student = access.student_or_refuse(inputs.user_identifier(identifier), Action.SEE_ENCOUNTERS)
        add_center(connection, student.user_name)
        users.add_user(connection, users.NewUser("friend", "Student", "Friend", None, None, ("NOWHERE",)))
    return Response("done\n", 201)


@blueprint.post("/assignments/<center_id>")
def assign_everyone(center_id: str) -> Response:
    """Assign all users to a center that may not exist."""
    with context.writer() as connection:
        everyone = select(User.id, literal(UUID(center_id), Center.id.type))
        connection.execute(insert(Assignment).from_select(["user_id", "center_id"], everyone))
    return Response("done\n", 201)


@blueprint.post("/mistakes/<column>")
def clear_column(column: str) -> Response:
    """Clear a column of all users, as only a mistake in the product would."""
    with context.writer() as connection:
        connection.execute(update(User).values({column: None if column == "first_name" else 81}))
    return Response("done\n", 201)


@pytest.fixture
def desk(world: World) -> Iterator[FlaskClient]:
    """Maria signed in to a server with one thread, and therefore one connection."""
    app = create_app(world.settings, clock=lambda: world.now, threads=1)
    app.register_blueprint(blueprint)
    client = app.test_client()
    assert world.sign_in(client, "maria").status_code == 303
    yield client
    app.extensions["encounters"].database.dispose()


def _post(desk: FlaskClient, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    csrf = hidden_token(desk.get("/students").get_data(as_text=True))
    return desk.post(path, data={"csrf_token": csrf}, headers=headers)


def _centers(world: World) -> int:
    with world.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(Center)).scalar_one()


def test_with_one_thread_a_view_that_reads_and_then_writes_answers_at_once(world: World, desk: FlaskClient) -> None:
    before, began = _centers(world), time.monotonic()
    assert _post(desk, "/students/giulia/center").status_code == 201
    assert time.monotonic() - began < 1
    assert _centers(world) == before + 1
    assert desk.get("/students/giulia/encounters").status_code == 200


def test_a_write_for_a_hidden_user_is_refused_before_it_begins(world: World, desk: FlaskClient) -> None:
    before = _centers(world)
    assert [_post(desk, f"/students/{name}/center").status_code for name in ("sofia", "nobody")] == [403, 403]
    assert _post(desk, "/students/sofia/friend").status_code == 403  # refused inside the unit of work
    assert _centers(world) == before


def test_a_write_that_lost_a_race_is_409_in_words(world: World, desk: FlaskClient) -> None:
    assert _post(desk, "/students/giulia/center").status_code == 201
    before = _centers(world)
    page = _post(desk, "/students/giulia/center")
    part = _post(desk, "/students/giulia/center", {"HX-Request": "true", "HX-Target": "availability"})
    words = "Someone else changed this first. Nothing was saved: reload the page and try again."
    assert [answer.status_code for answer in (page, part)] == [409, 409]
    assert words in page.get_data(as_text=True)
    assert part.get_data(as_text=True).strip() == f'<p role="alert">{words}</p>'
    assert _centers(world) == before


def test_a_write_for_what_is_gone_is_409(world: World, desk: FlaskClient) -> None:
    assert _post(desk, f"/assignments/{UUID(int=0)}").status_code == 409


@pytest.mark.parametrize("column", ["first_name", "current_unit"])
def test_a_write_that_breaks_a_rule_of_a_column_is_our_mistake_and_not_a_conflict(
    world: World, desk: FlaskClient, column: str
) -> None:
    assert _post(desk, f"/mistakes/{column}").status_code == 500


def test_a_refusal_of_the_domain_is_422_in_words_and_writes_nothing(world: World, desk: FlaskClient) -> None:
    before = _centers(world)
    answer = _post(desk, "/students/giulia/friend")
    assert answer.status_code == 422
    assert "NOWHERE" in answer.get_data(as_text=True)
    assert _centers(world) == before
    with world.database.reading() as connection:
        assert connection.execute(select(User.id).where(User.user_name == "friend")).all() == []


def test_a_locked_database_is_503_until_the_lock_is_released(world: World, desk: FlaskClient) -> None:
    csrf = hidden_token(desk.get("/students").get_data(as_text=True))
    with world.database.writing() as other:
        if not world.database.is_sqlite:  # on SQLite a writer locks the whole database
            other.execute(text("LOCK TABLE centers"))
        answer = desk.post("/students/giulia/center", data={"csrf_token": csrf})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "The database is unavailable or busy." in answer.get_data(as_text=True)
    assert desk.post("/students/giulia/center", data={"csrf_token": csrf}).status_code == 201


def test_a_writer_inside_a_writer_is_an_error(world: World) -> None:
    with world.app.test_request_context("/"):
        with pytest.raises(RuntimeError, match="writing already"), context.writer(), context.writer():
            pass
        context.release_reader()
