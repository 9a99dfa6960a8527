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
    """The rows that were changed after a version of the network, if there are any."""

    after: int
    any: bool

    def ids(self, model: type[Any]) -> Select[UUID]:
        """A query for the ids of the changed rows of a table."""
        table = NetworkChange.table_name == model.__tablename__
        return select(NetworkChange.row_id).where(NetworkChange.number > self.after, table).distinct()


def network_version(connection: Connection) -> int:
    """How often the network was changed by imports and from the terminal."""
    return connection.execute(select(NetworkVersion.number)).scalar() or 0


def lock_network(
    connection: Connection,
    *,
    users: Iterable[UUID] = (),
    encounters: Iterable[UUID] = (),
    bookings: Iterable[UUID] = (),
) -> int:
    """Until this writing unit of work ends, be the only one who changes the network; the version that was found.

    Name the rows that will be changed. A writer that names none changes too many to list, and an import that is being
    prepared meanwhile starts again.
    """
    raised = update(NetworkVersion).values(number=NetworkVersion.number + 1).returning(NetworkVersion.number)
    number = connection.execute(raised).scalar()
    if number is None:
        number = 1
        connection.execute(insert(NetworkVersion).values(id=1, number=number))
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
    """What was changed after a version of the network, up to and with another one; None if that is not known."""
    within = (NetworkChange.number > after, NetworkChange.number <= until)
    known = connection.execute(select(func.count(distinct(NetworkChange.number))).where(*within)).scalar()
    return Changes(after, until > after) if known == until - after else None
