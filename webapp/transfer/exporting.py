"""The database as a snapshot, written to a folder of CSV files that can be imported."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from webapp.database import Database
from webapp.models import Assignment, Center
from webapp.transfer.files import ENCOUNTERS, FILES, USERS, File

_ROWS_AT_ONCE: Final = 5_000
_PASSWORD: Final = "password_hash"  # noqa: S105  the name of a column


def export_folder(
    database: Database,
    folder: Path,
    *,
    with_password_hashes: bool = False,
    force: bool = False,
    progress: Callable[[str, float], None] = lambda _what, _share: None,
) -> list[str]:
    """Write the four files of the README's section "Data in and out"; a line for each, in words.

    Times are UTC, rows in the order of their ids. With password hashes the files are for their owner only (mode 0600).
    Files come into their place when all are complete. Raises FileExistsError for a folder that holds one of them
    unless `force`, OSError for one that cannot be written, DatabaseUnavailable.
    """
    there = [file.name for file in FILES if (folder / file.name).exists()]
    if there and not force:
        raise FileExistsError(f"{folder} holds {there[0]} already; name another folder, or overwrite with --force")
    folder.mkdir(parents=True, exist_ok=True)
    drafts = {file: folder / f".{file.name}.part" for file in FILES}
    lines = []
    with ExitStack() as unfinished:
        for draft in drafts.values():
            unfinished.callback(draft.unlink, missing_ok=True)
        with database.reading() as connection:
            for file, draft in drafts.items():
                progress(file.name, 0.0)
                count = _write(connection, file, draft, with_password_hashes)
                lines.append(f"{file.name}: {count} rows")
        for file, draft in drafts.items():
            draft.replace(folder / file.name)
    return lines


def _write(connection: Connection, file: File, draft: Path, with_password_hashes: bool) -> int:
    names = [column for column in file.columns if with_password_hashes or column != _PASSWORD]
    draft.unlink(missing_ok=True)
    mode = 0o600 if with_password_hashes else 0o666
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    count = 0
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(names)
        for count, row in enumerate(_rows(connection, file, names), start=1):  # noqa: B007  the last one is the answer
            writer.writerow([_cell(value) for value in row])
        lines.flush()
        os.fsync(lines.fileno())
    return count


def _rows(connection: Connection, file: File, names: list[str]) -> Iterator[Iterable[Any]]:
    table = file.table
    if file is ENCOUNTERS:
        columns = [Center.reference_id if name == "center" else table.c[name] for name in names]
        return _stream(connection, select(*columns).join(Center, Center.id == table.c.center_id).order_by(table.c.id))
    if file is USERS:
        return _users_with_centers(connection, names)
    return _stream(connection, select(*(table.c[name] for name in names)).order_by(table.c.id))


def _users_with_centers(connection: Connection, names: list[str]) -> Iterator[Iterable[Any]]:
    """Both are sorted by user: each user's centers are the next group, if the group is theirs."""
    table, place = USERS.table, names.index("centers")
    columns = [table.c[name] for name in names if name != "centers"]
    users = _stream(connection, select(table.c.id.label("user_id"), *columns).order_by(table.c.id))
    query = (
        select(Assignment.user_id, Center.reference_id)
        .join(Center, Center.id == Assignment.center_id)
        .order_by(Assignment.user_id, Center.reference_id)
    )
    groups = groupby(_stream(connection, query), key=itemgetter(0))
    user_id, group = next(groups, (None, iter(())))
    for this_id, *user in users:
        references: list[str] = []
        if this_id == user_id:
            references = [reference for _, reference in group]
            user_id, group = next(groups, (None, iter(())))
        user.insert(place, ";".join(references))
        yield user


def _stream(connection: Connection, query: Any) -> Iterator[Any]:
    return iter(connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    write = _CELLS.get(value.__class__)
    return write(value) if write else str(value)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


_CELLS: Final[dict[type, Callable[[Any], str]]] = {
    bool: lambda value: "true" if value else "false",
    datetime: _time,
    date: date.isoformat,
    UUID: str,
}
