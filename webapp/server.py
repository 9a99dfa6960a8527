"""The production server: several worker processes and a graceful stop on SIGTERM."""

from __future__ import annotations

import os
import socket
from typing import Final

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from webapp.app import create_app
from webapp.refusals import Refused
from webapp.settings import Settings

THREADS: Final = 4
_SECONDS_TO_STOP: Final = 10


class CannotListen(Refused):
    """The server cannot listen on its address: it is in use, or this user may not."""


def load() -> Flask:
    """The application of one worker, with settings from the environment."""
    return create_app(Settings.from_environment(os.environ), threads=THREADS)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises CannotListen, with the reason in words."""
    _refuse_unusable_address(settings.host, settings.port)
    Granian(
        "webapp.server:load",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        blocking_threads=THREADS,
        websockets=False,
        http1_settings=HTTP1Settings(max_buffer_size=64 * 1024),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=_SECONDS_TO_STOP,
    ).serve()


def _refuse_unusable_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotListen(
                f"cannot listen on {host}:{port} (HOST, PORT): {error.strerror or error}; set PORT to a free one"
            ) from error
