"""What others do while an import prepares: nobody's change is lost, and an import is not refused because of them."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.transfer.folders import CLASS, GIULIA, LATER, LUCA, MARIA, SOUND, guid, write
from webapp.accounts.passwords import verify_password
from webapp.accounts.users import NewUser, add_user, set_active, set_password
from webapp.checks import find_faults
from webapp.database import Database
from webapp.models import Booking, Encounter, User
from webapp.network import lock_network
from webapp.transfer import ImportRefused, import_folder
from webapp.user_keys import derived_user_columns

CENTERS, USERS, ENCOUNTERS, BOOKINGS = SOUND
USER_HEAD = "id,type,user_name,first_name"
BOOKING_HEAD = "id,encounter_id,student_id,mode,booked_at"
RENAMED = f"{USER_HEAD},last_name\n{LUCA},Student,luca,Luca,Neri\n"
NEW, NORA = guid(99), guid(98)
PASSWORD = "Copper-Kettle-84-Willow"


def _book(connection: Connection, student: str, encounter: str = CLASS, **given: Any) -> UUID:
    """A booking as a desk would make it."""
    row_id = uuid4()
    lock_network(connection, bookings=[row_id])
    values = {"mode": "standby", "booked_at": datetime(2026, 11, 2, tzinfo=UTC), "is_cancelled": False, **given}
    query = insert(Booking).values(id=row_id, encounter_id=UUID(encounter), student_id=UUID(student), **values)
    connection.execute(query)
    return row_id


def _import_while(
    database: Database, folder: Path, files: dict[str, str], act: Callable[[Connection], object], times: int = 1
) -> list[str]:
    """Import files into a database with the sound folder; before they are written, somebody acts."""
    import_folder(database, write(folder / "sound", dict(SOUND)))
    acted: list[str] = []

    def on_progress(what: str, _share: float) -> None:
        if what == "writing" and len(acted) < times:
            acted.append(what)
            with database.writing() as connection:
                act(connection)

    lines = import_folder(database, write(folder / "in", dict(files)), progress=on_progress).lines()
    assert len(acted) == times
    assert list(find_faults(database)) == []
    return lines


def _users(database: Database, *columns: str) -> dict[str, tuple[object, ...]]:
    with database.reading() as connection:
        query = select(User.user_name, *(getattr(User, column) for column in columns))
        return {row[0]: tuple(row[1:]) for row in connection.execute(query)}


def test_what_somebody_changes_meanwhile_stays_beside_what_the_import_changes(
    database: Database, tmp_path: Path
) -> None:
    files = {USERS: f"{USER_HEAD},last_name,active\n{LUCA},Student,luca,Luca,Neri,true\n"}
    lines = _import_while(database, tmp_path, files, lambda c: set_active(c, UUID(LUCA), active=False))
    assert lines == ["users.csv: 0 new, 1 changed, 0 unchanged"]
    assert _users(database, "last_name", "active")["luca"] == ("Neri", False)


def test_a_name_that_is_changed_from_two_sides_is_searched_under_both(database: Database, tmp_path: Path) -> None:
    def rename(connection: Connection) -> None:
        names = {"user_name": "luca", "first_name": "Gianluca", "email": "luca@example.com", "student_code": "S-2"}
        lock_network(connection, users=[UUID(LUCA)])
        derived = derived_user_columns(**names, last_name=None, phone=None)
        connection.execute(update(User).where(User.id == UUID(LUCA)).values(first_name="Gianluca", **derived))

    _import_while(database, tmp_path, {USERS: RENAMED}, rename)
    found = _users(database, "first_name", "last_name", "search_key")["luca"]
    assert found == ("Gianluca", "Neri", "gianluca\nneri\ns-2\nluca\nluca@example.com")


def test_a_class_and_a_booking_that_others_change_meanwhile_are_merged_field_by_field(
    database: Database, tmp_path: Path
) -> None:
    def change(connection: Connection) -> None:
        lock_network(connection, encounters=[UUID(LATER)], bookings=[UUID(guid(8))])
        connection.execute(update(Encounter).where(Encounter.id == UUID(LATER)).values(teacher="Ugo Riva"))
        connection.execute(update(Booking).where(Booking.id == UUID(guid(8))).values(is_cancelled=True))

    files = {
        ENCOUNTERS: f"id,center,unit_number,starts_at,duration_minutes,seats\n{LATER},ITA-ON,6,2026-12-02T16:00Z,45,4\n",
        BOOKINGS: f"{BOOKING_HEAD}\n{guid(8)},{CLASS},{GIULIA},standby,2026-11-01 10:00\n",
    }
    _import_while(database, tmp_path, files, change)
    with database.reading() as connection:
        columns = (Encounter.teacher, Encounter.duration_minutes, Encounter.seats, Encounter.ends_at)
        encounter = connection.execute(select(*columns).where(Encounter.id == UUID(LATER))).one()
        booking = connection.execute(select(Booking.mode, Booking.is_cancelled)).one()
    assert tuple(encounter) == ("Ugo Riva", 45, 4, datetime(2026, 12, 2, 16, 45, tzinfo=UTC))
    assert tuple(booking) == ("standby", True)


# What somebody does, what is imported meanwhile, and why the two do not fit.
CONFLICTS: dict[str, tuple[Callable[[Connection], object], dict[str, str], str]] = {
    "the last place is taken": (
        lambda c: _book(c, LUCA),
        {BOOKINGS: f"{BOOKING_HEAD}\n{NEW},{CLASS},{NORA},standby,2026-11-03 10:00\n", USERS: f"{USER_HEAD}\n{NORA},Student,nora,Nora\n"},
        f"bookings.csv:2: mode: 'standby' is one too many: '{CLASS}' has 1 of them",
    ),
    "the same student is booked into the same class": (
        lambda c: _book(c, LUCA),
        {BOOKINGS: f"{BOOKING_HEAD}\n{NEW},{CLASS},{LUCA},standby,2026-11-03 10:00\n"},
        f"bookings.csv:2: student_id: '{LUCA}' is taken by … in the database; it must be unique",
    ),
    "places go away that are taken": (
        lambda c: _book(c, LUCA),
        {ENCOUNTERS: f"id,center,unit_number,starts_at,duration_minutes,seats,standby_seats\n{CLASS},MIL-01,5,2026-12-01 18:00,60,1,0\n"},
        "encounters.csv:2: standby_seats: '0' is fewer than the 1 that are taken already",
    ),
    "a student who becomes a prospect is booked": (
        lambda c: _book(c, LUCA),
        {USERS: f"{USER_HEAD}\n{LUCA},Prospect,luca,Luca\n"},
        "users.csv:2: type: 'Prospect' is not allowed: the database has 1 bookings of this user; allowed: Student",
    ),
    "a user name is taken": (
        lambda c: add_user(c, NewUser("Nuovo", "Student", "Nuovo")),
        {USERS: f"{USER_HEAD}\n{NEW},Student,nuovo,Altro\n"},
        "users.csv:2: user_name: 'nuovo' is taken by … in the database; it must be unique",
    ),
    "an e-mail becomes somebody's user name": (
        lambda c: add_user(c, NewUser("x@example.com", "Student", "Nuovo")),
        {USERS: f"{USER_HEAD},email\n{LUCA},Student,luca,Luca,X@example.com\n"},
        "users.csv:2: email: 'X@example.com' is the user name of another user, …",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_does_not_fit_to_what_others_did_meanwhile_is_refused_with_its_line(
    database: Database, tmp_path: Path, name: str
) -> None:
    act, files, problem = CONFLICTS[name]
    with pytest.raises(ImportRefused) as refused:
        _import_while(database, tmp_path, files, act)
    # A user added meanwhile has an id that nobody could foresee.
    assert re.sub(r"(by|user,) [0-9a-f-]{36}", r"\1 …", str(refused.value).splitlines()[0]) == problem
    assert list(find_faults(database)) == []


def test_an_import_that_other_imports_overtake_again_and_again_gives_up_in_words(
    database: Database, tmp_path: Path
) -> None:
    other = write(tmp_path / "other", {USERS: ""})
    numbers = iter(range(100))

    def on_progress(what: str, _share: float) -> None:
        if what == "writing":
            row = f"{USER_HEAD},last_name\n{MARIA},StaffMember,maria,Maria,Rossi {next(numbers)}\n"
            import_folder(database, write(other, {USERS: row}))

    import_folder(database, write(tmp_path / "sound", dict(SOUND)))
    with pytest.raises(ImportRefused) as refused:
        import_folder(database, write(tmp_path / "renamed", {USERS: RENAMED}), progress=on_progress)
    words = "the data kept changing during the import; try again later"
    assert str(refused.value) == f"database:1: {words}"
    assert _users(database, "last_name")["luca"] == (None,)
    assert _users(database, "last_name")["maria"] == ("Rossi 2",)


@pytest.mark.parametrize("others_write", [False, True])
def test_a_constraint_that_others_did_not_touch_is_not_blamed_on_them(
    database: Database, tmp_path: Path, others_write: bool
) -> None:
    import_folder(database, write(tmp_path / "sound", dict(SOUND)))
    with database.writing() as connection:
        connection.execute(text("CREATE UNIQUE INDEX ux_unknown ON users (last_name)"))
    wrote: list[str] = []

    def on_progress(what: str, _share: float) -> None:
        if what == "writing" and others_write and not wrote:
            wrote.append(what)
            with database.writing() as connection:
                set_active(connection, UUID(MARIA), active=False)

    files: dict[str, str | bytes] = {USERS: f"{USER_HEAD},last_name\n{LUCA},Student,luca,Luca,Conti\n"}
    with pytest.raises(IntegrityError, match=r"users\.last_name|ux_unknown"):
        import_folder(database, write(tmp_path / "in", files), progress=on_progress)
    assert _users(database, "last_name")["luca"] == (None,)


class _Desk(threading.Thread):
    """Somebody who makes one small change after the other, in all of the ways there are."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = Database(database.url.render_as_string(hide_password=False))
        self.added: list[str] = []
        self.booked: list[UUID] = []
        self.writes = 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.03):
            with self._database.writing() as connection:
                self._act(connection, self.writes)
            self.writes += 1
        self._database.dispose()

    def wait_for(self, writes: int) -> None:
        """Until so many more changes are made."""
        goal = self.writes + writes
        while self.writes < goal and self.is_alive():
            time.sleep(0.01)

    def _act(self, connection: Connection, number: int) -> None:
        if number % 4 == 0:
            set_active(connection, UUID(MARIA), active=number % 8 == 0)
        elif number % 4 == 1:
            add_user(connection, NewUser(f"desk-{number}", "Student", "Desk", centers=("MIL-01",)))
            self.added.append(f"desk-{number}")
        elif number % 4 == 2:
            set_password(connection, UUID(LUCA), f"{PASSWORD} {number}")
        else:
            self.booked.append(_book(connection, LUCA, LATER, mode="seat", is_cancelled=True))


@pytest.mark.slow
def test_many_small_changes_meanwhile_neither_stop_an_import_nor_are_lost(database: Database, tmp_path: Path) -> None:
    import_folder(database, write(tmp_path / "sound", dict(SOUND)))
    with database.writing() as connection:
        set_active(connection, UUID(MARIA), active=True)
    people = "".join(f"{guid(1000 + number)},Student,student-{number},Nuova,Rossi,MIL-01\n" for number in range(5000))
    changed = f"{USER_HEAD},last_name,centers\n{LUCA},Student,luca,Luca,Neri,ITA-ON\n{MARIA},StaffMember,maria,Maria,Verdi,MIL-01\n"
    folder = write(tmp_path / "in", {USERS: changed + people})
    desk = _Desk(database)
    desk.start()
    try:
        report = import_folder(database, folder, progress=lambda _what, _share: desk.wait_for(25))
    finally:
        desk.ended.set()
        desk.join()
    assert report.lines() == ["users.csv: 5000 new, 2 changed, 0 unchanged"]
    assert desk.writes >= 75
    found = _users(database, "last_name", "active", "password_hash")
    assert {name for name in found if name.startswith("desk-")} == set(desk.added)
    assert len(found) == 3 + 5000 + len(desk.added)
    assert found["maria"][:2] == ("Verdi", (desk.writes - 1) // 4 % 2 == 0)
    assert found["luca"][0] == "Neri"
    last_password = max(number for number in range(desk.writes) if number % 4 == 2)
    assert verify_password(f"{PASSWORD} {last_password}", str(found["luca"][2]))
    with database.reading() as connection:
        assert set(connection.execute(select(Booking.id).where(Booking.student_id == UUID(LUCA))).scalars()) == set(
            desk.booked
        )
    assert list(find_faults(database)) == []


def test_many_changes_are_announced_on_sqlite_before_they_are_written(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.transfer.importing.UNNOTICED_CHANGES", 7)
    said: list[str] = []
    import_folder(sqlite_database, write(tmp_path, dict(SOUND)), announce=said.append)
    assert said == ["writing 8 changes; sign-ins may have to wait for about 0 seconds"]
