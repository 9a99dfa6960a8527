"""The first load of a large table on SQLite: a twin of it is filled and indexed beside it, and copied as it stands.

SQLite copies rows and indexes without looking into them where two tables have the same columns, checks and indexes, the
one that receives is empty, and no columns are named: the first column goes to the first. So a twin has its columns in
the order of the table in the database, which may be another one than the model's. That is also why their primary keys
say ABORT, as indexes made later do. Nothing is sorted twice, and others have to wait for less than half of the time.
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
    """An empty twin of a file's table; CHANGED is a view of it, in which all rows are new and known by their lines."""
    twin = _twin(file, _column_order(connection, "main", file.table.name))
    connection.execute(CreateTable(twin))
    connection.exec_driver_sql(
        f"CREATE TEMPORARY VIEW {CHANGED[file].name} AS "  # noqa: S608  own names only
        f"SELECT rowid AS line, 1 AS is_new, 0 AS differs, {', '.join(file.stored)} FROM {twin.name}"
    )
    return twin


def move_in(connection: Connection, file: File, twin: Table) -> None:
    """All rows of the twin into the table itself: as they stand, or row by row if a column has moved since."""
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
