"""The lock under which the network (centers, users, encounters, bookings) changes, and what was changed when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Select, delete, distinct, func, insert, select, update

from webapp.models import Booking, Encounter, NetworkChange, NetworkVersion, User

MOST_VERSIONS: Final = 10_000  # for how many versions it is known what changed


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows that were changed after a version of the network; `has_changes` is false if there are none."""

    after: int
    has_changes: bool

    def ids(self, model: type[Any]) -> Select[UUID]:
        """A query for the ids of the changed rows of a table."""
        table = NetworkChange.table_name == model.__tablename__
        return select(NetworkChange.row_id).where(NetworkChange.number > self.after, table).distinct()


def network_version(connection: Connection) -> int:
    """The number of times that the network was changed, by imports and by everyone else."""
    return connection.execute(select(NetworkVersion.number)).scalar_one()


def lock_network(
    connection: Connection,
    *,
    users: Iterable[UUID] = (),
    encounters: Iterable[UUID] = (),
    bookings: Iterable[UUID] = (),
) -> int:
    """Lock the network until this unit of work ends, record the rows that it will change; the version before it.

    Raises the version by one and deletes what was recorded more than MOST_VERSIONS versions ago. A writer that changes
    too many rows to list passes none: an import that others are preparing at that time then starts again.
    """
    raised = update(NetworkVersion).values(number=NetworkVersion.number + 1).returning(NetworkVersion.number)
    number = connection.execute(raised).scalar_one()
    named = ((User, users), (Encounter, encounters), (Booking, bookings))
    rows = [
        {"number": number, "table_name": model.__tablename__, "row_id": row_id}
        for model, ids in named
        for row_id in ids
    ]
    if rows:
        connection.execute(insert(NetworkChange), rows)
    connection.execute(delete(NetworkChange).where(NetworkChange.number <= number - MOST_VERSIONS))
    return number - 1


def find_changes(connection: Connection, after: int, until: int) -> Changes | None:
    """What was changed after a version of the network, up to and including another; None if that is not known."""
    within = (NetworkChange.number > after, NetworkChange.number <= until)
    known = connection.execute(select(func.count(distinct(NetworkChange.number))).where(*within)).scalar()
    return Changes(after, until > after) if known == until - after else None
