"""A shell of the tests' own: the product's command in a folder, with settings, and what it serves."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from webapp import cli
from webapp.settings import shipped_folder

ROOT = shipped_folder("templates").parent


class Terminal:
    """A shell in a folder of its own, with its own settings."""

    def __init__(self, folder: Path, *, code: str = str(ROOT), **environ: str) -> None:
        """`code` is the folder that holds webapp: the checkout, or what a wheel left."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
        self.folder = folder
        self.environ = {**kept, "PYTHONPATH": code, "PYTHONUNBUFFERED": "1", **environ}

    def run(self, *words: str, stdin: str = "") -> tuple[int, str, str]:
        """Exit code, standard output and standard error of one command, run here: a process each takes a second."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as shell, redirect_stdout(out), redirect_stderr(err):
            shell.chdir(self.folder)
            for name in os.environ:
                shell.delenv(name)
            for name, value in self.environ.items():
                shell.setenv(name, value)
            shell.setattr(sys, "stdin", io.StringIO(stdin))
            try:
                code = cli.main(words)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else -1
        return code, out.getvalue(), err.getvalue()

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command that goes on."""
        command = [sys.executable, "-m", "webapp", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environ, text=True, stdin=pipe, stdout=pipe, stderr=pipe
        )


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(address: str, header: str = "") -> tuple[int, str]:
    """Status and body of an address, with an Authorization header if one is given."""
    request = urllib.request.Request(address, headers={"Authorization": header} if header else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def wait_until_up(process: subprocess.Popen[str], address: str) -> None:
    """Wait for the first good answer of a server that was started."""
    for _ in range(300):
        assert process.poll() is None, process.communicate()
        try:
            if get(f"{address}/readyz")[0] == 200:
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the server did not come up")


def stop(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Ask a server to end; its exit code, standard output and standard error."""
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    return process.returncode, out, err
