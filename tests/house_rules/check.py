"""What `python3 dev.py check` and `python3 dev.py fix` run: every tool, a line each, and what the failed ones said."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.house_rules import scripts
from tests.house_rules.tools import ROOT, TOOLS, Finding, Tool


def check(folder: Path, tools: tuple[Tool, ...] = TOOLS) -> int:
    """Let all tools look at `folder`, as many at once as there are cores; 1 if one of them found something."""
    with ThreadPoolExecutor(max(os.cpu_count() or 1, 2)) as pool:
        looks = {tool.name: pool.submit(_timed, tool, folder) for tool in tools}
        findings = {name: _show(name, *look.result()) for name, look in looks.items()}
    failed = {name: finding for name, finding in findings.items() if finding.found}
    for name, finding in failed.items():
        print(f"\n--- {name}\n{finding.output.strip()}")
    return 1 if failed else 0


def fix(folder: Path) -> int:
    """Make the safe changes, format last, then check: what is left is for a person."""
    for tool in reversed(TOOLS):
        if tool.fix is not None:
            tool.fix(folder)
    return check(folder)


def _timed(tool: Tool, folder: Path) -> tuple[Finding, float]:
    start = time.monotonic()
    return tool.look(folder), time.monotonic() - start


def _show(name: str, finding: Finding, seconds: float) -> Finding:
    verdict = f"left out: {finding.left_out}" if finding.left_out else "failed" if finding.found else "ok"
    print(f"{name:18} {verdict} ({seconds:.1f} s)", flush=True)
    return finding


def main(words: list[str]) -> int:
    """`--fix` to fix, `--prepare` to install what the first check would; nothing to check."""
    if words == ["--prepare"]:
        try:
            scripts.biome()
        except scripts.Missing as reason:
            print(f"scripts cannot be linted here: {reason}")
        return 0
    return fix(ROOT) if words == ["--fix"] else check(ROOT)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
