"""Requests that schemathesis makes up from openapi.json, right ones and wrong ones, sent to the real server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.terminal import Terminal, free_port, stop, wait_until_up
from tests.world import World, build_world
from webapp.app import utc_now
from webapp.database import Database
from webapp.web.openapi import document
from webapp.web.wire import ME, object_schema

CONFIGURATION = """
[auth.openapi.token]
bearer = "{token}"
[generation]
deterministic = true
max-examples = 10
[checks.positive_data_acceptance]
expected-statuses = [200, 403]  # nobody but the policy knows whether an identifier is one that the caller may see
[checks.negative_data_rejection]
expected-statuses = [400, 401, 404, 405, 414, 431]  # and not 403: what is wrong is refused before anybody is looked up
[dictionaries.people]
values = {people}
[parameters."path.userIdentifier"]
dictionary = "people"
probability = 0.7
[[operations]]
include-method = "HEAD"
phases.coverage.enabled = false  # every way to be wrong is tried with GET
[[operations]]
include-method = "OPTIONS"
generation.mode = "positive"  # it looks at no parameter, so that none can be wrong
"""


@pytest.mark.slow
def test_whatever_is_sent_is_answered_as_described(database: Database, tmp_path: Path) -> None:
    with _served(database, tmp_path) as (world, address):
        code, report, answers = _make_up(world, f"{address}/openapi.json", tmp_path)
    assert code == 0, report
    assert {answer["status"] for answer in answers} >= {200, 400, 401, 403, 405}, "some kinds of requests were missing"
    assert max(len(answer["content"].get("text", "")) for answer in answers) > 1000, "nobody's classes were asked for"


@pytest.mark.slow
def test_a_description_that_leaves_something_out_is_found_out(sqlite_database: Database, tmp_path: Path) -> None:
    wrong = document("encounters_session")
    wrong["components"]["schemas"]["Me"] = object_schema(ME[:-1])
    del wrong["paths"]["/users/{userIdentifier}/encounters"]["get"]["responses"]["403"]
    (tmp_path / "wrong.json").write_bytes(orjson.dumps(wrong))
    with _served(sqlite_database, tmp_path) as (world, address):
        only = ("--url", address, "--include-operation-id=getMe", "--include-operation-id=getEncounters")
        code, report, _ = _make_up(world, str(tmp_path / "wrong.json"), tmp_path, *only)
    assert code == 1
    summary = report.partition("Failures:")[2]
    assert sorted(line.strip(" ❌") for line in summary.splitlines() if "❌" in line) == [
        "ST103 Undocumented status code: 1",
        "ST108 Response violates schema: 1",
    ], report


@contextmanager
def _served(database: Database, folder: Path) -> Iterator[tuple[World, str]]:
    """The named people today, with classes that giulia can take, and the address of the production server."""
    world = build_world(database)
    world.now = utc_now()
    for hours in range(24, 240, 24):
        world.add_encounter(hours=hours)
    world.close()
    url, port = database.url.render_as_string(hide_password=False), str(free_port())
    environ = {"DATABASE_URL": url, "SECRET_KEY": world.settings.secret_key, "PORT": port, "WEB_CONCURRENCY": "1"}
    server, address = Terminal(folder, **environ).start("serve"), f"http://127.0.0.1:{port}"
    try:
        wait_until_up(server, address)
        yield world, address
    finally:
        stop(server)


def _make_up(world: World, description: str, folder: Path, *options: str) -> tuple[int, str, list[dict[str, Any]]]:
    """Let schemathesis work as maria with all of its checks: its exit code, its report and all answers it got."""
    token = world.bearer("maria")["Authorization"].removeprefix("Bearer ")
    people = [str(world.people["giulia"]), "giulia", "luca"]  # who is not to be seen, chance finds
    configuration, archive = folder / "schemathesis.toml", folder / "answers.har"
    configuration.write_text(CONFIGURATION.format(token=token, people=orjson.dumps(people).decode()))
    tool = Path(sys.executable).parent / "schemathesis"
    command = [str(tool), "--config-file", str(configuration), "run", description, "--checks=all", *options]
    command += ["--report=har", f"--report-har-path={archive}", "--no-color", "--continue-on-failure"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    entries = orjson.loads(archive.read_bytes())["log"]["entries"] if archive.exists() else []
    return done.returncode, done.stdout + done.stderr, [entry["response"] for entry in entries]
