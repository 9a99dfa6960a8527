"""What is installed from a wheel, far from any checkout, migrates and serves with its own templates and seed data."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import ROOT, Terminal, free_port, get, stop, wait_until_up


@pytest.mark.slow
def test_an_installed_wheel_migrates_and_serves(tmp_path: Path) -> None:
    built, installed, folder = tmp_path / "built", tmp_path / "installed", tmp_path / "somewhere"
    folder.mkdir()
    _run("hatchling", "build", "--target", "wheel", "--directory", str(built))
    (wheel,) = built.glob("*.whl")
    _run("pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(installed), str(wheel))
    terminal = Terminal(folder, code=str(installed), PORT=str(free_port()), WEB_CONCURRENCY="1")
    assert _place_of_webapp(terminal) == str(installed / "webapp" / "__init__.py")
    process = terminal.start("demo")
    address = f"http://127.0.0.1:{terminal.environ['PORT']}"
    wait_until_up(process, address)
    status, page = get(f"{address}/login")
    assert (status, page.count("<h1>Sign in</h1>")) == (200, 1)
    style = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
    assert get(address + style)[0] == 200
    code, out, err = stop(process)
    assert (code, err) == (0, "")
    assert "users.csv: 392 new" in out


def _run(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _place_of_webapp(terminal: Terminal) -> str:
    """Where the terminal's processes find webapp."""
    command = [sys.executable, "-c", "import webapp; print(webapp.__file__)"]
    done = subprocess.run(
        command, cwd=terminal.folder, env=terminal.environ, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
