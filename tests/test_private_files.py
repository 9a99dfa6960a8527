"""The database's files and the secret key are for their owner alone, and `check` says where they are not."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.terminal import Terminal, free_port, get, stop, wait_until_up
from webapp.database import Database
from webapp.private_files import restrict_to_owner

EMPTY = {"centers.csv": "id,reference_id,name,kind,time_zone,territory\n"}
DATABASE_FILES = (
    "encounters.sqlite3",
    "encounters.sqlite3-wal",
    "encounters.sqlite3-shm",
    "encounters.sqlite3-journal",
)
PRIVATE = (*DATABASE_FILES, "secret_key")
PRODUCTION = {
    "ENCOUNTERS_ENV": "production",
    "ENCOUNTERS_TRUSTED_HOSTS": "desk.example,127.0.0.1",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuv",
}
# `serve` and `demo` end with 1 where another program listens: after their files are in order.
COMMANDS = {"serve": (["serve"], 1), "migrate": (["migrate"], 0), "import": (["import", "csv"], 0)}


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def taken_port() -> Iterator[str]:
    """A port on which somebody else listens, so that `serve` ends at once."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield str(other.getsockname()[1])


@pytest.fixture
def terminal(tmp_path: Path, taken_port: str) -> Terminal:
    """A shell in a folder that holds an empty folder of CSV files."""
    (tmp_path / "csv").mkdir()
    for name, text in EMPTY.items():
        (tmp_path / "csv" / name).write_text(text)
    return Terminal(tmp_path, PORT=taken_port)


def _modes(folder: Path) -> dict[str, str]:
    return {file.name: oct(file.stat().st_mode & 0o777) for file in folder.iterdir()}


def _closed(folder: Path) -> set[str]:
    """The files of a folder, all of which must be for their owner alone."""
    modes = _modes(folder)
    assert modes == dict.fromkeys(modes, "0o600")
    return set(modes)


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_a_first_migration_makes_folder_and_files_for_their_owner_alone(terminal: Terminal, umask: int) -> None:
    os.umask(umask)
    assert terminal.run("migrate")[0] == 0
    assert _modes(terminal.folder)["instance"] == "0o700"
    assert _closed(terminal.folder / "instance") >= {"encounters.sqlite3", "secret_key"}


def test_a_folder_made_for_a_database_elsewhere_is_for_its_owner_alone(terminal: Terminal) -> None:
    url = f"sqlite:///{terminal.folder}/data/network.sqlite3"
    assert Terminal(terminal.folder, DATABASE_URL=url, **PRODUCTION).run("migrate")[0] == 0
    assert _modes(terminal.folder)["data"] == "0o700"
    assert _closed(terminal.folder / "data") >= {"network.sqlite3"}


def test_whatever_command_comes_first_leaves_no_file_that_others_can_read(terminal: Terminal) -> None:
    assert terminal.run("user", "list")[0] == 1
    assert _closed(terminal.folder / "instance") >= {"encounters.sqlite3", "secret_key"}


def test_the_first_demo_makes_folder_and_files_for_their_owner_alone(terminal: Terminal) -> None:
    assert terminal.run("demo")[0] == 1  # the port is taken
    assert _modes(terminal.folder)["instance"] == "0o700"
    assert _closed(terminal.folder / "instance") >= {"demo.sqlite3", "secret_key"}


@pytest.mark.parametrize(("words", "code"), COMMANDS.values(), ids=COMMANDS)
def test_files_that_others_could_read_are_closed_and_a_folder_that_was_there_is_left_alone(
    terminal: Terminal, words: list[str], code: int
) -> None:
    _open_files(terminal)
    with _in_use(terminal):
        assert sorted(_open_files(terminal)) == sorted(PRIVATE)
        assert terminal.run(*words)[0] == code
        assert _modes(terminal.folder / "instance") == dict.fromkeys(PRIVATE, "0o600")
    assert _modes(terminal.folder)["instance"] == "0o755"


def test_the_demo_closes_files_that_others_could_read(terminal: Terminal) -> None:
    instance = terminal.folder / "instance"
    instance.mkdir(mode=0o755)
    (instance / "demo.sqlite3").touch(0o644)
    (instance / "secret_key").write_text("a key of an earlier version")
    assert terminal.run("demo")[0] == 1
    assert _closed(instance) >= {"demo.sqlite3", "secret_key"}
    assert _modes(terminal.folder)["instance"] == "0o755"


def test_what_a_running_server_writes_is_for_its_owner_alone(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, PORT=str(free_port()), WEB_CONCURRENCY="2")
    assert terminal.run("migrate")[0] == 0
    server, address = terminal.start("serve"), f"http://127.0.0.1:{terminal.environ['PORT']}"
    wait_until_up(server, address)
    assert get(f"{address}/login")[0] == 200
    assert _closed(tmp_path / "instance") == set(PRIVATE) - {"encounters.sqlite3-journal"}
    assert stop(server)[0] == 0


def test_a_file_that_belongs_to_somebody_else_is_named_and_stops_nothing(terminal: Terminal) -> None:
    instance = terminal.folder / "instance"
    instance.mkdir(mode=0o700)
    (instance / "secret_key").symlink_to("/proc/self/comm")  # the kernel's: nobody may change its mode
    code, out, err = terminal.run("migrate")
    assert (code, out) == (0, "migrated\n")
    assert err == (
        f"encounters: {instance}/secret_key can be read by others (mode 0644), and its mode could not be changed "
        "(Operation not permitted)\n"
    )


def test_a_file_that_is_not_there_and_one_that_is_closed_already_are_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "closed").touch(0o400)
    assert restrict_to_owner([tmp_path / "missing", tmp_path / "closed"]) == []
    assert _modes(tmp_path) == {"closed": "0o400"}


@pytest.mark.parametrize("name", PRIVATE)
def test_in_production_check_ends_with_1_for_a_file_that_others_can_read(terminal: Terminal, name: str) -> None:
    terminal.run("migrate")
    exposed = terminal.folder / "instance" / name
    exposed.touch(0o600)
    says = f"files: {exposed} can be read by others (mode 0640); run `chmod 600` on it"
    production = Terminal(terminal.folder, **PRODUCTION)
    with _in_use(terminal):
        assert production.run("check") == (0, "all is well\n", "")
        exposed.chmod(0o640)
        assert production.run("check") == (1, f"{says}\n", "")
        assert terminal.run("check") == (0, f"note: {says}\nall is well\n", "")
        assert _modes(exposed.parent)[name] == "0o640"


def test_check_mentions_a_folder_that_is_open_to_others(terminal: Terminal) -> None:
    terminal.run("migrate")
    instance = terminal.folder / "instance"
    instance.chmod(0o755)
    mention = f"note: the folder {instance} is open to others (mode 0755)\nall is well\n"
    assert Terminal(terminal.folder, **PRODUCTION).run("check") == (0, mention, "")


@contextmanager
def _in_use(terminal: Terminal) -> Iterator[None]:
    """Somebody else has written and reads on: -wal and -shm stay. An empty -wal would get a new mode from SQLite."""
    database = Database(f"sqlite:///{terminal.folder}/instance/encounters.sqlite3")
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE network_version SET number = number + 1")
    with database.reading() as connection:
        connection.exec_driver_sql("SELECT 1 FROM sqlite_schema").first()
        yield
    database.dispose()


def _open_files(terminal: Terminal) -> list[str]:
    """Make the files of an earlier version: a migrated database, what may lie beside it and the key, all 0644."""
    instance = terminal.folder / "instance"
    if not instance.exists():
        terminal.run("migrate")
        (instance / "encounters.sqlite3-journal").touch()
        instance.chmod(0o755)
    for file in instance.iterdir():
        file.chmod(0o644)
    return [file.name for file in instance.iterdir()]
