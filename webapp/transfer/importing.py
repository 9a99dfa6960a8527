"""An import from its folder to its report: read, understand, check against the database, write, in one piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from webapp.database import Database
from webapp.transfer.checking import Rows, check
from webapp.transfer.files import BOOKINGS, CENTERS, ENCOUNTERS, FILES, USERS, understand
from webapp.transfer.problems import ImportRefused, Problem, Problems
from webapp.transfer.reading import read_sheet
from webapp.transfer.resolving import Resolver, complete_encounters, complete_users
from webapp.transfer.state import State, merged, read_state
from webapp.transfer.writing import write_changes

_LOCK = b"encounters import"


@dataclass(frozen=True, slots=True)
class FileReport:
    """How many rows of a file were new, changed and unchanged."""

    file: str
    new: int
    changed: int
    unchanged: int

    def __str__(self) -> str:
        return f"{self.file}: {self.new} new, {self.changed} changed, {self.unchanged} unchanged"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do, a file at a time."""

    files: tuple[FileReport, ...]

    def lines(self) -> list[str]:
        """The report in words, a line for each file."""
        return [str(file) for file in self.files]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The state before and after, and for each file what is new, changed and unchanged."""

    before: State
    after: State
    changed: dict[str, list[UUID]]
    report: ImportReport


def import_folder(database: Database, folder: Path, *, dry_run: bool = False, weeks_later: int = 0) -> ImportReport:
    """Load the CSV files of a folder (the README's section "Data in and out"); all of it or nothing.

    `weeks_later` moves all dates: local times keep their time of the day. Raises ImportRefused with every problem,
    OSError for a folder or file that cannot be read, DatabaseAway.
    """
    problems = Problems(tuple(file.name for file in FILES))
    rows = _read_folder(folder, problems)
    problems.broken = frozenset(problem.file for problem in problems.found)
    with database.writing() as connection:
        database.one_at_a_time(connection, _LOCK)
        plan = _plan(connection, rows, weeks_later, problems)
        if not dry_run:
            _write(connection, plan)
    return plan.report


def _read_folder(folder: Path, problems: Problems) -> Rows:
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder}: there is no such folder")
    present = [file for file in FILES if (folder / file.name).exists()]
    if not present:
        names = ", ".join(file.name for file in FILES)
        raise ImportRefused([Problem(folder.name or str(folder), 1, None, f"the folder has none of {names}")])
    rows: Rows = {}
    for file in present:
        sheet = read_sheet(folder / file.name, file.required, file.optional, problems)
        rows[file.name] = understand(file, sheet, problems)
    return rows


def _plan(connection: Connection, told: Rows, weeks_later: int, problems: Problems) -> _Plan:
    rows: Rows = {file.name: told.get(file.name, []) for file in FILES}
    before = read_state(connection)
    after = State()
    after.centers = merged(CENTERS, before.centers, rows[CENTERS.name])
    resolver = Resolver(after.centers, weeks_later, problems)
    resolver.resolve_users(rows[USERS.name])
    resolver.resolve_encounters(rows[ENCOUNTERS.name], before.encounters)
    resolver.resolve_bookings(rows[BOOKINGS.name])
    after.users = merged(USERS, before.users, rows[USERS.name])
    complete_users(after.users, rows[USERS.name], before.users)
    after.encounters = merged(ENCOUNTERS, before.encounters, rows[ENCOUNTERS.name])
    complete_encounters(after.encounters, rows[ENCOUNTERS.name])
    after.bookings = merged(BOOKINGS, before.bookings, rows[BOOKINGS.name])
    check(after, rows, problems)
    problems.refuse_if_any()
    return _compare(before, after, rows, list(told))


def _compare(before: State, after: State, rows: Rows, present: Sequence[str]) -> _Plan:
    changed: dict[str, list[UUID]] = {}
    reports = []
    for file in FILES:
        old, new = before.table(file), after.table(file)
        ids = [row.id for row in rows[file.name]]
        changed[file.name] = [row_id for row_id in ids if new[row_id] != old.get(row_id)]
        added = sum(1 for row_id in ids if row_id not in old)
        updated = len(changed[file.name]) - added
        if file.name in present:
            reports.append(FileReport(file.name, added, updated, len(ids) - added - updated))
    return _Plan(before, after, changed, ImportReport(tuple(reports)))


def _write(connection: Connection, plan: _Plan) -> None:
    try:
        for file in FILES:
            write_changes(connection, file, plan.before, plan.after, plan.changed[file.name])
    except IntegrityError as error:
        words = "somebody changed the database meanwhile, and the two do not fit; import the folder again"
        raise ImportRefused([Problem("database", 1, None, words)]) from error
