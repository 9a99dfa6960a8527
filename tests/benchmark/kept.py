"""Generated networks and the databases they were imported into, kept so that the next run starts at once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import psycopg

from tests.benchmark.cast import DESK, MANAGER
from tests.benchmark.world import Progress, Size, write_world
from tests.postgresql import Server

ROOT: Final = Path(__file__).resolve().parents[2]
PASSWORD: Final = "Copper-Kettle-84-Willow"
WEEKS: Final = 52
_GENERATOR: Final = ("classes.py", "guids.py", "names.py", "people.py", "places.py", "world.py")
_READY: Final = "ready.json"  # written last: a folder without it is half-done
_TOKEN_DAYS = 30


@dataclass(frozen=True)
class Ready:
    """What is known of a filled database besides its content."""

    rows: int
    seconds: float  # of the import alone
    token: str


@dataclass(frozen=True)
class KeptDatabase:
    """A filled database that can be connected to; `server` is that of PostgreSQL."""

    url: str
    ready: Ready
    server: Server | None = None


def default_folder() -> Path:
    """Where networks are kept: BENCH_FOLDER, or a folder of this checkout that git ignores."""
    return Path(os.environ.get("BENCH_FOLDER") or ROOT / "instance" / "bench").resolve()


def first_day(today: date, weeks: int = WEEKS) -> date:
    """The Monday from which half of the weeks lie before the week of `today`."""
    return today - timedelta(days=today.weekday(), weeks=weeks // 2)


def keep_world(folder: Path, size: Size) -> Path:
    """The folder of a network of this size, made if it is missing; networks of other weeks are removed."""
    kept = folder / f"{size.students}-students-{_fingerprint(Path(__file__).parent, _GENERATOR)}-{size.first_day}"
    if not (kept / _READY).exists():
        for other in folder.glob("*-students-*"):
            if not other.name.endswith(str(size.first_day)):
                shutil.rmtree(other)
        shutil.rmtree(kept, ignore_errors=True)
        rows = write_world(kept / "world", size, Progress(sys.stderr))
        (kept / _READY).write_text(json.dumps(rows))
    return kept


@contextmanager
def keep_database(kept: Path, kind: str) -> Iterator[KeptDatabase]:
    """The database of a kept network, imported if it is missing or was made for other tables; kind: its dialect."""
    versions = ROOT / "webapp" / "migrations" / "versions"
    folder = kept / f"{kind}-{_fingerprint(versions, sorted(file.name for file in versions.glob('*.py')))}"
    if not (folder / _READY).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'network.sqlite3'}"
        yield KeptDatabase(url, _fill(folder, kept, url))
        return
    with _serving(folder) as server:
        url = server.url("network")
        yield KeptDatabase(url, _fill(folder, kept, url, server), server)


@contextmanager
def _serving(folder: Path) -> Iterator[Server]:
    (folder / "data").mkdir(exist_ok=True)
    socket = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    socket.chmod(0o755)
    # Everything is analysed once it is loaded, and nobody tidies up while others are measured.
    server = Server(socket, folder / "data", autovacuum="off", max_wal_size="4GB")
    try:
        yield server
    finally:
        server.stop()


def _fill(folder: Path, kept: Path, url: str, server: Server | None = None) -> Ready:
    if (folder / _READY).exists():
        return Ready(**json.loads((folder / _READY).read_text()))
    print(f"importing {kept.name} into {folder.name.partition('-')[0]} ...", file=sys.stderr, flush=True)
    if server:
        _admin(server, "postgres", "CREATE DATABASE network")
    _encounters(url, "migrate")
    start = time.monotonic()
    report = _encounters(url, "import", str(kept / "world"))
    seconds = time.monotonic() - start
    for name in (DESK, MANAGER):
        _encounters(url, "user", "set-password", name, said=PASSWORD)
    token = _encounters(url, "token", "create", "--user", DESK, "--label", "benchmark", "--days", str(_TOKEN_DAYS))
    if server:
        _admin(server, "network", "VACUUM (ANALYZE)")
    rows = sum(json.loads((kept / _READY).read_text()).values())
    assert rows == sum(int(line.split()[1]) for line in report.splitlines() if " new, " in line), report
    ready = Ready(rows, round(seconds, 1), token.strip())
    (folder / _READY).write_text(json.dumps(asdict(ready)))
    return ready


def _admin(server: Server, database: str, statement: str) -> None:
    with psycopg.connect(host=str(server.folder), user="postgres", dbname=database, autocommit=True) as connection:
        connection.execute(statement.encode())


def _encounters(url: str, *words: str, said: str = "") -> str:
    """What a verb of the product prints; it must end well."""
    environ = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, "-m", "webapp", *words]
    done = subprocess.run(command, cwd=ROOT, env=environ, input=said, text=True, stdout=subprocess.PIPE, check=True)
    return done.stdout


def _fingerprint(folder: Path, files: tuple[str, ...] | list[str]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.encode())
        digest.update((folder / file).read_bytes())
    return digest.hexdigest()[:8]
