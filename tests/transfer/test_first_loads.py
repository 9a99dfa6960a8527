"""The first load of a database: rows that need no merging, and on SQLite no sorting while others wait."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.transfer.folders import SOUND, content_of, write
from webapp.database import Database
from webapp.models import Booking
from webapp.transfer import ImportRefused, import_folder

MOVES = re.compile(r"INSERT INTO main\.(\w+) SELECT \* FROM temp\.\w+")


def test_sqlite_copies_the_large_tables_as_they_stand(sqlite_database: Database, tmp_path: Path) -> None:
    copied: dict[str, bool] = {}

    def explain(_connection: Any, cursor: Any, words: str, *_more: Any) -> None:
        if found := MOVES.fullmatch(words):
            steps = [row[1] for row in cursor.connection.execute(f"EXPLAIN {words}")]
            copied[found[1]] = "RowData" in steps  # SQLite takes rows as they are, and makes none

    event.listen(sqlite_database.engine, "before_cursor_execute", explain)
    import_folder(sqlite_database, write(tmp_path, dict(SOUND)))
    assert copied == {"encounters": True, "bookings": True}
    with sqlite_database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None


def test_a_column_that_moves_while_an_import_prepares_still_gets_its_values(
    sqlite_database: Database, tmp_path: Path
) -> None:
    def move_a_column(what: str, _share: float) -> None:
        if what == "writing":
            with sqlite_database.writing() as connection:
                connection.exec_driver_sql("ALTER TABLE bookings DROP COLUMN booked_at")
                connection.exec_driver_sql("ALTER TABLE bookings ADD COLUMN booked_at BIGINT")

    import_folder(sqlite_database, write(tmp_path, dict(SOUND)), progress=move_a_column)
    with sqlite_database.reading() as connection:
        assert tuple(connection.execute(select(Booking.booked_at, Booking.is_cancelled)).one()) == (
            datetime(2026, 11, 1, 10, tzinfo=UTC),
            False,
        )


def test_files_that_come_one_by_one_are_as_good_as_all_at_once(
    database: Database, other_database: Database, tmp_path: Path
) -> None:
    import_folder(other_database, write(tmp_path / "all", dict(SOUND)))
    for name, content in SOUND.items():
        import_folder(database, write(tmp_path / name, {name: content}))
    one_by_one, at_once = content_of(database), content_of(other_database)
    assert (one_by_one.pop("network_version"), at_once.pop("network_version")) == ([(1, 4)], [(1, 1)])
    assert one_by_one == at_once


def test_what_a_first_load_holds_twice_is_reported_and_nothing_is_stored(database: Database, tmp_path: Path) -> None:
    before = content_of(database)
    booking = SOUND["bookings.csv"].splitlines()[1]
    elsewhere = f"{booking[:7]}9{booking[8:]}"
    twice: dict[str, str | bytes] = {**SOUND, "bookings.csv": f"{SOUND['bookings.csv']}{booking}\n{elsewhere}\n"}
    with pytest.raises(ImportRefused) as refused:
        import_folder(database, write(tmp_path, twice))
    reported = [re.sub(r"'.*?'", "…", str(problem)) for problem in refused.value.problems]
    assert reported == [
        "bookings.csv:3: id: … is on line 2 too",
        "bookings.csv:4: student_id: … is on line 2 too; it must be unique",
        "bookings.csv:4: mode: … is one too many: … has 1 of them",
    ]
    assert content_of(database) == before
