"""The first load of a large table on SQLite: a twin of it is filled and indexed beside it, and moves in as it stands.

SQLite copies rows and indexes without looking into them where two tables have the same columns, checks and indexes, and
the one that receives is empty; that is why their primary keys say ABORT, as indexes made later do. Nothing is sorted
twice, and others have to wait for less than half of the time.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Connection, Index, MetaData, Table
from sqlalchemy.schema import CreateTable

from webapp.transfer.files import BOOKINGS, ENCOUNTERS, File

_METADATA: Final = MetaData()


def _twin(file: File) -> Table:
    own = file.table
    columns = [
        Column(one.name, one.type, nullable=one.nullable, server_default=getattr(one.server_default, "arg", None))
        for one in own.columns
    ]
    checks = [one for one in own.constraints if isinstance(one, CheckConstraint)]
    twin = Table(f"twin_{own.name}", _METADATA, *columns, *_alike(checks), prefixes=["TEMPORARY"])
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


TWINS: Final = {file.name: _twin(file) for file in (ENCOUNTERS, BOOKINGS)}


def make_twin(connection: Connection, file: File, changed: Table) -> Table:
    """An empty twin of a file's table; `changed` is a view of it, where all rows are new and known by their lines."""
    twin = TWINS[file.name]
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
    return f"INSERT INTO {TWINS[file.name].name} (rowid, {', '.join(names)}) VALUES ({places})"  # noqa: S608  own names only


def _names(changed: Table) -> list[str]:
    return [column.name for column in changed.columns if column.name not in {"line", "is_new", "moves"}]


def move_in(connection: Connection, file: File) -> None:
    """All rows of the twin into the table itself."""
    connection.exec_driver_sql(moving(file))


def moving(file: File) -> str:
    """The statement that moves a twin in. It must stay as plain as it is, or SQLite does it row by row."""
    return f"INSERT INTO main.{file.table.name} SELECT * FROM temp.{TWINS[file.name].name}"  # noqa: S608  own names only
