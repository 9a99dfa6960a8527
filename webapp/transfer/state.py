"""What the database holds, and what it would hold after an import, row by row under their ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from webapp.models import Assignment, Booking, Center, Encounter, User
from webapp.transfer.files import File, Row, Values

Table = dict[UUID, Values]


@dataclass(slots=True)
class State:
    """The four tables; a user's `centers` are the ids of the centers they are assigned to."""

    centers: Table = field(default_factory=dict)
    users: Table = field(default_factory=dict)
    encounters: Table = field(default_factory=dict)
    bookings: Table = field(default_factory=dict)

    def table(self, file: File) -> Table:
        """The table into which a file goes."""
        table: Table = getattr(self, file.table)
        return table


def read_state(connection: Connection) -> State:
    """What the database holds now."""
    state = State(*(_read(connection, model) for model in (Center, User, Encounter, Booking)))
    centers: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for user, center in connection.execute(select(Assignment.user_id, Assignment.center_id)):
        centers[user].add(center)
    for user_id, values in state.users.items():
        values["centers"] = frozenset(centers[user_id])
    return state


def merged(file: File, stored: Table, rows: Iterable[Row]) -> Table:
    """A table after the import: rows that the file does not tell stay, and so do columns it does not have."""
    after = dict(stored)
    for row in rows:
        before: Values = stored.get(row.id, {"id": row.id, **file.new})
        after[row.id] = {**before, **row.values}
    return after


def _read(connection: Connection, model: Any) -> Table:
    return {row.id: dict(row._mapping) for row in connection.execute(select(*model.__table__.columns))}
