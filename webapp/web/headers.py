"""Headers of every response: security, caching, request id; and JSON responses with a strong ETag."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final, cast
from uuid import uuid4

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import BadHost, RequestHeaderFieldsTooLarge, RequestURITooLarge

LONGEST_URL: Final = 8 * 1024
LARGEST_HEADERS: Final = 16 * 1024
LARGEST_FORM: Final = 64 * 1024

_CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_YEAR_SECONDS: Final = 365 * 24 * 3600


def init_app(app: Flask, *, production: bool) -> None:
    """Refuse oversized requests and invalid host names before any view runs, and set the headers of every response."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    app.before_request(_refuse_oversized)
    app.before_request(_refuse_invalid_host)
    app.after_request(_set_headers)
    if production:
        app.after_request(_set_hsts)


def request_id() -> str:
    """The id of this request, sent in X-Request-Id and written to the log with errors."""
    if "request_id" not in g:
        g.request_id = uuid4().hex
    return cast(str, g.request_id)


def json_response(content: Any, media_type: str, vary: str = "") -> Response:
    """`content` as JSON with a strong ETag over body and media type; 304 if the client has that version."""
    body = orjson.dumps(content)
    etag = sha256(media_type.encode() + b"\n" + body).hexdigest()[:32]
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
        del response.headers["Content-Type"]
    else:
        response = Response(body, content_type=media_type)
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    if vary:
        response.headers["Vary"] = vary
    return response


def _refuse_oversized() -> None:
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    if len(raw) > LONGEST_URL or len(request.full_path) > LONGEST_URL:
        raise RequestURITooLarge
    if sum(len(name) + len(value) for name, value in request.headers) > LARGEST_HEADERS:
        raise RequestHeaderFieldsTooLarge


def _refuse_invalid_host() -> None:
    # Werkzeug has an empty name where characters are invalid, and fails later over one that cannot be decoded.
    name = request.host.partition(":")[0].lower()
    if not request.host:
        raise BadHost
    try:
        name.encode().decode("idna")
    except UnicodeError as error:
        raise BadHost from error


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
    headers["X-Request-Id"] = request_id()
    if request.endpoint == "static" and response.status_code == 200 and "v" in request.args:
        headers["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable"
    elif request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


def _set_hsts(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS}"
    return response
