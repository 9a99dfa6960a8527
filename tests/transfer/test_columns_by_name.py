"""A new column may stand anywhere in a model, in a file and in a table: values find their column by its name."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import inspect

from tests.conftest import KINDS as DATABASES
from tests.postgresql import Server
from tests.terminal import ROOT
from tests.transfer.extra_columns import EXTRAS, KINDS, Extra, write_copy
from tests.transfer.folders import BOOKING, CLASS, GIULIA, LATER, LUCA, SOUND, guid, write
from webapp.database import Database
from webapp.models import Base

# No cell is empty, and values of one kind that stand side by side differ.
FILLED = {
    "users.csv": f"""id,type,user_name,first_name,last_name,email,phone,student_code,current_unit,last_unit,contract_ends_on,active,centers
{GIULIA},Student,giulia,Giulia,Conti,giulia@example.com,+39 02 1,S-1,5,40,2027-06-30,true,ITA-ON;MIL-01
{LUCA},Student,luca,Luca,Neri,luca@example.com,+39 02 2,S-2,6,80,2027-07-31,false,MIL-01
""",
    "encounters.csv": f"""id,center,unit_number,starts_at,duration_minutes,seats,standby_seats,is_online,is_closed,is_cancelled,teacher
{CLASS},MIL-01,5,2026-12-01 18:00,60,2,1,false,true,false,Irene Sala
{LATER},ITA-ON,6,2026-12-02 18:00,90,3,4,true,false,true,Ugo Riva
""",
    "bookings.csv": f"""id,encounter_id,student_id,mode,booked_at,is_cancelled
{BOOKING},{CLASS},{GIULIA},seat,2026-11-01 10:00,false
{guid(9)},{LATER},{LUCA},standby,2026-11-02 11:00,true
""",
}
VALUES = {"text": ("seven", "eight"), "boolean": ("true", "false"), "integer": ("7", "8")}
TIMES = {"starts_at", "booked_at"}  # exported in UTC


def test_the_columns_of_every_table_stand_in_the_order_of_its_model(database: Database) -> None:
    with database.reading() as connection:
        found = {
            table.name: [column["name"] for column in inspect(connection).get_columns(table.name)]
            for table in Base.metadata.sorted_tables
        }
    assert found == {table.name: table.columns.keys() for table in Base.metadata.sorted_tables}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", DATABASES)
def test_a_column_appended_to_a_table_and_in_the_middle_of_its_file_makes_every_round_trip(
    request: pytest.FixtureRequest, tmp_path: Path, first: str, kind: str
) -> None:
    extras = [extra for extra in EXTRAS if extra.kind == kind]
    write_copy(tmp_path, extras)
    imported = [_with_extras(extras, value) for value in VALUES[kind]]
    for name, files in zip(("1", "2"), imported, strict=True):
        write(tmp_path / name, dict(files))
    with _two_empty_databases(request, tmp_path, first) as urls:
        done = subprocess.run(
            [sys.executable, "-m", "tests.transfer.extra_columns", *urls, str(tmp_path)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for name, files in zip(("1", "2"), imported, strict=True):
        for file, content in files.items():
            exported = (tmp_path / f"{name}-out" / file).read_text()
            assert _rows(exported, like=content) == _rows(content, like=content)
            assert (tmp_path / f"{name}-again" / file).read_text() == exported


@contextmanager
def _two_empty_databases(request: pytest.FixtureRequest, folder: Path, first: str) -> Iterator[list[str]]:
    """Their addresses; the second is of the other kind."""
    server: Server = request.getfixturevalue("postgresql")
    name = server.create()
    urls = {"sqlite": f"sqlite:///{folder / 'test.sqlite3'}", "postgresql": server.url(name)}
    yield [urls.pop(first), *urls.values()]
    server.drop(name)


def _with_extras(extras: list[Extra], value: str) -> dict[str, str]:
    """The files with a value in each new column, which stands last in them."""
    made = {"centers.csv": SOUND["centers.csv"], **FILLED}
    for extra in extras:
        header, *rows = made[f"{extra.table}.csv"].splitlines()
        made[f"{extra.table}.csv"] = "\n".join([f"{header},{extra.name}", *(f"{row},{value}" for row in rows)]) + "\n"
    return made


def _rows(content: str, like: str) -> list[dict[str, str]]:
    """The rows of a file by id, with those columns of another one that are spelled as they are stored."""
    names = [name for name in next(csv.reader(like.splitlines())) if name not in TIMES]
    rows = csv.DictReader(content.splitlines())
    return sorted(({name: row[name] for name in names} for row in rows), key=lambda row: row["id"])
