"""The entrance for probes: whether the process lives, and whether it can do its work."""

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
    """The process lives."""
    return Response("alive\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def show_ready() -> Response:
    """The database answers and is migrated, or 503."""
    try:
        ready = run_with_database(is_current)
    except DatabaseUnavailable:
        ready = False
    return Response("ready\n", mimetype="text/plain") if ready else Response("not ready\n", 503, mimetype="text/plain")
