"""The entrance for health probes: liveness and readiness."""

from __future__ import annotations

from flask import Blueprint, Response

from webapp.database import DatabaseUnavailable
from webapp.migrations import is_current
from webapp.web.access import public
from webapp.web.context import run_with_database

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def show_alive() -> Response:
    """200 as long as the process runs."""
    return Response("alive\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def show_ready() -> Response:
    """200 if the database answers and is migrated, else 503."""
    try:
        ready = run_with_database(is_current)
    except DatabaseUnavailable:
        ready = False
    return Response("ready\n", mimetype="text/plain") if ready else Response("not ready\n", 503, mimetype="text/plain")
