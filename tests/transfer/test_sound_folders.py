"""What a sound folder brings about: new, changed and unchanged rows, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from tests.factories import PASSWORD, password_hash
from tests.transfer.folders import BOOKING, CLASS, GIULIA, LATER, LUCA, MILAN, ONLINE, SOUND, content_of, guid, write
from tests.world import World
from webapp.accounts.passwords import verify_password
from webapp.checks import find_faults
from webapp.database import Database
from webapp.models import Assignment, Booking, Center, Encounter, User
from webapp.transfer import import_folder

CENTERS, USERS, ENCOUNTERS, BOOKINGS = SOUND


def _import(database: Database, folder: Path, files: dict[str, Any], **how: Any) -> list[str]:
    for old in folder.glob("*.csv"):
        old.unlink()
    return import_folder(database, write(folder, files), **how).lines()


def _column(database: Database, column: Any) -> list[Any]:
    with database.reading() as connection:
        return sorted(connection.execute(select(column)).scalars(), key=repr)


def test_a_second_import_of_the_same_folder_changes_nothing(database: Database, tmp_path: Path) -> None:
    assert _import(database, tmp_path, SOUND) == [
        "centers.csv: 2 new, 0 changed, 0 unchanged",
        "users.csv: 3 new, 0 changed, 0 unchanged",
        "encounters.csv: 2 new, 0 changed, 0 unchanged",
        "bookings.csv: 1 new, 0 changed, 0 unchanged",
    ]
    before = content_of(database)
    assert _import(database, tmp_path, SOUND)[1] == "users.csv: 0 new, 0 changed, 3 unchanged"
    assert content_of(database) == before


def test_an_import_repairs_derived_keys_that_do_not_match_the_names(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, SOUND)
    before = content_of(database)["users"]
    with database.writing() as connection:
        wrong = {"user_name_key": "x", "email_key": "x", "phone_digits": "1", "search_key": "x", "sort_key": "x"}
        connection.execute(update(User).where(User.user_name == "luca").values(wrong))
    assert list(find_faults(database)) == [
        f"users: {LUCA} has a {column} that does not match its names; import its users.csv again" for column in wrong
    ]
    assert _import(database, tmp_path, SOUND)[1] == "users.csv: 0 new, 1 changed, 2 unchanged"
    assert list(find_faults(database)) == []
    assert content_of(database)["users"] == before


def test_semicolons_crlf_a_bom_blank_lines_and_any_column_order_are_fine(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, SOUND)
    before = content_of(database)
    spelled = {name: text.replace(";", "|").replace(",", ";").replace("\n", "\r\n\r\n") for name, text in SOUND.items()}
    spelled[USERS] = spelled[USERS].replace("MIL-01|ITA-ON", '"MIL-01; ITA-ON"')
    row = f" Italy ;Europe/Rome;physical;Milano Duomo;MIL-01;{MILAN.upper()}"
    spelled[CENTERS] = f"territory;time_zone;kind;name;reference_id;id\r\n{row}\r\n"
    assert _import(database, tmp_path, {name: ("\ufeff" + text).encode() for name, text in spelled.items()}) == [
        "centers.csv: 0 new, 0 changed, 1 unchanged",
        "users.csv: 0 new, 0 changed, 3 unchanged",
        "encounters.csv: 0 new, 0 changed, 2 unchanged",
        "bookings.csv: 0 new, 0 changed, 1 unchanged",
    ]
    assert content_of(database) == before


def test_times_are_local_to_the_center_or_have_an_offset(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, SOUND)
    assert _column(database, Encounter.starts_at) == [
        datetime(2026, 12, 1, 17, tzinfo=UTC),
        datetime(2026, 12, 2, 16, tzinfo=UTC),
    ]
    assert _column(database, Encounter.is_online) == [False, True]
    assert _column(database, Booking.booked_at) == [datetime(2026, 11, 1, 10, tzinfo=UTC)]


def test_local_times_keep_their_time_of_the_day_when_weeks_move(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, {name: SOUND[name] for name in (CENTERS, ENCOUNTERS)}, weeks_later=20)
    assert _column(database, Encounter.starts_at)[0] == datetime(2027, 4, 20, 16, tzinfo=UTC)


def test_a_missing_optional_column_leaves_values_alone_and_an_empty_cell_clears_them(
    database: Database, tmp_path: Path
) -> None:
    _import(database, tmp_path, SOUND)
    short = f"id,type,user_name,first_name\n{GIULIA},Student,giulia,Giulia\n"
    assert _import(database, tmp_path, {USERS: short}) == ["users.csv: 0 new, 0 changed, 1 unchanged"]
    cleared = f"id,type,user_name,first_name,last_name,centers,active\n{GIULIA},Student,giulia,Giulia,,,\n"
    assert _import(database, tmp_path, {USERS: cleared}) == ["users.csv: 0 new, 1 changed, 0 unchanged"]
    with database.reading() as connection:
        query = select(User.last_name, User.active, User.current_unit).where(User.user_name == "giulia")
        assert tuple(connection.execute(query).one()) == (None, True, 5)
    assert GIULIA not in [str(user) for user in _column(database, Assignment.user_id)]


def test_only_the_required_columns_are_enough(database: Database, tmp_path: Path) -> None:
    shortest = {
        name: "\n".join(",".join(line.split(",")[:columns]) for line in SOUND[name].splitlines())
        for name, columns in ((CENTERS, 6), (USERS, 4), (ENCOUNTERS, 6), (BOOKINGS, 5))
    }
    for counts in ("{} new, 0 changed, 0 unchanged", "0 new, 0 changed, {} unchanged"):
        assert _import(database, tmp_path, shortest) == [
            f"{name}: {counts.format(rows)}"
            for name, rows in ((CENTERS, 2), (USERS, 3), (ENCOUNTERS, 2), (BOOKINGS, 1))
        ]
    assert _column(database, Encounter.is_online) == [False, True]
    assert _column(database, User.active) == [True, True, True]


def test_only_a_written_true_activates_again(database: Database, tmp_path: Path) -> None:
    def active_after(cell: str) -> bool:
        row = f"id,type,user_name,first_name,active\n{LUCA},Student,luca,Luca,{cell}\n"
        _import(database, tmp_path, {USERS: row})
        return all(_column(database, User.active))

    assert [active_after(cell) for cell in ("", "false", "", "true")] == [True, False, False, True]


def test_names_and_codes_are_exchanged_and_rotated(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, SOUND)
    exchanged = {
        CENTERS: SOUND[CENTERS].replace("MIL-01", "X").replace("ITA-ON", "MIL-01").replace("X,", "ITA-ON,"),
        USERS: f"""id,type,user_name,first_name,student_code
{guid(3)},StaffMember,giulia,Maria,
{GIULIA},Student,luca,Giulia,S-2
{LUCA},Student,maria,Luca,S-1
""",
    }
    assert _import(database, tmp_path, exchanged) == [
        "centers.csv: 0 new, 2 changed, 0 unchanged",
        "users.csv: 0 new, 3 changed, 0 unchanged",
    ]
    with database.reading() as connection:
        names = {str(row.id): row.user_name for row in connection.execute(select(User.id, User.user_name))}
        references = {str(row.id): row[1] for row in connection.execute(select(Center.id, Center.reference_id))}
    assert names == {guid(3): "giulia", GIULIA: "luca", LUCA: "maria"}
    assert references == {MILAN: "ITA-ON", ONLINE: "MIL-01"}


def test_a_booking_is_cancelled_and_made_again_in_one_folder(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, SOUND)
    again = f"""id,encounter_id,student_id,mode,booked_at,is_cancelled
{guid(50)},{CLASS},{GIULIA},seat,2026-11-03 10:00,
{BOOKING},{CLASS},{GIULIA},seat,2026-11-01 10:00,true
"""
    assert _import(database, tmp_path, {BOOKINGS: again}) == ["bookings.csv: 1 new, 1 changed, 0 unchanged"]
    assert _column(database, Booking.is_cancelled) == [False, True]


def test_a_seat_moves_from_one_student_to_another(database: Database, tmp_path: Path) -> None:
    _import(database, tmp_path, SOUND)
    moved = SOUND[BOOKINGS].replace(GIULIA, LUCA)
    assert _import(database, tmp_path, {BOOKINGS: moved}) == ["bookings.csv: 0 new, 1 changed, 0 unchanged"]
    swapped = moved + f"{guid(51)},{LATER},{LUCA},seat,2026-11-01 10:00,\n"
    assert _import(database, tmp_path, {BOOKINGS: swapped}) == ["bookings.csv: 1 new, 0 changed, 1 unchanged"]


def test_a_dry_run_reports_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    before = content_of(database)
    assert _import(database, tmp_path, SOUND, dry_run=True)[0] == "centers.csv: 2 new, 0 changed, 0 unchanged"
    assert content_of(database) == before


def test_a_password_is_set_for_who_has_none_and_never_replaced(database: Database, tmp_path: Path) -> None:
    def row(password: str) -> dict[str, str]:
        head = "id,type,user_name,first_name,password_hash\n"
        return {USERS: f'{head}{LUCA},Student,luca,Luca,"{password}"\n'}

    other = "$argon2id$v=19$m=19456,t=2,p=1$YIMJ7It2ipJCr3Sp/5W8nQ$HNAIc6bcnmhC01M+DpJLFAj1+FRUC7Jl50GmG5hjn+g"
    _import(database, tmp_path, row(""))
    assert _column(database, User.password_hash) == [None]
    _import(database, tmp_path, row(password_hash()))
    assert _import(database, tmp_path, row(other)) == ["users.csv: 0 new, 0 changed, 1 unchanged"]
    assert verify_password(PASSWORD, _column(database, User.password_hash)[0])


def test_a_deactivation_or_another_type_ends_sign_ins_for_good(world: World, tmp_path: Path) -> None:
    for change in ("Student,false", "Prospect,true"):
        kind, active = change.split(",")
        browser, other = world.client("luca"), world.client("giulia")
        head = "id,type,user_name,first_name,active\n"
        for row in (f"{kind},luca,Luca,{active}", "Student,luca,Luca,true"):
            _import(world.database, tmp_path, {USERS: f"{head}{world.people['luca']},{row}\n"})
        assert browser.get("/students/me/encounters").status_code == 303
        assert other.get("/students/me/encounters").status_code == 200


def test_overlapping_seats_and_bookings_in_cancelled_classes_are_accepted_as_facts(
    database: Database, tmp_path: Path
) -> None:
    overlapping = f"{guid(60)},ITA-ON,6,2026-12-01 18:30,60,3,0,,true\n"
    bookings = f"{guid(61)},{guid(60)},{GIULIA},seat,2026-11-01 10:00,\n"
    files = {ENCOUNTERS: SOUND[ENCOUNTERS] + overlapping, BOOKINGS: SOUND[BOOKINGS] + bookings}
    assert _import(database, tmp_path, {**SOUND, **files})[3] == "bookings.csv: 2 new, 0 changed, 0 unchanged"
