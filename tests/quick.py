"""`--quick`: the tests for the loop while working; the last lines of such a run say what it left out."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pytest

POSTGRESQL: Final = frozenset({"postgresql", "own_postgresql", "postgresql_database", "other_database"})
BROWSER: Final = frozenset({"page", "browser", "context"})
MOST_SECONDS: Final = 5.0
LEFT_OUT: Final[Counter[str]] = Counter()
TOO_SLOW: Final[list[str]] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option to pytest's own."""
    parser.addoption("--quick", action="store_true", help="leave out PostgreSQL, the browser and tests marked slow")


def reason_to_leave_out(item: pytest.Item) -> str:
    """Why a quick run leaves a test out; empty for one that it runs."""
    if item.get_closest_marker("slow"):
        return "slow"
    used = set(getattr(item, "fixturenames", ()))
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    if used & POSTGRESQL or "postgresql" in parameters.values():
        return "on PostgreSQL"
    return "in the browser" if used & BROWSER else ""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what a quick run leaves out."""
    if not config.getoption("quick"):
        return
    reasons = {item: reason_to_leave_out(item) for item in items}
    LEFT_OUT.update(reason for reason in reasons.values() if reason)
    config.hook.pytest_deselected(items=[item for item in items if reasons[item]])
    items[:] = [item for item in items if not reasons[item]]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several test processes reports to the first what all of them left out."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = dict(LEFT_OUT)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over what another test process left out; each of them collects, and leaves out, the same."""
    LEFT_OUT.update(Counter(getattr(node, "workeroutput", {}).get("left_out", {})) - LEFT_OUT)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Note what took too long for a quick run, so that somebody marks it."""
    reports = terminalreporter.stats.get("passed", [])
    TOO_SLOW.extend(f"{one.nodeid} ({one.duration:.0f} s)" for one in reports if one.duration > MOST_SECONDS)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print before the last line of tests.report: plugins are taken down in the reverse order."""
    if not config.getoption("quick") or hasattr(config, "workerinput") or config.option.collectonly:
        return
    for test in TOO_SLOW:
        print(f"for a quick run too slow, and not marked so: {test}")
    counts = ", ".join(f"{count} {reason}" for reason, count in LEFT_OUT.most_common())
    print(f"left out: {counts or 'nothing'}; the whole suite: python3 dev.py test")
