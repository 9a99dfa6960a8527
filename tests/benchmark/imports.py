"""Measures imports of a large network on both databases: rows a second, memory, and how long sign-ins wait."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from tests.benchmark.world import FILES, Progress, Size, write_world
from tests.postgresql import Server
from tests.world import hidden_token
from webapp.accounts import users
from webapp.app import create_app
from webapp.database import Database
from webapp.migrations import upgrade
from webapp.settings import Settings

NIGHTLY_CHANGES = 300_000
PASSWORD = "Copper-Kettle-84-Willow"
PAUSE_SECONDS = 0.2


def main(words: list[str] | None = None) -> int:
    """Measure, and print a table and the same as JSON."""
    parser = argparse.ArgumentParser(prog="python3 dev.py proof", description=__doc__)
    parser.add_argument("--world", type=Path, help="a folder that `python3 dev.py world` wrote; default: the large one")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="imports-", dir="/tmp") as temporary:
        scratch = Path(temporary)
        scratch.chmod(0o755)
        world = given.world or scratch / "world"
        if not given.world:
            write_world(world, Size(), Progress(sys.stderr))
        nightly = _write_nightly(world, scratch / "nightly")
        results = [
            {"database": kind, "work": work, **_measure(url, folder)}
            for kind, url in _databases(scratch)
            for work, folder in (("first load", world), ("unchanged", world), ("nightly change", nightly))
        ]
    print(json.dumps(results, indent=1))
    return 0


def _databases(scratch: Path) -> Iterator[tuple[str, str]]:
    """An empty, migrated database of each kind, with one person who can sign in."""
    url = f"sqlite:///{scratch / 'network.sqlite3'}"
    _prepare(url)
    yield f"SQLite {sqlite3.sqlite_version}", url
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    folder.chmod(0o755)
    server = Server(folder)
    try:
        url = server.url(server.create())
        _prepare(url)
        yield f"PostgreSQL {server.version}", url
    finally:
        server.stop()


def _prepare(url: str) -> None:
    database = Database(url)
    upgrade(database)
    with database.writing() as connection:
        user = users.add_user(connection, users.NewUser("watcher", "StaffMember", "Wanda"))
        users.set_password(connection, user, PASSWORD)
    database.dispose()


def _measure(url: str, folder: Path) -> dict[str, Any]:
    """Import a folder as a command while somebody keeps signing in."""
    with _signing_in(url) as waits:
        start = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "webapp", "import", str(folder)],
            env={**os.environ, "DATABASE_URL": url},
            stdout=subprocess.PIPE,
            text=True,
        )
        said = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - start
    assert process.returncode == 0, said
    lines = said.splitlines()[-len(list(folder.glob("*.csv"))) :]
    rows = sum(int(word) for line in lines for word in line.split() if word.isdigit())
    measured = {
        "rows": rows,
        "seconds": round(seconds, 1),
        "rows a second": round(rows / seconds),
        "peak MB": used.ru_maxrss // 1024,
        **waits,
    }
    print(f"{url.partition(':')[0]:<12} {folder.name:<8} {measured}", file=sys.stderr, flush=True)
    return {**measured, "report": lines}


@contextmanager
def _signing_in(url: str) -> Iterator[dict[str, Any]]:
    """Meanwhile another process signs in again and again; its longest wait and its answers come when it ends."""
    context = multiprocessing.get_context("fork")
    stop, (ours, theirs) = context.Event(), context.Pipe()
    process = context.Process(target=_sign_in_until, args=(url, stop, theirs))
    process.start()
    found: dict[str, Any] = {}
    try:
        yield found
    finally:
        stop.set()
        found.update(ours.recv())
        process.join()


def _sign_in_until(url: str, stop: Event, results: Any) -> None:
    app = create_app(Settings(database_url=url, secret_key="a key for tests, thirty-two bytes"))
    longest, answers = 0.0, Counter[str]()
    while not stop.is_set():
        client = app.test_client()
        csrf = hidden_token(client.get("/login").get_data(as_text=True))
        start = time.monotonic()
        form = {"user_name": "watcher", "password": PASSWORD, "csrf_token": csrf}
        answer = client.post("/login", data=form)
        longest = max(longest, time.monotonic() - start)
        answers[str(answer.status_code)] += 1
        time.sleep(PAUSE_SECONDS)
    results.send({"longest sign-in, seconds": round(longest, 2), "answers to sign-ins": dict(answers)})


def _write_nightly(world: Path, folder: Path) -> Path:
    """A folder that cancels many of the bookings of a world, as a night's export might."""
    folder.mkdir()
    name = FILES[-1]
    changed = 0
    with (world / name).open() as old, (folder / name).open("w") as new:
        new.write(next(old))
        for line in old:
            if changed < NIGHTLY_CHANGES and line.endswith(",false\n"):
                new.write(line.replace(",false\n", ",true\n"))
                changed += 1
    return folder


if __name__ == "__main__":
    raise SystemExit(main())
