"""Servers as processes of this run, and what all of their processes have used: CPU seconds, memory, time to start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 4
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_UNTIL_READY_SECONDS, _UNTIL_STOPPED_SECONDS = 30, 20
_PARENT, _ENDED_CHILDREN = 1, slice(13, 15)  # in /proc/PID/stat, after the name


class NotServing(Exception):
    """A server did not start, with what it said."""


@dataclass(frozen=True)
class Running:
    """A server that answers; `others` are processes that work for it, such as PostgreSQL."""

    port: int
    pid: int
    others: tuple[int, ...] = ()
    seconds_to_start: float = 0.0

    def cpu_seconds(self) -> float:
        """User and system time of all processes, those that have ended included."""
        stats = _all_stats()
        return sum(_cpu_of(stats, pid) for pid in (self.pid, *self.others))

    def memory_mb(self) -> float:
        """Proportional set size of all processes of the server itself."""
        stats = _all_stats()
        return sum(_pss_kb(pid) for pid in _with_descendants(stats, self.pid)) / 1024


@contextmanager
def serve_product(url: str, *others: int) -> Iterator[Running]:
    """`encounters serve` with two workers on a database, until it is left."""
    environ = {"DATABASE_URL": url, "WEB_CONCURRENCY": str(WORKERS), "SECRET_KEY": "a key for measuring, 32 bytes long"}
    with _serving(["-m", "webapp", "serve"], environ, "/healthz", others) as running:
        yield running


@contextmanager
def serve_floor() -> Iterator[Running]:
    """Stock gunicorn with as many workers and threads, until it is left."""
    words = ["-m", "gunicorn", "--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)]
    with _serving([*words, "tests.benchmark.floor:app", "--log-level", "warning", "--bind"], {}, "/", ()) as running:
        yield running


@contextmanager
def _serving(words: list[str], environ: dict[str, str], path: str, others: tuple[int, ...]) -> Iterator[Running]:
    port = _free_port()
    bind = [f"127.0.0.1:{port}"] if words[-1] == "--bind" else []
    # Settings of the person who measures would be measured too.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENCOUNTERS_")}
    start = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, *words, *bind],
            cwd=ROOT,
            env={**clean, **environ, "HOST": "127.0.0.1", "PORT": str(port)},
            stdout=log,
            stderr=log,
        )
        try:
            if not _is_ready(port, path, process):
                log.seek(0)
                raise NotServing(f"the server does not answer: {log.read().decode(errors='replace')}")
            yield Running(port, process.pid, others, time.monotonic() - start)
        finally:
            process.terminate()
            try:
                process.wait(_UNTIL_STOPPED_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _is_ready(port: int, path: str, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _UNTIL_READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return True
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _all_stats() -> dict[int, list[str]]:
    """What the kernel says of each process, without its number and name."""
    stats = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                stats[int(entry.name)] = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
    return stats


def _with_descendants(stats: dict[int, list[str]], root: int) -> list[int]:
    found = [root]
    for parent in found:
        found += [pid for pid, stat in stats.items() if int(stat[_PARENT]) == parent]
    return found


def _cpu_of(stats: dict[int, list[str]], root: int) -> float:
    """User and system time of a process and all that descend from it, those that have ended included."""
    found = _with_descendants(stats, root)
    ended = sum(int(ticks) for pid in found for ticks in stats[pid][_ENDED_CHILDREN]) / _TICKS
    return ended + sum(_cpu_clock(pid) for pid in found)


def _cpu_clock(pid: int) -> float:
    """The same sum as in /proc/PID/stat, in nanoseconds instead of hundredths of a second."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # CPUCLOCK_SCHED of a process, as clock_getcpuclockid(3) makes it
    except OSError:  # it has ended meanwhile
        return 0.0


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
