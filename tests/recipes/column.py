"""The recipe "Add a column": the room of a class, an optional text that stands before the teacher."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.recipes.checkout import Checkout, Recipe
from tests.transfer.extra_columns import Extra, add_migration, add_to_file

_ROOM: Final = Extra("encounters", "room", "teacher", "text")
_LAST: Final = "    teacher: Mapped[str | None]\n"
_TEST: Final = '''"""A class has a room: imported, exported, and left alone by a file without the column."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.transfer.folders import CLASS, LATER, SOUND, write
from webapp.database import Database
from webapp.transfer import export_folder, import_folder

ENCOUNTERS = "encounters.csv"
HEADER = "id,center,unit_number,starts_at,duration_minutes,seats,room"
ROWS = f"{CLASS},MIL-01,5,2026-12-01 18:00,60,1,B 12\\n{LATER},ITA-ON,6,2026-12-02 18:00,90,2,\\n"


def rooms(database: Database, folder: Path) -> dict[str, str]:
    """The rooms as exported, by the id of their class."""
    export_folder(database, folder)
    rows = csv.DictReader((folder / ENCOUNTERS).read_text(encoding="utf-8").splitlines())
    return {row["id"]: row["room"] for row in rows}


def test_a_room_is_imported_and_exported_and_stays_where_its_column_is_missing(
    database: Database, tmp_path: Path
) -> None:
    import_folder(database, write(tmp_path / "in", {**SOUND, ENCOUNTERS: f"{HEADER}\\n{ROWS}"}))
    assert rooms(database, tmp_path / "first") == {CLASS: "B 12", LATER: ""}
    import_folder(database, write(tmp_path / "without", {ENCOUNTERS: SOUND[ENCOUNTERS]}))
    assert rooms(database, tmp_path / "second") == {CLASS: "B 12", LATER: ""}
    assert import_folder(database, tmp_path / "second").lines()[2] == f"{ENCOUNTERS}: 0 new, 0 changed, 2 unchanged"
'''


def _add(add: Callable[[Path, Extra], str]) -> Callable[[Checkout], None]:
    return lambda checkout: checkout.touched.add(add(checkout.folder, _ROOM))


COLUMN: Final = Recipe(
    "Add a column",
    {
        "model": lambda checkout: checkout.replace("webapp/models.py", _LAST, f"{_LAST}    room: Mapped[str | None]\n"),
        "migration": _add(add_migration),
        "file": _add(add_to_file),
        "readme": lambda checkout: checkout.replace("README.md", ", [teacher] |", ", [room], [teacher] |"),
        "test": lambda checkout: checkout.add("tests/transfer/test_room.py", _TEST),
    },
    (
        "tests/transfer/test_room.py",
        "tests/transfer/test_columns_by_name.py",
        "tests/transfer/test_columns_of_files.py",
        "tests/transfer/test_first_loads.py",
        "tests/test_migrations.py",
    ),
)
