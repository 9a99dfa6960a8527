"""A PostgreSQL server of the tests' own: started as their child on a Unix socket, gone when they end."""

from __future__ import annotations

import glob
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from uuid import uuid4

import psycopg

SETTINGS = {"listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Missing(Exception):
    """There is no PostgreSQL to be started, with what was looked for."""


def find_programs() -> Path:
    """The folder with initdb, postgres and pg_isready. Raises Missing."""
    folders = [os.environ.get("PG_BINDIR", ""), *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    for folder in [*folders, *os.environ.get("PATH", "").split(os.pathsep)]:
        if folder and all(os.access(Path(folder) / name, os.X_OK) for name in ("initdb", "postgres", "pg_isready")):
            return Path(folder)
    raise Missing(
        "no initdb, postgres and pg_isready in PG_BINDIR, /usr/lib/postgresql/*/bin or PATH: install PostgreSQL, "
        "or set SKIP_POSTGRESQL=1 to leave it untested"
    )


class Server:
    """A running server; its databases are made from a template that tests fill once."""

    def __init__(self, folder: Path, data: Path | None = None, **settings: str) -> None:
        """`folder` must be short: the path of a socket ends at 107 bytes. It goes when the server stops.

        `data`: an existing folder elsewhere that keeps the databases, filled here if it is empty. `settings` of the
        server are added to SETTINGS. Raises Missing.
        """
        self.folder, self.data = folder, data or folder / "data"
        self._settings = {**SETTINGS, **settings}
        self._programs = find_programs()
        self._as_owner: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            for owned in (folder, *([data] if data else [])):
                shutil.chown(owned, "postgres", "postgres")
            self._as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=KILL"]
        if not (self.data / "PG_VERSION").exists():
            self._make_data()
        self._process = self._start()

    @property
    def pid(self) -> int:
        """The process whose children are the backends."""
        return self._process.pid

    @property
    def version(self) -> str:
        """As the server reports it: 15.18."""
        with self._admin() as connection:
            row = connection.execute("SHOW server_version").fetchone()
        assert row is not None
        return str(row[0]).split()[0]

    def url(self, name: str) -> str:
        """The address of a database in SQLAlchemy's spelling."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database with the content of another; its name."""
        name = f"test_{uuid4().hex[:12]}"
        with self._admin() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY wal_log'.encode())
        return name

    def drop(self, name: str) -> None:
        """Remove a database, even with connections open."""
        with self._admin() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def pause(self) -> None:
        """Stop the server at once, even with connections open; its data stay."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def resume(self) -> None:
        """Start it again after a pause, and wait until it takes connections."""
        self._process = self._start()

    def stop(self) -> None:
        """Stop the server and remove its folder; `data` elsewhere stay."""
        self.pause()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_data(self) -> None:
        command = [str(self._programs / "initdb"), "-D", str(self.data), "--locale=C.UTF-8", "-A", "trust"]
        made = subprocess.run(
            [*self._as_owner, *command, "--no-sync", "-U", "postgres"], capture_output=True, check=False
        )
        if made.returncode:
            raise Missing(f"initdb failed: {made.stderr.decode(errors='replace')}")

    def _start(self) -> subprocess.Popen[bytes]:
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self.data), "-k", str(self.folder), *options]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen([*self._as_owner, *command], stdout=log, stderr=log)
        ready = [str(self._programs / "pg_isready"), "-q", "-h", str(self.folder)]
        for _ in range(1500):
            if subprocess.run(ready, check=False).returncode == 0:
                return process
            time.sleep(0.02)
        process.kill()
        raise Missing(f"PostgreSQL does not start: {(self.folder / 'log').read_text(errors='replace')}")

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)
