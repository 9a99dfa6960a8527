"""An import killed at any moment: the database holds the old state or the new one, and the next import succeeds."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.conftest import KINDS
from tests.postgresql import Server
from tests.transfer.folders import CLASS, GIULIA, SOUND, content_of, guid, write
from webapp.database import Database
from webapp.transfer import import_folder

CENTERS, USERS, ENCOUNTERS, BOOKINGS = SOUND
KILLS = int(os.environ.get("PROOF_KILLS", "50"))
KILLS_A_COPY = 5
SEED = 20261123
CHANGED = {
    CENTERS: SOUND[CENTERS].replace("Italia Online", "Italia in linea"),
    USERS: SOUND[USERS].replace(",giulia,", ",luca2,").replace(",luca,", ",giulia,").replace("MIL-01;ITA-ON", "ITA-ON")
    + f"{guid(70)},Student,luca,Nuovo,,,MIL-01,S-9,5,\n",
    ENCOUNTERS: SOUND[ENCOUNTERS].replace(",60,1,1,", ",60,2,1,") + f"{guid(71)},ITA-ON,7,2026-12-03 18:00,60,2,0,,\n",
    BOOKINGS: SOUND[BOOKINGS].replace("false", "true") + f"{guid(72)},{CLASS},{GIULIA},seat,2026-11-02 10:00,\n",
}


@dataclass
class Copies:
    """A database that holds the sound folder, and as many copies of it as are asked for."""

    make: Callable[[], str]
    drop: Callable[[str], None]


@pytest.fixture(params=KINDS)
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copies]:
    """The sound folder, imported, on each kind of database."""
    yield from _copies(request, tmp_path, write(tmp_path / "sound", dict(SOUND)))


@pytest.fixture(params=KINDS)
def empty_copies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copies]:
    """An empty, migrated database of each kind."""
    yield from _copies(request, tmp_path, None)


@pytest.mark.slow
def test_a_killed_import_leaves_the_old_state_or_the_new_one(
    copies: Copies, tmp_path: Path, record_property: Any
) -> None:
    lines, counts = _kill_again_and_again(copies, write(tmp_path / "changed", dict(CHANGED)), KILLS)
    assert lines[1:] == [
        "users.csv: 1 new, 2 changed, 1 unchanged",
        "encounters.csv: 1 new, 1 changed, 1 unchanged",
        "bookings.csv: 1 new, 1 changed, 0 unchanged",
    ]
    for name, count in counts.items():
        record_property(name, count)
    assert counts["between begin and commit"] >= KILLS / 3


@pytest.mark.slow
def test_a_killed_first_load_leaves_nothing_or_everything(
    empty_copies: Copies, tmp_path: Path, record_property: Any
) -> None:
    lines, counts = _kill_again_and_again(empty_copies, write(tmp_path / "first", dict(SOUND)), KILLS // 5)
    assert lines[1:] == [
        "users.csv: 3 new, 0 changed, 0 unchanged",
        "encounters.csv: 2 new, 0 changed, 0 unchanged",
        "bookings.csv: 1 new, 0 changed, 0 unchanged",
    ]
    for name, count in counts.items():
        record_property(name, count)


def _copies(request: pytest.FixtureRequest, tmp_path: Path, first: Path | None) -> Iterator[Copies]:
    if request.param == "sqlite":
        template, copy = tmp_path / "before.sqlite3", tmp_path / "copy.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), template)
        if first:
            _import(f"sqlite:///{template}", first)

        def drop(_url: str) -> None:
            for file in tmp_path.glob("copy.sqlite3*"):
                file.unlink()

        yield Copies(lambda: f"sqlite:///{shutil.copy(template, copy)}", drop)
        return
    server: Server = request.getfixturevalue("postgresql")
    name = server.create(request.getfixturevalue("postgresql_template"))
    if first:
        _import(server.url(name), first)
    yield Copies(lambda: server.url(server.create(name)), lambda url: server.drop(url.split("/")[-1].split("?")[0]))
    server.drop(name)


def _kill_again_and_again(copies: Copies, folder: Path, kills: int) -> tuple[list[str], Counter[str]]:
    """What an import of the folder reports when nobody kills it, and what became of those that were killed."""
    lines, before, after, steps = _rehearse(copies, folder)
    begin, commit = steps.index("write") + 1, len(steps) - 1
    generator, counts = random.Random(SEED), Counter[str](seed=SEED)
    while counts["killed"] < kills:
        url = copies.make()
        database = Database(url)
        found, kills_of_copy = before, 0
        while found == before and kills_of_copy < KILLS_A_COPY:
            step = generator.randint(1 if kills_of_copy % 3 == 0 else begin, len(steps))
            if counts["killed"] % 10 == 9:
                step = len(steps)
            assert _import_in_child(url, folder, kill_at=step) == -signal.SIGKILL
            found = content_of(database)
            assert found in (before, after), f"a partial state after step {step}: {steps[step - 1]}"
            _assert_sound(database)
            kills_of_copy += 1
            counts["killed"] += 1
            counts["between begin and commit"] += begin < step <= commit
            counts["old state" if found == before else "new state"] += 1
        import_folder(database, folder)
        assert content_of(database) == after
        database.dispose()
        copies.drop(url)
    assert counts["new state"] > 0
    return lines, counts


def _rehearse(copies: Copies, folder: Path) -> tuple[list[str], Any, Any, list[str]]:
    """The report of an import, the content before and after it, and its steps: statements and commits."""
    url = copies.make()
    before = _content(url)
    database = Database(url)
    steps: list[str] = []
    _listen(database, steps.append)
    lines = import_folder(database, folder).lines()
    steps.append("end")
    database.dispose()
    after = _content(url)
    assert before != after
    copies.drop(url)
    return lines, before, after, steps


def _listen(database: Database, record: Callable[[str], None]) -> None:
    """Record each statement and commit before it is sent; the first one that writes as `write`."""

    def statement(_connection: Any, _cursor: Any, words: str, *_more: Any) -> None:
        record("write" if words.startswith("UPDATE network_version") else words)

    event.listen(database.engine, "before_cursor_execute", statement)
    event.listen(database.engine, "commit", lambda _connection: record("commit"))


def _import_in_child(url: str, folder: Path, kill_at: int) -> int:
    """Import in a fork of this warm process, which kills itself before a step; how it ended."""
    child = os.fork()
    if child == 0:
        database = Database(url)
        steps: list[str] = []

        def record(step: str) -> None:
            steps.append(step)
            if len(steps) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        _listen(database, record)
        try:
            import_folder(database, folder)
            record("end")
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _import(url: str, folder: Path) -> None:
    database = Database(url)
    import_folder(database, folder)
    database.dispose()


def _content(url: str) -> Any:
    database = Database(url)
    content = content_of(database)
    database.dispose()
    return content


def _assert_sound(database: Database) -> None:
    if database.is_sqlite:
        with database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
