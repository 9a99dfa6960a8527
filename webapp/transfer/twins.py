"""The first load of a large table on SQLite: a twin of it is filled and indexed beside it, and moves in as it stands.

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

HAVE_TWINS: Final = frozenset({ENCOUNTERS.name, BOOKINGS.name})


def _twin(file: File, names: Sequence[str]) -> Table:
    own = file.table
    columns = [
        Column(one.name, one.type, nullable=one.nullable, server_default=getattr(one.server_default, "arg", None))
        for one in (own.columns[name] for name in names)
    ]
    checks = [one for one in own.constraints if isinstance(one, CheckConstraint)]
    twin = Table(_name(file), MetaData(), *columns, *_alike(checks), prefixes=["TEMPORARY"])
    Index(f"pk_{twin.name}", twin.c.id, unique=True)  # a primary key could not wait until all rows are there
    for index in own.indexes:
        Index(
            f"{index.name}_{twin.name}",
            *(twin.c[column.name] for column in index.columns),
            unique=index.unique,
            sqlite_where=index.dialect_options["sqlite"]["where"],
        )
    return twin


def _alike(checks: list[CheckConstraint]) -> list[CheckConstraint]:
    """Checks in the order in which the tables themselves were made with them."""
    return [CheckConstraint(str(one.sqltext)) for one in sorted(checks, key=lambda one: str(one.name))]


def make_twin(connection: Connection, file: File, changed: Table) -> Table:
    """An empty twin of a file's table; `changed` is a view of it, where all rows are new and known by their lines."""
    twin = _twin(file, _stored_order(connection, "main", file.table.name))
    connection.execute(CreateTable(twin))
    connection.exec_driver_sql(
        f"CREATE TEMPORARY VIEW {changed.name} AS "  # noqa: S608  own names only
        f"SELECT rowid AS line, 1 AS is_new, 0 AS moves, {', '.join(_names(changed))} FROM {twin.name}"
    )
    return twin


def fill_twin(file: File, changed: Table) -> str:
    """The statement that puts a row into a twin: its line, and its values in the order of the columns of `changed`."""
    names = _names(changed)
    places = ", ".join("?" * (1 + len(names)))
    return f"INSERT INTO {_name(file)} (rowid, {', '.join(names)}) VALUES ({places})"  # noqa: S608  own names only


def _names(changed: Table) -> list[str]:
    return [column.name for column in changed.columns if column.name not in {"line", "is_new", "moves"}]


def move_in(connection: Connection, file: File) -> None:
    """All rows of the twin into the table itself: as they stand, or row by row if a column has moved since."""
    names = _stored_order(connection, "temp", _name(file))
    if names == _stored_order(connection, "main", file.table.name):
        into, columns = file.table.name, "*"
    else:
        columns = ", ".join(names)
        into = f"{file.table.name} ({columns})"
    connection.exec_driver_sql(f"INSERT INTO main.{into} SELECT {columns} FROM temp.{_name(file)}")  # noqa: S608  own names only


def _name(file: File) -> str:
    return f"twin_{file.table.name}"


def _stored_order(connection: Connection, schema: str, table: str) -> list[str]:
    """The columns of a table as they stand in the database."""
    return list(connection.exec_driver_sql(f"PRAGMA {schema}.table_info({table})").scalars("name"))
