"""A copy of the program whose tables have one more column in the middle, appended by a migration; and its round trips.

Run as a script it works on the `webapp` of the working directory: it migrates two databases, imports one folder after
the other into the first, and exports both databases each time.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory

from tests.terminal import ROOT
from webapp.checks import find_faults
from webapp.database import Database
from webapp.migrations import upgrade
from webapp.transfer import export_folder, import_folder


@dataclass(frozen=True)
class Extra:
    """A new column of a table, and before which of the others it stands in the model and in the file."""

    table: str
    name: str
    before: str
    kind: str


KINDS = {
    "text": ("str", "cells.plain_text"),
    "boolean": ("bool", "cells.boolean"),
    "integer": ("int", "cells.number(0, 100)"),
}
SQL_TYPES = {"text": "short_text()", "boolean": "sa.Boolean()", "integer": "sa.SmallInteger()"}
EXTRAS = [
    Extra("users", "middle_name", "last_name", "text"),
    Extra("encounters", "topic", "teacher", "text"),
    Extra("bookings", "note", "mode", "text"),
    Extra("users", "is_adult", "active", "boolean"),
    Extra("encounters", "is_recorded", "is_cancelled", "boolean"),
    Extra("bookings", "is_paid", "is_cancelled", "boolean"),
    Extra("users", "first_unit", "current_unit", "integer"),
    Extra("encounters", "minutes_of_break", "seats", "integer"),
    Extra("bookings", "place", "booked_at", "integer"),
]
CLASSES = {"users": "User", "encounters": "Encounter", "bookings": "Booking"}
MIGRATION = '''"""Append {extra.name} to {extra.table}."""

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{revision}"
down_revision = "{below}"


def upgrade() -> None:
    """Add the column; rows that are there already have nothing in it."""
    op.add_column("{extra.table}", sa.Column("{extra.name}", {sql_type}))
'''
IMPORTS = {"text": "\nfrom webapp.column_types import short_text\n", "boolean": "", "integer": ""}


def write_copy(folder: Path, extras: list[Extra]) -> None:
    """The program with these columns, as a folder from which it can be run."""
    shutil.copytree(ROOT / "webapp", folder / "webapp", ignore=shutil.ignore_patterns("__pycache__"))
    for extra in extras:
        for add in (add_to_model, add_to_file, add_migration):
            add(folder, extra)


def add_to_model(folder: Path, extra: Extra) -> str:
    """Add the column to its model; the file that was changed, below `folder`."""
    path, python_type = "webapp/models.py", KINDS[extra.kind][0]
    field = f"    {extra.name}: Mapped[{python_type} | None]\n"
    _insert(folder / path, f"class {CLASSES[extra.table]}(", f"    {extra.before}: Mapped", field)
    return path


def add_to_file(folder: Path, extra: Extra) -> str:
    """Add the column to its CSV file; the file that was changed, below `folder`."""
    path, (python_type, parse) = "webapp/transfer/files.py", KINDS[extra.kind]
    field = f"    {extra.name}: Annotated[{python_type} | None, _optional({parse})]\n"
    _insert(folder / path, f"class {CLASSES[extra.table]}Row(", f"    {extra.before}: Annotated", field)
    return path


def add_migration(folder: Path, extra: Extra) -> str:
    """Add the migration with the next free number; the file that was added, below `folder`."""
    below = ScriptDirectory(str(folder / "webapp" / "migrations")).get_current_head()
    revision = f"{int(below or 0) + 1:04}"
    path = f"webapp/migrations/versions/{revision}_{extra.name}.py"
    words = MIGRATION.format(
        extra=extra, revision=revision, below=below, sql_type=SQL_TYPES[extra.kind], imports=IMPORTS[extra.kind]
    )
    (folder / path).write_text(words)
    return path


def _insert(file: Path, start: str, before: str, line: str) -> None:
    """Put a line before the first one after `start` that begins with `before`."""
    head, found, rest = file.read_text().partition(start)
    assert found, f"{file.name} has no {start!r}"
    lines = rest.splitlines(keepends=True)
    place = next(number for number, old in enumerate(lines) if old.startswith(before))
    file.write_text(head + found + "".join([*lines[:place], line, *lines[place:]]))


def main(first: str, second: str, folder: Path) -> None:
    """Import `1` and `2` into the first database; export it to `1-out` and `2-out`, and those from the second again."""
    databases = [Database(url) for url in (first, second)]
    for database in databases:
        upgrade(database)
    for name in ("1", "2"):
        import_folder(databases[0], folder / name)
        export_folder(databases[0], folder / f"{name}-out")
        import_folder(databases[1], folder / f"{name}-out")
        export_folder(databases[1], folder / f"{name}-again")
    for database in databases:
        print("\n".join(find_faults(database)), end="")
        database.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
