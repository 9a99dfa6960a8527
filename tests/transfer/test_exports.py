"""What is exported is what was stored: the files import again, anywhere, and nothing is lost or overwritten."""

from __future__ import annotations

import csv
import stat
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from tests.factories import password_hash
from tests.transfer.folders import GIULIA, LUCA, MARIA, SOUND, content_of, guid, write
from webapp.database import Database
from webapp.models import Base, NetworkVersion
from webapp.transfer import export_folder, import_folder

CENTERS, USERS, ENCOUNTERS, BOOKINGS = SOUND
NASTY = [
    '"',
    '""',
    "';--",
    "=1+1",
    "+39 06",
    "-1",
    "@SUM(A1)",
    "a,b;c",
    "حدّاد",
    "שלום",
    "e\u0301",
    "\u200dx\u200c",
    "\\N",
    "\\",
]
NO_CONTROL = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"],
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
)
TEXTS = (st.sampled_from(NASTY) | st.text(NO_CONTROL, min_size=1, max_size=20)).filter(lambda text: bool(text.strip()))
REFERENCES = TEXTS.filter(lambda text: ";" not in text)
PEOPLE = st.lists(st.tuples(TEXTS, st.none() | TEXTS, st.none() | TEXTS, st.sets(st.integers(0, 2))), max_size=5)


def test_an_export_is_the_four_files_in_utc_and_in_the_order_of_ids(database: Database, tmp_path: Path) -> None:
    import_folder(database, write(tmp_path / "in", dict(SOUND)))
    assert export_folder(database, tmp_path / "out")[1] == "users.csv: 3 rows"
    assert (tmp_path / "out" / USERS).read_text() == (
        "id,type,user_name,first_name,last_name,email,phone,student_code,current_unit,last_unit,contract_ends_on,active,centers\n"
        f"{MARIA},StaffMember,maria,Maria,Rossi,maria@example.com,,,,,,true,MIL-01\n"
        f"{GIULIA},Student,giulia,Giulia,Conti,giulia@example.com,,S-1,5,,,true,ITA-ON;MIL-01\n"
        f"{LUCA},Student,luca,Luca,,luca@example.com,,S-2,5,,,true,MIL-01\n"
    )
    starts = [line.split(",")[3] for line in (tmp_path / "out" / ENCOUNTERS).read_text().splitlines()[1:]]
    assert starts == ["2026-12-01T17:00:00Z", "2026-12-02T16:00:00Z"]
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == sorted(SOUND)


def test_an_export_imports_as_unchanged(database: Database, tmp_path: Path) -> None:
    import_folder(database, write(tmp_path / "in", dict(SOUND)))
    export_folder(database, tmp_path / "out")
    assert import_folder(database, tmp_path / "out").lines() == [
        "centers.csv: 0 new, 0 changed, 2 unchanged",
        "users.csv: 0 new, 0 changed, 3 unchanged",
        "encounters.csv: 0 new, 0 changed, 2 unchanged",
        "bookings.csv: 0 new, 0 changed, 1 unchanged",
    ]


def test_whatever_people_are_called_survives_an_export(
    database: Database, other_database: Database, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("in", "out", "again")]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(REFERENCES, min_size=3, max_size=3, unique_by=_stored), PEOPLE)
    def compare(references: list[str], people: list[Any]) -> None:
        for emptied in (database, other_database):
            _empty(emptied)
        first, second, third = folders
        _write_folder(first, references, people)
        import_folder(database, first)
        export_folder(database, second, force=True)
        import_folder(other_database, second)
        assert _network(other_database) == _network(database)
        export_folder(other_database, third, force=True)
        assert [(second / name).read_bytes() for name in SOUND] == [(third / name).read_bytes() for name in SOUND]

    compare()


def test_a_folder_that_holds_one_of_the_files_is_left_alone_unless_forced(database: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "out", {BOOKINGS: "precious"})
    with pytest.raises(FileExistsError, match=r"holds bookings\.csv already"):
        export_folder(database, folder)
    assert [(file.name, file.read_text()) for file in folder.iterdir()] == [(BOOKINGS, "precious")]
    export_folder(database, folder, force=True)
    assert sorted(file.name for file in folder.iterdir()) == sorted(SOUND)


def test_password_hashes_leave_only_when_asked_and_for_their_owner_alone(database: Database, tmp_path: Path) -> None:
    row = f'id,type,user_name,first_name,password_hash\n{LUCA},Student,luca,Luca,"{password_hash()}"\n'
    import_folder(database, write(tmp_path / "in", {USERS: row}))
    export_folder(database, tmp_path / "open")
    assert "argon2" not in (tmp_path / "open" / USERS).read_text()
    export_folder(database, tmp_path / "closed", with_password_hashes=True)
    closed = tmp_path / "closed" / USERS
    assert (stat.S_IMODE(closed.stat().st_mode), password_hash() in closed.read_text()) == (0o600, True)


def _stored(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


def _empty(database: Database) -> None:
    with database.writing() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name != NetworkVersion.__tablename__:  # its one row comes from a migration
                connection.execute(delete(table))


def _network(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    content = content_of(database)
    # Each database numbers the entries of its search as they come.
    content["search_entries"] = sorted(entry[1:] for entry in content["search_entries"])
    return {name: rows for name, rows in content.items() if name != "network_version"}


def _write_folder(folder: Path, references: list[str], people: list[Any]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / CENTERS).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["id", "reference_id", "name", "kind", "time_zone", "territory"])
        writer.writerows([guid(n), ref, ref, "physical", "Asia/Kolkata", ref] for n, ref in enumerate(references))
    with (folder / USERS).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["id", "type", "user_name", "first_name", "last_name", "phone", "student_code", "centers"])
        for number, (first, last, other, centers) in enumerate(people):
            joined = ";".join(references[place] for place in centers)
            code = f"{number}{other}" if other else ""
            writer.writerow([guid(number), "Student", f"u{number}", first, last or "", other or "", code, joined])
