"""A small, sound folder in the import format, and ways to spoil it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, select

from webapp.database import Database
from webapp.models import Base, SignInFailure


def guid(number: int) -> str:
    """A GUID that is easy to tell from others."""
    return f"{number:08x}-0000-4000-8000-000000000000"


MILAN, ONLINE, MARIA, GIULIA, LUCA, CLASS, LATER, BOOKING = (guid(number) for number in range(1, 9))

SOUND = {
    "centers.csv": f"""id,reference_id,name,kind,time_zone,territory
{MILAN},MIL-01,Milano Duomo,physical,Europe/Rome,Italy
{ONLINE},ITA-ON,Italia Online,online,Europe/Rome,Italy
""",
    "users.csv": f"""id,type,user_name,first_name,last_name,email,centers,student_code,current_unit,active
{MARIA},StaffMember,maria,Maria,Rossi,maria@example.com,MIL-01,,,true
{GIULIA},Student,giulia,Giulia,Conti,giulia@example.com,MIL-01;ITA-ON,S-1,5,true
{LUCA},Student,luca,Luca,,luca@example.com,MIL-01,S-2,5,
""",
    "encounters.csv": f"""id,center,unit_number,starts_at,duration_minutes,seats,standby_seats,is_online,is_closed
{CLASS},MIL-01,5,2026-12-01 18:00,60,1,1,,false
{LATER},ITA-ON,6,2026-12-02T18:00:00+02:00,90,2,,,
""",
    "bookings.csv": f"""id,encounter_id,student_id,mode,booked_at,is_cancelled
{BOOKING},{CLASS},{GIULIA},seat,2026-11-01 10:00,false
""",
}


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """The files in a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def content_of(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a database holds, row by row, without the numbers that it gives to rows by itself."""
    with database.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(*_own_columns(table)))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name != SignInFailure.__tablename__
        }


def _own_columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.name != "number" or table.name != "search_entries"]
