"""The terminal: what each verb prints, its exit code, and the one line that refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.terminal import Terminal, free_port, get, stop, wait_until_up
from tests.world import World
from webapp import demo
from webapp.settings import shipped_folder


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, PORT=str(free_port()), WEB_CONCURRENCY="2")


@pytest.mark.parametrize(
    "words", [["serve"], ["import", "."], ["user", "list"], ["token", "list"], ["user", "set-password", "x"]]
)
def test_a_database_that_is_not_migrated_is_refused_in_words(terminal: Terminal, words: list[str]) -> None:
    code, out, err = terminal.run(*words)
    assert (code, out) == (1, "")
    assert err == "encounters: the database is not migrated to this version: run `encounters migrate` first\n"
    assert terminal.run("check")[0] == 1


@pytest.mark.slow
def test_from_an_empty_folder_to_a_served_answer(terminal: Terminal) -> None:
    assert terminal.run("migrate")[:2] == (0, "migrated\n")
    assert terminal.run("migrate")[:2] == (0, "nothing to do\n")
    code, out, err = terminal.run("import", str(shipped_folder("seed_data")))
    assert (code, err) == (0, "")
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "centers.csv",
        "users.csv",
        "encounters.csv",
        "bookings.csv",
    ]
    assert all(re.fullmatch(r"\w+\.csv: \d+ new, 0 changed, 0 unchanged", line) for line in out.splitlines())
    again = terminal.run("import", str(shipped_folder("seed_data")))[1]
    assert all(re.fullmatch(r"\w+\.csv: 0 new, 0 changed, \d+ unchanged", line) for line in again.splitlines())
    assert terminal.run("check")[:2] == (0, "all is well\n")

    added = ("--user-name", "desk.bot", "--type", "StaffMember", "--first-name", "Desk", "--center", "MIL-01")
    code, user_id, _ = terminal.run("user", "add", *added)
    assert code == 0
    assert terminal.run("user", "add", *added)[0] == 1
    assert f"{user_id.strip()}  StaffMember" in terminal.run("user", "list")[1]
    assert terminal.run("user", "set-password", "desk.bot", stdin="short\n")[0] == 1
    assert terminal.run("user", "set-password", "DESK.BOT", stdin="Tin-Whistle-30-Harbor\n")[0] == 0
    assert terminal.run("user", "set-password", "nobody", stdin="Tin-Whistle-30-Harbor\n")[0] == 1
    code, token, _ = terminal.run("token", "create", "--user", "desk.bot", "--label", "desk screen")
    assert (code, token.count("\n")) == (0, 1)

    server = terminal.start("serve")
    address = f"http://127.0.0.1:{terminal.environ['PORT']}"
    wait_until_up(server, address)
    bearer = f"Bearer {token.strip()}"
    assert get(f"{address}/users/giulia.conti/encounters", bearer)[0] == 200
    assert get(f"{address}/users/giulia.conti/encounters")[0] == 401
    assert get(f"{address}/users/me", bearer)[1].count(user_id.strip()) == 1
    assert get(f"{address}/users/%FF/encounters", bearer)[0] == 400
    code, _, err = terminal.run("serve")
    assert (code, err.count("\n")) == (1, 1)
    assert f"cannot listen on 127.0.0.1:{terminal.environ['PORT']}" in err

    (line,) = terminal.run("token", "list")[1].splitlines()
    assert token.strip() not in line
    assert terminal.run("token", "revoke", line.split()[0])[:2] == (0, "revoked\n")
    assert terminal.run("token", "revoke", "nonsense")[0] == 1
    assert get(f"{address}/users/me", bearer)[0] == 401
    assert terminal.run("user", "deactivate", "desk.bot")[0] == 0
    assert terminal.run("user", "activate", "desk.bot")[0] == 0
    code, _, err = stop(server)
    assert (code, err) == (0, "")


@pytest.mark.slow
def test_a_network_leaves_and_comes_back_by_the_terminal(terminal: Terminal) -> None:
    terminal.run("migrate")
    terminal.run("import", str(shipped_folder("seed_data")))
    assert terminal.run("export", "out")[:2] == (
        0,
        "centers.csv: 11 rows\nusers.csv: 392 rows\nencounters.csv: 3108 rows\nbookings.csv: 3352 rows\n",
    )
    code, out, err = terminal.run("export", "out")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "--force" in err
    assert terminal.run("export", "out", "--force")[0] == 0
    code, out, _ = terminal.run("import", "out", "--dry-run")
    assert (code, out.splitlines()[0]) == (0, "dry run: nothing was written; an import would make these changes:")
    centers = terminal.folder / "out" / "centers.csv"
    centers.write_text(centers.read_text().replace("Europe/Rome", "Europe/Rom"))
    code, out, err = terminal.run("import", "out", "--problems", "problems.csv")
    assert (code, out) == (1, "")
    assert all(
        "'Europe/Rom' is not an IANA time zone; did you mean 'Europe/Rome'?" in line for line in err.splitlines()
    )
    mended = (terminal.folder / "problems.csv").read_text("utf-8-sig").splitlines()
    assert len(mended) == 1 + err.count("\n")
    assert terminal.run("check")[:2] == (0, "all is well\n")


@pytest.mark.slow
def test_the_demo_serves_this_week_and_its_sign_ins_work(terminal: Terminal) -> None:
    process = terminal.start("demo")
    address = f"http://127.0.0.1:{terminal.environ['PORT']}"
    wait_until_up(process, address)
    code, out, err = stop(process)
    assert (code, err) == (0, "")
    assert f"Open {address}/" in out
    assert [name for name, _ in demo.SIGN_INS if name not in out] == []
    again = terminal.start("demo")
    wait_until_up(again, address)
    assert "users.csv: 0 new, 0 changed," in stop(again)[1]
    database = f"sqlite:///{terminal.folder}/instance/demo.sqlite3"
    strangers = Terminal(terminal.folder, DATABASE_URL=database, PORT=terminal.environ["PORT"])
    assert strangers.run("user", "add", "--user-name", "x", "--type", "User", "--first-name", "X")[0] == 0
    code, _, err = terminal.run("demo")
    assert (code, err.count("\n")) == (1, 1)
    assert "1 user(s) that do not belong to the demo" in err


def test_the_demo_is_not_for_production(terminal: Terminal) -> None:
    settings = {"ENCOUNTERS_ENV": "production", "SECRET_KEY": "0123456789abcdefghijklmnopqrstuv"}
    production = Terminal(terminal.folder, ENCOUNTERS_TRUSTED_HOSTS="desk.example", **settings)
    code, _, err = production.run("demo")
    assert (code, err.count("\n")) == (1, 1)
    assert not (terminal.folder / "instance" / "demo.sqlite3").exists()


@pytest.mark.parametrize(
    ("environ", "words", "says"),
    [
        ({"PORT": "many"}, ["serve"], "PORT: 'many' is not allowed; allowed: a whole number from 1 to 65535"),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/x.sqlite3"}, ["migrate"], "/proc/nowhere"),
        ({"DATABASE_URL": "sqlite:////nowhere/x.sqlite3"}, ["user", "list"], "unable to open database file"),
        ({"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/x"}, ["migrate"], "127.0.0.1"),
    ],
)
def test_a_wrong_place_or_setting_is_one_clear_line(
    tmp_path: Path, environ: dict[str, str], words: list[str], says: str
) -> None:
    code, out, err = Terminal(tmp_path, **environ).run(*words)
    assert (code, out, err.count("\n")) == (1, "", 1), err
    assert says in err


def test_check_reports_what_is_wrong_with_the_data(world: World) -> None:
    from sqlalchemy import update

    from webapp.checks import find_faults
    from webapp.models import Encounter, User

    encounter = world.add_encounter(seats=1)
    world.book(encounter, "luca")
    assert list(find_faults(world.database)) == []
    with world.database.writing() as connection:
        connection.execute(update(Encounter).values(seats=0))
        connection.execute(update(User).where(User.user_name == "luca").values(type="Prospect", search_key="other"))
    faults = list(find_faults(world.database))
    assert [fault.split(":")[0] for fault in faults] == ["encounters", "bookings", "users"]
    assert str(encounter) in faults[0]


def test_check_reports_a_booking_of_a_user_who_is_no_student_even_if_cancelled(world: World) -> None:
    from sqlalchemy import update

    from webapp.checks import find_faults
    from webapp.models import User

    booking = world.book(world.add_encounter(seats=1), "luca", is_cancelled=True)
    with world.database.writing() as connection:
        connection.execute(update(User).where(User.user_name == "luca").values(type="Prospect"))
    assert list(find_faults(world.database)) == [
        f"bookings: {booking} belongs to a user of type Prospect; allowed: Student"
    ]
