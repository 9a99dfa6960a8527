"""The temporary tables of an import: rows that are changed, unchanged, added and removed."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table

from webapp.column_types import Guid, Instant
from webapp.transfer.files import ASSIGNMENTS, BOOKINGS, FILES, File

STAGING: Final = MetaData()


def _temporary(name: str, *columns: Column[Any]) -> Table:
    return Table(name, STAGING, *columns, prefixes=["TEMPORARY"])


def _changed(file: File) -> Table:
    types = {name: file.table.columns[name].type for name in file.stored}
    copies = [Column(name, BigInteger() if isinstance(kind, Instant) else kind) for name, kind in types.items()]
    about = (Column("line", Integer), Column("is_new", Boolean), Column("differs", BigInteger))
    return _temporary(f"changed_{file.table.name}", *about, *copies)


def _assignments(name: str) -> Table:
    return _temporary(f"{name}_{ASSIGNMENTS.name}", Column("user_id", Guid), Column("center_id", Guid))


# Of each file the rows that are new or changed, as they will be: `differs` has a bit for each field of the file's row
# that is not as it was found (see merging.py); and the ids and lines of the rows that stay as they are.
CHANGED: Final = {file: _changed(file) for file in FILES}
UNCHANGED: Final = {
    file: _temporary(f"unchanged_{file.table.name}", Column("line", Integer), Column("id", Guid)) for file in FILES
}
ADDED, REMOVED = _assignments("added"), _assignments("removed")
for _table in (*CHANGED.values(), *UNCHANGED.values()):
    Index(f"ix_{_table.name}_id", _table.c.id, unique=True)
# All that is asked about the bookings of a class, in one walk along this order.
Index(
    "ix_changed_bookings_class",
    *(CHANGED[BOOKINGS].c[name] for name in ("encounter_id", "student_id", "mode", "is_cancelled")),
)


def field_bits(file: File, names: tuple[str, ...]) -> int:
    """The bits of some fields in `differs`."""
    return sum(1 << file.row._fields.index(name) for name in names)
