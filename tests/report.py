"""The last lines of a test run: what tests counted, and both databases and the browser with the tests run on each."""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from typing import Any

import pytest

COUNTS: Counter[str] = Counter()
VERSIONS = {"SQLite": sqlite3.sqlite_version, "PostgreSQL": "", "Chromium": ""}
STARTED = time.monotonic()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Count the test for each thing that it really ran on."""
    outcome = yield
    parameters = item.name.partition("[")[2]
    used: dict[str, Any] = getattr(item, "funcargs", {})
    if "sqlite" in parameters:
        COUNTS["SQLite"] += 1
    if "postgresql" in parameters:
        COUNTS["PostgreSQL"] += 1
        VERSIONS["PostgreSQL"] = VERSIONS["PostgreSQL"] or _version_of(item)
    if "page" in used or "browser" in used:
        COUNTS["Chromium"] += 1
        browser = used["browser"] if "browser" in used else used["page"].context.browser
        VERSIONS["Chromium"] = browser.version
    return outcome


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several test processes hands its counts to the first."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output.update(counts=dict(COUNTS), versions=VERSIONS)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Add what another test process counted."""
    output: dict[str, Any] = getattr(node, "workeroutput", {})
    COUNTS.update(output.get("counts", {}))
    VERSIONS.update({name: version for name, version in output.get("versions", {}).items() if version})


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests recorded about how much they looked at."""
    for report in terminalreporter.stats.get("passed", []):
        counts = ", ".join(f"{name}: {count}" for name, count in report.user_properties)
        if counts:
            terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {counts}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the line after pytest's own last one."""
    if config.option.collectonly or not COUNTS or hasattr(config, "workerinput"):
        return
    prepared = os.environ.get("PREPARED_SECONDS")
    seconds = f"{time.monotonic() - STARTED:.0f} s of tests"
    print(f"{seconds} after {prepared} s of downloads and installs" if prepared else seconds)
    print(" · ".join(f"{f'{name} {version}'.strip()}: {COUNTS[name]} tests" for name, version in VERSIONS.items()))


def _version_of(item: pytest.Item) -> str:
    fixtures = getattr(item, "_request", None)
    return str(fixtures.getfixturevalue("postgresql").version) if fixtures is not None else ""
