"""PostgreSQL as the product's home: limits of the web, waiting migrations, a restart, and several web machines."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from tests.asking import Browser, Poller
from tests.factories import add_center
from tests.postgresql import Server
from tests.terminal import Terminal, free_port, wait_until_up
from tests.transfer.folders import SOUND, write
from tests.world import build_world
from webapp.app import utc_now
from webapp.database import Database, DatabaseUnavailable
from webapp.migrations import upgrade
from webapp.models import Center
from webapp.transfer import import_folder
from webapp.transfer.staging.stage import open_stage

KEY = "a key for tests, thirty-two bytes"
PART = {"HX-Request": "true", "HX-Target": "availability", "HX-Trigger": "availability"}
BALANCER = {
    "X-Forwarded-For": "192.0.2.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "desk.example",
    "Referer": "https://desk.example/",
}
JSON_PATH, PART_PATH = "/users/giulia/encounters/available", "/students/giulia/encounters"


@pytest.fixture
def url(postgresql: Server, postgresql_template: str) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    name = postgresql.create(postgresql_template)
    yield postgresql.url(name)
    postgresql.drop(name)


@contextmanager
def _home(url: str, **given: Any) -> Iterator[Database]:
    made = Database(url, **given)
    yield made
    made.dispose()


def test_the_web_has_limits_that_the_terminal_has_not(url: str) -> None:
    names = ("application_name", "statement_timeout", "idle_in_transaction_session_timeout", "timezone")
    shown = []
    for given in ({"web_threads": 1}, {}):
        with _home(url, **given) as home, home.reading() as connection:
            shown.append([connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names])
    assert shown == [["encounters web", "15s", "30s", "UTC"], ["encounters terminal", "0", "0", "UTC"]]


def test_a_statement_that_takes_too_long_means_unavailable(url: str) -> None:
    with _home(url, web_threads=1) as home:
        impatient = text("SELECT set_config('statement_timeout', '50', true) FROM pg_sleep(0)")
        with pytest.raises(DatabaseUnavailable, match="statement timeout"), home.reading() as connection:
            assert [connection.execute(statement) for statement in (impatient, text("SELECT pg_sleep(5)"))]
        with home.reading() as connection:
            assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "15s"


def test_reading_cannot_write(url: str) -> None:
    with _home(url) as home, pytest.raises(DBAPIError, match="read-only transaction"), home.reading() as connection:
        add_center(connection, "MIL-01")


def test_an_import_leaves_out_what_it_has_checked_where_it_may_and_works_where_it_may_not(
    url: str, postgresql: Server, tmp_path: Path
) -> None:
    folder = write(tmp_path, dict(SOUND))
    shown = []
    with _home(url) as home, home.writing() as connection:
        for role in ("desk_plain", "desk_trusted"):
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN IN ROLE pg_read_all_data, pg_write_all_data")
        connection.exec_driver_sql("GRANT SET ON PARAMETER session_replication_role TO desk_trusted")
    for role in ("desk_plain", "desk_trusted"):
        with _home(url.replace("postgres@", f"{role}@")) as home, open_stage(home) as stage:
            import_folder(home, folder)
            with stage.writing():
                shown.append(stage.connection.exec_driver_sql("SHOW session_replication_role").scalar())
            with home.within(stage.connection):
                shown.append(stage.connection.exec_driver_sql("SHOW session_replication_role").scalar())
    assert shown == ["origin", "origin", "replica", "origin"]


def test_a_reader_sees_one_moment_while_others_write(database: Database) -> None:
    count = select(func.count()).select_from(Center)
    with database.reading() as connection:
        assert connection.execute(count).scalar() == 0
        with database.writing() as other:
            add_center(other, "MIL-01")
        assert connection.execute(count).scalar() == 0
    with database.reading() as connection:
        assert connection.execute(count).scalar() == 1


def test_a_connection_too_many_means_unavailable_after_a_short_wait(url: str) -> None:
    with _home(url, web_threads=1) as home, home.reading():
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable, match="all connections are in use"), home.reading():
            pass
        assert 2 < time.monotonic() - began < 5


def test_a_connection_lost_in_the_middle_means_unavailable_where_it_is_met(url: str) -> None:
    with _home(url, web_threads=1) as home, home.reading() as connection:
        _cut(connection, url)
        with pytest.raises(DatabaseUnavailable):
            connection.execute(select(Center.id))


def test_a_connection_lost_after_the_last_row_hurts_nobody(url: str) -> None:
    with _home(url, web_threads=1) as home:
        with home.reading() as connection:
            _cut(connection, url)
        with home.reading() as connection:
            assert connection.execute(select(Center.id)).all() == []


def _cut(connection: Connection, url: str) -> None:
    number = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with _home(url) as other, other.writing() as killer:
        killer.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})


def test_a_mistake_in_sql_is_not_called_unavailable_and_shows_no_values(database: Database) -> None:
    with pytest.raises(DBAPIError, match="nowhere") as failed, database.reading() as connection:
        connection.execute(text("SELECT 1 FROM nowhere WHERE name = :name"), {"name": "giulia"})
    assert "giulia" not in str(failed.value)


def test_a_migration_that_waits_for_a_busy_table_lets_the_desk_work(url: str, record_property: Any) -> None:
    began: list[float] = []

    def change(connection: Connection) -> None:
        began.append(time.monotonic())
        connection.exec_driver_sql("ALTER TABLE centers ADD COLUMN motto text")

    waits: list[float] = []
    with _home(url) as home, _home(url, web_threads=2) as web:
        with web.reading() as long_reader:
            long_reader.execute(select(Center.id))
            migration = Thread(target=lambda: home.change_schema(change, wait_milliseconds=300))
            migration.start()
            while len(began) < 2:
                asked = time.monotonic()
                with web.reading() as desk:
                    desk.execute(select(Center.id))
                waits.append(time.monotonic() - asked)
                time.sleep(0.01)
        migration.join(10)
        with home.reading() as connection:
            assert "motto" in [column["name"] for column in inspect(connection).get_columns("centers")]
    assert 0.1 < max(waits) < 0.8
    record_property("longest wait of the desk in seconds", round(max(waits), 2))


def test_a_migration_that_never_gets_its_table_says_so_and_changes_nothing(url: str) -> None:
    def change(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half_done (id int)")
        connection.exec_driver_sql("ALTER TABLE centers ADD COLUMN motto text")

    with _home(url) as home:
        with home.reading() as reader:
            reader.execute(select(Center.id))
            with pytest.raises(DatabaseUnavailable, match="the tables stay busy; nothing was changed"):
                home.change_schema(change, wait_milliseconds=100, tries=2)
        with home.reading() as connection:
            assert "half_done" not in inspect(connection).get_table_names()


@contextmanager
def _served(folder: Path, url: str, **environ: str) -> Iterator[tuple[str, Popen[str]]]:
    folder.mkdir()
    port = str(free_port())
    terminal = Terminal(folder, DATABASE_URL=url, SECRET_KEY=KEY, PORT=port, WEB_CONCURRENCY="2", **environ)
    process, address = terminal.start("serve"), f"http://127.0.0.1:{port}"
    try:
        wait_until_up(process, address)
        yield address, process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _fill(url: str) -> dict[str, str]:
    """One class that giulia can take; the header of a program that acts as maria."""
    with _home(url) as home:
        world = build_world(home)
        world.now = utc_now()
        world.add_encounter()
        world.close()
        return world.bearer("maria")


def test_a_restart_of_postgresql_is_a_pause_in_words_and_soon_forgotten(
    tmp_path: Path, own_postgresql: Server, record_property: Any
) -> None:
    url = own_postgresql.url(own_postgresql.create())
    with _home(url) as home:
        upgrade(home)
    bearer, browser, enough = _fill(url), Browser(), Event()
    with _served(tmp_path / "machine", url) as (address, process):
        browser.sign_in(address)
        cookie, workers = browser.cookie, _children(process)
        json = [Poller(lambda: Browser().ask(address + JSON_PATH, bearer)) for _ in range(3)]
        part = [Poller(lambda: Browser().ask(address + PART_PATH, {**PART, **cookie})) for _ in range(3)]
        threads = [poller.start(enough) for poller in json + part]
        time.sleep(0.5)
        own_postgresql.pause()
        time.sleep(0.7)
        probes = [Browser().ask(address + path).status for path in ("/healthz", "/readyz")]
        own_postgresql.resume()
        back = time.monotonic()
        time.sleep(1.5)
        enough.set()
        for thread in threads:
            thread.join(20)
        assert _children(process) == workers
        browser.sign_out(address)

    assert probes == [200, 503]
    assert [failure for poller in json + part for failure in poller.failures] == []
    for pollers, words in ((json, '"status":503'), (part, 'role="alert"')):
        answers = [answer for poller in pollers for answer in poller.answers]
        away = [answer for answer in answers if answer.status != 200]
        assert {answer.status for answer in answers} == {200, 503}
        assert {answer.retry_after for answer in away} == {"5"}
        assert all(words in answer.body and "The database is unavailable" in answer.body for answer in away)
        last = round(max(answer.at for answer in away) - back, 2)
        assert last < 1
        record_property(f"{words}: answers, 503, the last of them after the return", [len(answers), len(away), last])


def test_two_web_machines_behind_a_balancer_share_sign_ins(tmp_path: Path, url: str) -> None:
    _fill(url)
    hosts = "desk.example,127.0.0.1"
    production = {"ENCOUNTERS_ENV": "production", "ENCOUNTERS_TRUSTED_HOSTS": hosts, "ENCOUNTERS_TRUSTED_PROXIES": "1"}
    with (
        _served(tmp_path / "one", url, **production) as (one, _),
        _served(tmp_path / "two", url, **production) as (two, _),
    ):
        browser = Browser(BALANCER)
        browser.sign_in(one)
        assert [cookie.secure for cookie in browser.cookies] == [True]
        for machine in (two, one, two):
            part = browser.ask(machine + PART_PATH, PART)
            assert (part.status, "data-encounter-id" in part.body) == (200, True)
        copied = browser.cookie
        assert Browser(BALANCER).ask(f"{two}/users/me", copied).status == 200
        browser.sign_out(one)
        assert [Browser(BALANCER).ask(f"{machine}/users/me", copied).status for machine in (two, one)] == [401, 401]


def _children(process: Popen[str]) -> set[str]:
    return set(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
