"""The least that a Flask application can do for an answer: what every measured request is compared with."""

from __future__ import annotations

from flask import Flask, Response

BODY = b"[" + b",".join([b'{"UnitNumber":12,"Status":"Available","IsOnline":false,"Duration":60}'] * 87) + b"]"

app = Flask(__name__)


@app.get("/")
def answer() -> Response:
    """About 6 kB, without a database and without a session."""
    return Response(BODY, mimetype="application/json")
