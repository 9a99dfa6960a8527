"""Every kind of broken row and file: its exact message, and a database that is as it was."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import KINDS
from tests.transfer.folders import CLASS, GIULIA, LATER, LUCA, MARIA, MILAN, SOUND, content_of, guid, write
from webapp.database import Database
from webapp.transfer import ImportRefused, import_folder, write_problems

ENCOUNTERS, USERS, BOOKINGS, CENTERS = "encounters.csv", "users.csv", "bookings.csv", "centers.csv"
NEW = guid(99)
USER_HEAD = "id,type,user_name,first_name"
COSTLY = "$argon2id$v=19$m=2097152,t=2,p=1$YIMJ7It2ipJCr3Sp/5W8nQ$HNAIc6bcnmhC01M+DpJLFAj1+FRUC7Jl50GmG5hjn+g"
FLOOR = "is not allowed; allowed: a whole number from"

# Each case: the file, what is replaced in it, by what, and the exact problems.
BROKEN: dict[str, tuple[str, str, str, list[str]]] = {
    "an unknown column": (CENTERS, "territory\n", "teritory\n", ["centers.csv:1: teritory: unknown column 'teritory'; did you mean 'territory'?", "centers.csv:1: territory: the column 'territory' is missing"]),
    "a column twice": (CENTERS, "name,kind", "name,name", ["centers.csv:1: name: the column 'name' appears 2 times", "centers.csv:1: kind: the column 'kind' is missing"]),
    "an id that is no GUID": (CENTERS, MILAN, "MIL-01", ["centers.csv:2: id: 'MIL-01' is not a GUID (8-4-4-4-12 hex digits)"]),
    "an id in braces": (CENTERS, MILAN, "{" + MILAN + "}", [f"centers.csv:2: id: '{{{MILAN}}}' is not a GUID (8-4-4-4-12 hex digits)"]),
    "an empty cell that must not be": (CENTERS, "Milano Duomo", " ", ["centers.csv:2: name: '' is not allowed: this cell must not be empty"]),
    "a kind with a typo": (CENTERS, "physical", "phisical", ["centers.csv:2: kind: 'phisical' is not allowed; did you mean 'physical'?"]),
    "a time zone with a typo": (CENTERS, "Duomo,physical,Europe/Rome", "Duomo,physical,Europe/Rom", ["centers.csv:2: time_zone: 'Europe/Rom' is not an IANA time zone; did you mean 'Europe/Rome'?"]),
    "an abbreviation for a time zone": (CENTERS, "Duomo,physical,Europe/Rome", "Duomo,physical,XQZ", ["centers.csv:2: time_zone: 'XQZ' is not an IANA time zone"]),
    "a reference id twice": (CENTERS, "ITA-ON,Italia", "MIL-01,Italia", ["centers.csv:3: reference_id: 'MIL-01' is on line 2 too; it must be unique", "users.csv:3: centers: unknown center 'ITA-ON'", "encounters.csv:3: center: unknown center 'ITA-ON'"]),
    "an id twice": (CENTERS, guid(2), MILAN.upper(), [f"centers.csv:3: id: '{MILAN}' is on line 2 too"]),
    "too few cells": (CENTERS, ",Italy\n", "\n", ["centers.csv:2: id: this row has 5 cells, the header names 6 columns", "centers.csv:3: id: this row has 5 cells, the header names 6 columns"]),
    "a control character": (CENTERS, "Milano Duomo", "Milano\x07", ["centers.csv:2: name: 'Milano\\x07' holds the forbidden character U+0007"]),
    "a bidi control": (CENTERS, "Milano Duomo", "Milano\u202e", ["centers.csv:2: name: 'Milano\\u202e' holds the forbidden character U+202E"]),
    "a line break in a cell": (CENTERS, "Milano Duomo", '"Milano\nDuomo"', ["centers.csv:2: name: 'Milano\\nDuomo' holds the forbidden character U+000A"]),
    "a text that is too long": (CENTERS, "Milano Duomo", "x" * 201, [f"centers.csv:2: name: {'x' * 60 + '…'!r} has 201 characters; allowed: at most 200"]),
    "a type with a typo": (USERS, "StaffMember", "Staffmember", ["users.csv:2: type: 'Staffmember' is not allowed; did you mean 'StaffMember'?"]),
    "a type far from any": (USERS, "StaffMember", "Boss", ["users.csv:2: type: 'Boss' is not allowed; allowed: StaffMember, Student, Administrator, Prospect, ProspectWithTrial, ProspectWithoutTrial, User"]),
    "a user name that is me": (USERS, ",maria,", ",ME,", ["users.csv:2: user_name: 'ME' is not allowed; allowed: 1 to 128 characters without /, not me, not . or .., not a GUID"]),
    "a user name with a slash": (USERS, ",maria,", ",ma/ria,", ["users.csv:2: user_name: 'ma/ria' is not allowed; allowed: 1 to 128 characters without /, not me, not . or .., not a GUID"]),
    "a user name that is a GUID": (USERS, ",maria,", f",{NEW},", [f"users.csv:2: user_name: '{NEW}' is not allowed; allowed: 1 to 128 characters without /, not me, not . or .., not a GUID"]),
    "a user name that is two dots": (USERS, ",maria,", ",..,", ["users.csv:2: user_name: '..' is not allowed; allowed: 1 to 128 characters without /, not me, not . or .., not a GUID"]),
    "a user name that folds to another": (USERS, ",luca,", ",ＧＩＵＬＩＡ,", ["users.csv:4: user_name: 'ＧＩＵＬＩＡ' is on line 3 too; it must be unique"]),
    "a user name that is another's e-mail": (USERS, ",luca,", ",Giulia@Example.com,", [f"users.csv:4: user_name: 'Giulia@Example.com' is the e-mail of another user, {GIULIA}"]),
    "a student code twice": (USERS, "S-2", "S-1", ["users.csv:4: student_code: 'S-1' is on line 3 too; it must be unique"]),
    "an unknown center": (USERS, "MIL-01;ITA-ON", "MIL-1;ITA-ON", ["users.csv:3: centers: unknown center 'MIL-1'; did you mean 'MIL-01'?"]),
    "a unit of zero": (USERS, "S-1,5", "S-1,0", [f"users.csv:3: current_unit: '0' {FLOOR} 1 to 80"]),
    "a unit past the course": (USERS, "S-1,5", "S-1,81", [f"users.csv:3: current_unit: '81' {FLOOR} 1 to 80"]),
    "a unit with a sign": (USERS, "S-1,5", "S-1,+5", [f"users.csv:3: current_unit: '+5' {FLOOR} 1 to 80"]),
    "a unit in Arabic digits": (USERS, "S-1,5", "S-1,٥", [f"users.csv:3: current_unit: '٥' {FLOOR} 1 to 80"]),
    "a truth in capitals": (USERS, "S-1,5,true", "S-1,5,TRUE", ["users.csv:3: active: 'TRUE' is not allowed; allowed: true or false"]),
    "a class in an unknown center": (ENCOUNTERS, "MIL-01", "Nowhere", ["encounters.csv:2: center: unknown center 'Nowhere'"]),
    "a start that is no time": (ENCOUNTERS, "2026-12-01 18:00", "01/12/2026 18:00", ["encounters.csv:2: starts_at: '01/12/2026 18:00' is not a time; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM"]),
    "a start on no day": (ENCOUNTERS, "2026-12-01 18:00", "2026-02-30 18:00", ["encounters.csv:2: starts_at: '2026-02-30 18:00' is not a time; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM"]),
    "a start in a week date": (ENCOUNTERS, "2026-12-01 18:00", "2026-W49-2T18:00", ["encounters.csv:2: starts_at: '2026-W49-2T18:00' is not a time; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM"]),
    "a start with two blanks": (ENCOUNTERS, "2026-12-01 18:00", "2026-12-01  18:00", ["encounters.csv:2: starts_at: '2026-12-01  18:00' is not a time; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM"]),
    "a start with seconds": (ENCOUNTERS, "2026-12-01 18:00", "2026-12-01 18:00:30", ["encounters.csv:2: starts_at: '2026-12-01 18:00:30' has seconds; allowed: 00"]),
    "a local time that the clocks skip": (ENCOUNTERS, "2026-12-01 18:00", "2027-03-28 02:30", ["encounters.csv:2: starts_at: '2027-03-28 02:30' does not exist in Europe/Rome: the clocks skip it; write an offset"]),
    "a local time that the clocks double": (ENCOUNTERS, "2026-12-01 18:00", "2026-10-25 02:30", ["encounters.csv:2: starts_at: '2026-10-25 02:30' occurs twice in Europe/Rome: the clocks go back; write an offset"]),
    "an offset out of this world": (ENCOUNTERS, "18:00:00+02:00", "18:00:00+25:00", ["encounters.csv:3: starts_at: '2026-12-02T18:00:00+25:00' is not a time; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM"]),
    "no duration": (ENCOUNTERS, "18:00,60", "18:00,0", [f"encounters.csv:2: duration_minutes: '0' {FLOOR} 1 to 600"]),
    "a duration of a day": (ENCOUNTERS, "18:00,60", "18:00,1440", [f"encounters.csv:2: duration_minutes: '1440' {FLOOR} 1 to 600"]),
    "too many seats": (ENCOUNTERS, "18:00,60,1", "18:00,60,101", [f"encounters.csv:2: seats: '101' {FLOOR} 0 to 100"]),
    "too many standby seats": (ENCOUNTERS, "60,1,1", "60,1,101", [f"encounters.csv:2: standby_seats: '101' {FLOOR} 0 to 100"]),
    "a unit of no course": (ENCOUNTERS, "MIL-01,5", "MIL-01,99", [f"encounters.csv:2: unit_number: '99' {FLOOR} 1 to 80"]),
    "fewer seats than are taken": (ENCOUNTERS, "60,1,1", "60,0,1", [f"bookings.csv:2: mode: 'seat' is one too many: '{CLASS}' has 0 of them"]),
    "a booking of no class": (BOOKINGS, CLASS, NEW, [f"bookings.csv:2: encounter_id: '{NEW}' is in neither encounters.csv nor the database"]),
    "a booking of nobody": (BOOKINGS, GIULIA, NEW, [f"bookings.csv:2: student_id: '{NEW}' is in neither users.csv nor the database"]),
    "a booking of staff": (BOOKINGS, GIULIA, MARIA, [f"bookings.csv:2: student_id: '{MARIA}' is a user of type StaffMember; allowed: Student"]),
    "a mode of neither kind": (BOOKINGS, "seat", "waiting", ["bookings.csv:2: mode: 'waiting' is not allowed; allowed: seat, standby"]),
    "a booking without its time": (BOOKINGS, "2026-11-01 10:00", "", ["bookings.csv:2: booked_at: '' is not allowed: this cell must not be empty"]),
    "one seat too many": (BOOKINGS, "false\n", f"false\n{NEW},{CLASS},{LUCA},seat,2026-11-02 10:00,\n", [f"bookings.csv:3: mode: 'seat' is one too many: '{CLASS}' has 1 of them"]),
    "a standby place too many": (BOOKINGS, "seat", "standby", []),
    "two bookings of one student": (BOOKINGS, "false\n", f"false\n{NEW},{CLASS},{GIULIA},standby,2026-11-02 10:00,\n", [f"bookings.csv:3: student_id: '{GIULIA}' is on line 2 too; it must be unique"]),
    "no standby place at all": (BOOKINGS, "false\n", f"false\n{NEW},{LATER},{LUCA},standby,2026-11-02 10:00,\n", [f"bookings.csv:3: mode: 'standby' is one too many: '{LATER}' has 0 of them"]),
    "a reference id that holds a semicolon": (CENTERS, "ITA-ON,", "ITA;ON,", ["centers.csv:3: reference_id: 'ITA;ON' holds ';', which separates the centers of a user"]),
    "a column without a name": (CENTERS, "name,kind", ",kind", ["centers.csv:1: (empty): unknown column ''; allowed: id, reference_id, name, kind, time_zone, territory", "centers.csv:1: name: the column 'name' is missing"]),
    "a lone surrogate's neighbour, a line separator": (CENTERS, "Milano Duomo", "Milano\u2028Duomo", ["centers.csv:2: name: 'Milano\\u2028Duomo' holds the forbidden character U+2028"]),
    "a contract that ends on no day": (USERS, SOUND[USERS], f"{USER_HEAD},contract_ends_on\n{GIULIA},Student,giulia,Giulia,2026-02-29\n", ["users.csv:2: contract_ends_on: '2026-02-29' is not a day; allowed: YYYY-MM-DD"]),
    "a contract that ends at a time": (USERS, SOUND[USERS], f"{USER_HEAD},contract_ends_on\n{GIULIA},Student,giulia,Giulia,2026-02-28 10:00\n", ["users.csv:2: contract_ends_on: '2026-02-28 10:00' is not a day; allowed: YYYY-MM-DD"]),
    "a hash of another kind": (USERS, SOUND[USERS], f"{USER_HEAD},password_hash\n{GIULIA},Student,giulia,Giulia,$2b$12$abcdefghijklmnopqrstuv\n", ["users.csv:2: password_hash: not an argon2id hash in PHC spelling ($argon2id$v=19$m=…,t=…,p=…$…$…)"]),
    "a hash that costs too much": (USERS, SOUND[USERS], f'{USER_HEAD},password_hash\n{GIULIA},Student,giulia,Giulia,"{COSTLY}"\n', ["users.csv:2: password_hash: costs too much to verify; allowed: m up to 1048576, t up to 64"]),
    "a start before all schools": (ENCOUNTERS, "2026-12-01 18:00", "0001-12-01 18:00", ["encounters.csv:2: starts_at: '0001-12-01 18:00' is out of range; allowed: the years 1900 to 9998"]),
    "a start at twenty-four": (ENCOUNTERS, "2026-12-01 18:00", "2026-12-01 24:00", ["encounters.csv:2: starts_at: '2026-12-01 24:00' is not a time; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM"]),
    "an offset without minutes": (ENCOUNTERS, "18:00:00+02:00", "18:00:00+02", ["encounters.csv:3: starts_at: '2026-12-02T18:00:00+02' is not a time; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM"]),
    "fractions of a second": (BOOKINGS, "2026-11-01 10:00", "2026-11-01 10:00:00.5", ["bookings.csv:2: booked_at: '2026-11-01 10:00:00.5' is not a time; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM"]),
    "a truth in words": (BOOKINGS, "false\n", "no\n", ["bookings.csv:2: is_cancelled: 'no' is not allowed; allowed: true or false"]),
    "two cells wrong in one row": (ENCOUNTERS, "5,2026-12-01 18:00,60", "x,2026-12-01 18:00,1e3", [f"encounters.csv:2: unit_number: 'x' {FLOOR} 1 to 80", f"encounters.csv:2: duration_minutes: '1e3' {FLOOR} 1 to 600"]),
    "a quote that never closes": (BOOKINGS, "seat,", '"seat,', ["bookings.csv:2: id: this row cannot be read: unexpected end of data"]),
    "text after a closing quote": (BOOKINGS, "seat,", '"seat"x,', ["bookings.csv:2: id: this row cannot be read: ',' expected after '\"'"]),
}  # fmt: skip
HARMLESS = [name for name, case in BROKEN.items() if not case[3]]


@pytest.fixture(scope="module", params=KINDS)
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, Database]]:
    """An empty database and one that holds the sound folder, for all cases: each leaves them as they were."""
    folder = tmp_path_factory.mktemp("both")
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        urls = [f"sqlite:///{shutil.copy(template, folder / name)}" for name in ("empty", "filled")]
    else:
        server, template = request.getfixturevalue("postgresql"), request.getfixturevalue("postgresql_template")
        urls = [server.url(server.create(template)) for _ in range(2)]
    empty, filled = (Database(url) for url in urls)
    import_folder(filled, write(folder / "sound", dict(SOUND)))
    yield empty, filled
    empty.dispose()
    filled.dispose()


@pytest.mark.parametrize("name", [name for name in BROKEN if name not in HARMLESS])
def test_a_broken_folder_is_reported_and_changes_nothing(
    both: tuple[Database, Database], tmp_path: Path, name: str
) -> None:
    file, old, new, problems = BROKEN[name]
    assert old in SOUND[file]
    broken = write(tmp_path, {**SOUND, file: SOUND[file].replace(old, new)})
    for database in both:
        before = content_of(database)
        with pytest.raises(ImportRefused) as refused:
            import_folder(database, broken)
        assert [str(problem) for problem in refused.value.problems] == problems
        assert content_of(database) == before


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_close_to_broken_is_accepted(database: Database, tmp_path: Path, name: str) -> None:
    file, old, new, _ = BROKEN[name]
    import_folder(database, write(tmp_path, {**SOUND, file: SOUND[file].replace(old, new)}))


def test_a_student_with_bookings_stays_a_student(database: Database, tmp_path: Path) -> None:
    import_folder(database, write(tmp_path / "sound", dict(SOUND)))
    before = content_of(database)
    row = f"{USER_HEAD}\n{GIULIA},Prospect,giulia,Giulia\n"
    with pytest.raises(ImportRefused) as refused:
        import_folder(database, write(tmp_path / "other", {USERS: row}))
    words = "'Prospect' is not allowed: the database has 1 bookings of this user; allowed: Student"
    assert str(refused.value) == f"users.csv:2: type: {words}"
    assert content_of(database) == before


def test_names_and_emails_that_only_the_database_has_are_reported(database: Database, tmp_path: Path) -> None:
    import_folder(database, write(tmp_path / "sound", dict(SOUND)))
    row = f"{USER_HEAD},email,student_code\n{NEW},Student,GIULIA@example.com,Nuova,LUCA,S-1\n"
    with pytest.raises(ImportRefused) as refused:
        import_folder(database, write(tmp_path / "other", {USERS: row}))
    assert str(refused.value).splitlines() == [
        f"users.csv:2: student_code: 'S-1' is taken by {GIULIA} in the database; it must be unique",
        f"users.csv:2: email: 'LUCA' is the user name of another user, {LUCA}",
        f"users.csv:2: user_name: 'GIULIA@example.com' is the e-mail of another user, {GIULIA}",
    ]


def test_all_problems_are_written_beside_their_rows(sqlite_database: Database, tmp_path: Path) -> None:
    broken = SOUND[USERS].replace("S-1,5", "S-1,0").replace("maria@example.com", "luca")
    folder, target = write(tmp_path / "in", {**SOUND, USERS: broken}), tmp_path / "problems.csv"
    with pytest.raises(ImportRefused) as refused:
        import_folder(sqlite_database, folder)
    write_problems(refused.value.problems, folder, target)
    rows = list(csv.DictReader(target.read_text("utf-8-sig").splitlines()))
    assert [(row["file"], row["line"], row["column"], row["user_name"], row["current_unit"]) for row in rows] == [
        (USERS, "3", "current_unit", "giulia", "0"),
        (USERS, "4", "user_name", "luca", "5"),
    ]


WHOLE_FILES: dict[str, tuple[dict[str, str | bytes], str]] = {
    "an empty file": ({CENTERS: ""}, "centers.csv:1: the file is empty; its first line must name the columns: id, reference_id, name, kind, time_zone, territory"),
    "Windows-1252": ({CENTERS: SOUND[CENTERS].replace("Duomo", "Caffè").encode("cp1252")}, "centers.csv:1: line 2 is not UTF-8 (byte 0xe8); it is likely Windows-1252: save it as UTF-8"),
    "UTF-16": ({CENTERS: SOUND[CENTERS].encode("utf-16")}, "centers.csv:1: line 1 is not UTF-8 (byte 0xff); it is likely UTF-16: save it as UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_cannot_be_read_says_why(sqlite_database: Database, tmp_path: Path, name: str) -> None:
    files, problem = WHOLE_FILES[name]
    with pytest.raises(ImportRefused) as refused:
        import_folder(sqlite_database, write(tmp_path, files))
    assert str(refused.value) == problem


def test_a_folder_without_any_of_the_files_is_a_problem(sqlite_database: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "timetable", {"notes.txt": "nothing"})
    with pytest.raises(ImportRefused, match=r"^timetable:1: the folder has none of centers\.csv, users\.csv"):
        import_folder(sqlite_database, folder)
    with pytest.raises(NotADirectoryError, match="nowhere"):
        import_folder(sqlite_database, tmp_path / "nowhere")


def test_problems_of_a_kind_are_counted_with_the_whole_of_what_is_wrong(
    sqlite_database: Database, tmp_path: Path
) -> None:
    rows = "".join(f'{guid(number)},"C;{number}",Name,physical,Europe/Rome,X\n' for number in range(60))
    header = SOUND[CENTERS].splitlines()[0]
    with pytest.raises(ImportRefused) as refused:
        import_folder(sqlite_database, write(tmp_path, {CENTERS: f"{header}\n{rows}"}))
    kind = "centers.csv: reference_id: … holds ';', which separates the centers of a user"
    assert str(refused.value).splitlines()[-1] == f"60 × {kind}"


def test_fifty_problems_are_shown_and_the_rest_are_counted(sqlite_database: Database, tmp_path: Path) -> None:
    rows = "".join(f"{guid(number)},C-{number},Name,physical,Nowhere,X\n" for number in range(60))
    header = SOUND[CENTERS].splitlines()[0]
    with pytest.raises(ImportRefused) as refused:
        import_folder(sqlite_database, write(tmp_path, {CENTERS: f"{header}\n{rows}"}))
    lines = str(refused.value).splitlines()
    assert len(lines) == 52
    assert lines[-2:] == [
        "60 problems in all, the first 50 are above; by kind:",
        "60 × centers.csv: time_zone: … is not an IANA time zone",
    ]
    assert len(refused.value.problems) == 60
