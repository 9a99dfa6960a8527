"""Composition root: builds the web application from settings, database and clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.database import Database
from webapp.settings import Settings, shipped_folder
from webapp.web import (
    access,
    api,
    context,
    encounter_pages,
    errors,
    headers,
    health,
    htmx,
    layout,
    sessions,
    student_pages,
)
from webapp.web.context import AppContext


class EncountersApp(Flask):
    """Flask that logs exceptions by request id instead of path: paths hold names of people."""

    def log_exception(self, exc_info: Any) -> None:
        """Log the exception with the request's id and endpoint."""
        self.logger.error("request %s failed in %s", headers.request_id(), request.endpoint, exc_info=exc_info)


def utc_now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_now, *, threads: int = 4) -> Flask:
    """The application, for a server with `threads` threads. Opens no connection yet.

    `clock` returns the current time in UTC; no rule reads another clock.
    """
    app = EncountersApp("webapp", template_folder=shipped_folder("templates"), static_folder=shipped_folder("static"))
    _configure(app, settings)
    htmx.init_app(app)
    headers.init_app(app, production=settings.production)
    layout.init_app(app)
    errors.init_app(app)
    context.init_app(app, AppContext(settings, Database(settings.database_url, web_threads=threads), clock))
    access.init_app(app)
    CSRFProtect(app)
    for entrance in (sessions, student_pages, encounter_pages, api, health):
        app.register_blueprint(entrance.blueprint)
    access.public(app.view_functions["static"])
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    name = "encounters_session"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=f"__Host-{name}" if settings.production else name,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_PATH="/",
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = True
