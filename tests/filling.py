"""A row in every table of whatever revision a database is at, known from the database alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, MetaData, insert, select

Rows = dict[str, list[dict[str, Any]]]

ALLOWED = {"centers.kind": "online", "users.type": "Student", "bookings.mode": "seat"}  # what checks insist on
VALUES: dict[type[Any], Any] = {
    bool: True,
    bytes: bytes(range(16)),
    date: date(2026, 11, 23),
    datetime: datetime(2026, 11, 23, 9, tzinfo=UTC),
    int: 5,  # passes every check of a range
    UUID: UUID(int=5),
}


def fill_every_table(connection: Connection) -> Rows:
    """Add one row to each table, nothing left empty, referring to each other; all rows by the name of the table."""
    added: dict[str, dict[str, Any]] = {}
    for table in _tables(connection).sorted_tables:
        added[table.name] = {column.name: _value(column, added) for column in table.columns}
        connection.execute(insert(table).values(**added[table.name]))
    return read_every_table(connection)


def read_every_table(connection: Connection) -> Rows:
    """All rows by the name of the table."""
    tables = _tables(connection).sorted_tables
    return {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in tables}


def is_of_trigrams(name: str | None) -> bool:
    """Whether a table or an index is part of the index of trigrams, whose insides are the database's own."""
    return "search_trigrams" in (name or "") or name == "ix_search_entries_trigrams"


def _tables(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection, only=lambda name, _metadata: name != "alembic_version" and not is_of_trigrams(name))
    return found


def _value(column: Column[Any], added: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        table, _, name = key.target_fullname.rpartition(".")
        return added[table][name]
    known = f"{column.table.name}.{column.name}"
    return ALLOWED.get(known, VALUES.get(column.type.python_type, known))
