"""The lock of the network and what it remembers of who changed what."""

from __future__ import annotations

from uuid import UUID

import pytest

from webapp.database import Database
from webapp.models import Booking, User
from webapp.network import find_changes, lock_network, network_version

FIRST, SECOND, THIRD = (UUID(int=number) for number in range(3))


def test_what_was_changed_after_a_version_is_known(database: Database) -> None:
    for row_id in (FIRST, SECOND, THIRD):
        with database.writing() as connection:
            lock_network(connection, users=[row_id], bookings=[THIRD])
    with database.reading() as connection:
        changes = find_changes(connection, 1, until=network_version(connection))
        assert changes is not None
        assert sorted(connection.execute(changes.ids(User)).scalars()) == [SECOND, THIRD]
        assert connection.execute(changes.ids(Booking)).scalars().all() == [THIRD]


def test_what_somebody_changed_who_named_no_rows_is_not_known(database: Database) -> None:
    for users in ([FIRST], [], [SECOND]):
        with database.writing() as connection:
            lock_network(connection, users=users)
    with database.reading() as connection:
        assert [find_changes(connection, after, until=3) is None for after in range(4)] == [True, True, False, False]


def test_old_changes_are_forgotten(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.network.MOST_VERSIONS", 2)
    for _ in range(4):
        with database.writing() as connection:
            lock_network(connection, users=[FIRST])
    with database.reading() as connection:
        assert [find_changes(connection, after, until=4) is None for after in range(4)] == [True, True, False, False]
