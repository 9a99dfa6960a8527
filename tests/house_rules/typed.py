"""The share of expressions in webapp whose type mypy knows, beside the share that must be reached."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

FLOOR: Final = 96  # per cent; reached, rounded down

_TOTAL: Final = re.compile(r"^\s*Total\s+[0-9]+\s+[0-9]+\s+([0-9.]+)%$", re.MULTILINE)


def measure(folder: Path) -> tuple[float, str]:
    """The share in per cent in the package webapp of `folder`, and mypy's table of modules that have an Any."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "mypy", "--package", "webapp", "--any-exprs-report", place]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        report = Path(place, "any-exprs.txt")
        table = report.read_text(encoding="utf-8") if report.exists() else ""
    total = _TOTAL.search(table)
    if total is None:
        return 0.0, done.stdout + done.stderr
    return float(total[1]), "\n".join(line for line in table.splitlines() if not line.endswith("100.00%"))
