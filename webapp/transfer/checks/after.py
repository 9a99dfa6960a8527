"""The state after the import: staged rows in place of the stored ones that they change, and all other stored rows.

Every check asks this state, in two parts: the rows that the import changes, and the rows that stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, exists, func, select, true, union_all

from webapp.transfer.files import File
from webapp.transfer.staging.stage import Stage
from webapp.transfer.staging.tables import CHANGED, UNCHANGED


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a table after the import: their columns, their line (0: not in the file), and how to select them."""

    is_changed: bool
    columns: Any
    line: ColumnElement[int]
    source: FromClause
    condition: ColumnElement[bool]

    def select(self, *columns: Any) -> Select[Any]:
        """A query for some of their columns."""
        return select(*columns).select_from(self.source).where(self.condition)


def changed(file: File) -> Part:
    """The rows that are new or changed."""
    table = CHANGED[file].alias()
    return Part(True, table.c, table.c.line, table, true())


def staying(file: File) -> Part:
    """The stored rows that the import does not change."""
    table, unchanged, other = file.table.alias(), UNCHANGED[file].alias(), CHANGED[file].alias()
    source = table.outerjoin(unchanged, unchanged.c.id == table.c.id)
    stays = ~exists().where(other.c.id == table.c.id)
    return Part(False, table.c, func.coalesce(unchanged.c.line, 0), source, stays)


def parts(stage: Stage, file: File) -> list[Part]:
    """All rows of a table after the import."""
    return [changed(file)] if file in stage.empty else [changed(file), staying(file)]


def select_after(stage: Stage, file: File, query: Callable[[Part], Select[Any]]) -> Any:
    """What a query finds in all rows of a table after the import."""
    return union_all(*(query(part) for part in parts(stage, file)))
