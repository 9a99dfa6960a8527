"""The first load of a large table on SQLite: fill and index a temporary twin of it, then copy the twin into it.

SQLite copies records and index entries as they are stored, without decoding or sorting them again, if the receiving
table is empty, both tables have the same columns, checks and indexes, and the INSERT names no columns. This more than
halves the time for which others wait. Two rules follow:

- A twin has its columns in the order of the stored table, which may differ from the order in the model.
- The primary keys of stored tables say ON CONFLICT ABORT, because the unique index of a twin, created later, does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import CheckConstraint, Column, Connection, Index, MetaData, Table
from sqlalchemy.schema import CreateTable

from webapp.transfer.files import BOOKINGS, ENCOUNTERS, File
from webapp.transfer.staging.tables import CHANGED

HAVE_TWINS: Final = (ENCOUNTERS, BOOKINGS)


def make_twin(connection: Connection, file: File) -> Table:
    """Create an empty twin of a file's table, and CHANGED as a view of it: all rows are new, rowid is the line."""
    twin = _twin(file, _column_order(connection, "main", file.table.name))
    connection.execute(CreateTable(twin))
    connection.exec_driver_sql(
        f"CREATE TEMPORARY VIEW {CHANGED[file].name} AS "  # noqa: S608  own names only
        f"SELECT rowid AS line, 1 AS is_new, 0 AS differs, {', '.join(file.stored)} FROM {twin.name}"
    )
    return twin


def move_in(connection: Connection, file: File, twin: Table) -> None:
    """Copy all rows of the twin into the table: as stored, or row by row if the order of columns has changed."""
    names = _column_order(connection, "temp", twin.name)
    if names == _column_order(connection, "main", file.table.name):
        into, columns = file.table.name, "*"
    else:
        columns = ", ".join(names)
        into = f"{file.table.name} ({columns})"
    connection.exec_driver_sql(f"INSERT INTO main.{into} SELECT {columns} FROM temp.{twin.name}")  # noqa: S608  own names only


def _twin(file: File, names: Sequence[str]) -> Table:
    table = file.table
    columns = [
        Column(one.name, one.type, nullable=one.nullable, server_default=getattr(one.server_default, "arg", None))
        for one in (table.columns[name] for name in names)
    ]
    checks = [one for one in table.constraints if isinstance(one, CheckConstraint)]
    # In the order in which the tables themselves were made with them.
    checks = [CheckConstraint(str(one.sqltext)) for one in sorted(checks, key=lambda one: str(one.name))]
    twin = Table(f"twin_{table.name}", MetaData(), *columns, *checks, prefixes=["TEMPORARY"])
    Index(f"pk_{twin.name}", twin.c.id, unique=True)  # a primary key could not wait until all rows are there
    for index in table.indexes:
        Index(
            f"{index.name}_{twin.name}",
            *(twin.c[column.name] for column in index.columns),
            unique=index.unique,
            sqlite_where=index.dialect_options["sqlite"]["where"],
        )
    return twin


def _column_order(connection: Connection, schema: str, table: str) -> list[str]:
    """The columns of a table as they stand in the database."""
    return list(connection.exec_driver_sql(f"PRAGMA {schema}.table_info({table})").scalars("name"))
