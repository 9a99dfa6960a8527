"""How the oracle reads Accept headers and folders of CSV files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.oracle.negotiation import negotiate
from tests.oracle.world import Booking, Encounter, User, World
from tests.oracle_proof.network import (
    GIULIA,
    MILAN,
    ONLINE,
    guid,
)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("", "application/json"),
        (" , ,", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/json"),
        ("TEXT/Json", "text/json"),
        ("text/json, application/json", "application/json"),
        ("text/json;q=0.501, application/json;q=0.5", "text/json"),
        ("text/json;q=0.5, */*;q=0.5", "application/json"),
        ("application/json;q=0", None),
        ("application/json;q=0, */*", "text/json"),
        ("application/json;q=0.2, application/*;q=0, */*;q=0.1", "application/json"),
        ("*/*;q=1, application/*;q=0.1, text/*;q=0.2", "text/json"),
        ("text/json;q=0, text/*, application/json;q=0.000", None),
        ("*/*;q=0", None),
        ("text/html", None),
        ("text/html, */*;q=0.001", "application/json"),
        ("text/json;charset=utf-8 ;\tQ=0.4;, application/json;q=0.3", "text/json"),
        ('text/json;x="a,b;q=0\\",";q=0.7, application/json;q=0.6', "text/json"),
        ("garbage", "application/json"),
        ("garbage, text/html", None),
        ("garbage, text/json", "text/json"),
        ("text/json;q=2", "application/json"),
        ("text/json;q=0.1234", "application/json"),
        ("text/json;q=1.001", "application/json"),
        ("text/json;q=-0", "application/json"),
        ("text/json;q=1.000", "text/json"),
        ("text/json;q=1.", "text/json"),
        ("text/json;q=", "application/json"),
        ("text/json;q=0.5;q=0.5", "application/json"),
        ("text/json, application/json;q=1", "application/json"),
        ('text/json;x="\\\\";q=0.7, application/json;q=0.6', "text/json"),
        ('text/html, a\\"b, text/json, c"', None),
        ("text/json;q= 0.5", "application/json"),
        ("text / json", "application/json"),
        ("text/json/x", "application/json"),
        ("*/json", "application/json"),
        ("tëxt/json", "application/json"),
        ("text/json".ljust(1024), "text/json"),
        ("text/json".ljust(1025), "application/json"),
        ("text/html".ljust(1024), None),
        ("text/html".ljust(1025), "application/json"),
    ],
)
def test_the_most_specific_range_that_parses_decides_the_format(accept: str | None, expected: str | None) -> None:
    assert negotiate(accept) == expected


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())


def test_a_folder_is_read_with_every_spelling_that_the_format_allows(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "centers.csv": "\ufeffname;id;reference_id;kind;time_zone;territory\r\n\r\n"
            f" Milano ;{MILAN.id.upper()};MIL;physical;Europe/Rome;Italy\r\n"
            f"Italia Online;{ONLINE.id};ITO;online;Europe/Rome;Italy\r\n",
            "users.csv": "id,type,user_name,first_name,last_name,email,phone,student_code,centers,current_unit,"
            "last_unit,contract_ends_on,active\n"
            f'{guid(11)},Student,giulia,Giulia,"de ""la"", Rue",g@mail.example,+39 5,S-1,MIL; ITO,5,9,2027-01-31,\n'
            f"{guid(12)},User,ugo,Ugo,,,,,,,,,false\n",
            "encounters.csv": "id,center,unit_number,starts_at,duration_minutes,seats,standby_seats,is_online\n"
            f"{guid(101)},MIL,5,2026-10-24 18:00,60,4,2,\n"
            f"{guid(102)},ITO,5,2026-10-25T18:00:00,60,4,,\n"
            f"{guid(103)},ITO,5,2026-10-25T18:00-03:00,60,4,,false\n",
            "bookings.csv": "id,encounter_id,student_id,mode,booked_at,is_cancelled\n"
            f"{guid(900)},{guid(101).upper()},{guid(11)},seat,2026-10-01T10:00Z,true\n",
        },
    )

    def starts(day: int, hour: int) -> datetime:
        return datetime(2026, 10, day, hour, tzinfo=UTC)

    giulia = replace(
        GIULIA, first_name="Giulia", last_name='de "la", Rue', email="g@mail.example", phone="+39 5",
        student_code="S-1", centers=frozenset({MILAN.id, ONLINE.id}), last_unit=9,
        contract_ends_on=date(2027, 1, 31),
    )  # fmt: skip
    assert World.read(tmp_path) == World(
        (MILAN, ONLINE),
        (giulia, User(guid(12), "User", "ugo", "Ugo", active=False)),
        (
            Encounter(guid(101), MILAN.id, 5, starts(24, 16), 60, 4, 2, is_online=False),
            Encounter(guid(102), ONLINE.id, 5, starts(25, 17), 60, 4, 0, is_online=True),
            Encounter(guid(103), ONLINE.id, 5, starts(25, 21), 60, 4, 0, is_online=False),
        ),
        (Booking(guid(900), guid(101), guid(11), "seat", is_cancelled=True),),
    )


def test_a_folder_without_a_file_has_none_of_its_rows(tmp_path: Path) -> None:
    write(tmp_path, {"centers.csv": "id,reference_id,name,kind,time_zone,territory\n"})
    assert World.read(tmp_path) == World()
