"""An import from its folder to its report: read, compare and check beside the database, then write in one piece."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.exc import IntegrityError

from webapp.accounts.people import network_version, take_turn
from webapp.database import Database
from webapp.transfer.ahead import OnProgress, Reader, read_ahead
from webapp.transfer.checking import check_ids, check_references, check_types
from webapp.transfer.comparing import Comparer, FileReport
from webapp.transfer.files import BOOKINGS, CENTERS, ENCOUNTERS, FILES, USERS, File
from webapp.transfer.messages import Message
from webapp.transfer.places import check_places
from webapp.transfer.problem_report import read_values
from webapp.transfer.problems import ImportRefused, Problems
from webapp.transfer.reading import Sheet
from webapp.transfer.resolving import Resolver, Rows
from webapp.transfer.stage import Stage, Values, open_stage
from webapp.transfer.understanding import understand
from webapp.transfer.uniqueness import check_unique
from webapp.transfer.writing import write_changes

# On SQLite nobody else writes while an import does: up to so many changes the wait is within a sign-in's patience.
UNNOTICED_CHANGES: Final = 300_000
LARGE_FILE_BYTES: Final = 4_000_000
_MOVED_A_SECOND, _CHANGES_A_SECOND = 180_000, 50_000
_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do, a file at a time."""

    files: tuple[FileReport, ...]

    def lines(self) -> list[str]:
        """The report in words, a line for each file."""
        return [str(file) for file in self.files]

    @property
    def changes(self) -> int:
        """The number of rows that are new or changed."""
        return sum(file.new + file.changed for file in self.files)


def import_folder(
    database: Database,
    folder: Path,
    *,
    dry_run: bool = False,
    weeks_later: int = 0,
    progress: OnProgress = lambda _what, _share: None,
    announce: Callable[[str], None] = lambda _words: None,
) -> ImportReport:
    """Load the CSV files of a folder (the README's section "Data in and out"); all of it or nothing.

    `weeks_later` moves all dates: local times keep their time of the day. `progress` hears what is being done and how
    much of it; `announce` hears beforehand if sign-ins must wait. Raises ImportRefused with every problem, OSError for
    a folder or file that cannot be read, DatabaseUnavailable.
    """
    present = _present_files(folder)
    for _ in range(_ATTEMPTS):
        with open_stage(database) as stage, _without_collector():
            preparation = _Preparation(stage, folder, present, weeks_later, progress)
            with database.within(stage.connection):
                version = network_version(stage.connection)
                report = preparation.prepare()
            if dry_run or not report.changes or _write(stage, version, report, progress, announce):
                return report
    raise _conflict(Message.OVERTAKEN)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of rows make no cycles; looking for them takes a fifth of the time of reading."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _present_files(folder: Path) -> tuple[File, ...]:
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder}: there is no such folder")
    present = tuple(file for file in FILES if (folder / file.name).exists())
    if not present:
        problems = Problems()
        names = ", ".join(file.name for file in FILES)
        problems.add(folder.name or str(folder), 1, None, Message.NO_FILES, None, {"files": names})
        raise ImportRefused(problems)
    return present


@dataclass(frozen=True, slots=True)
class _Preparation:
    """Everything that can be done before anybody has to wait."""

    stage: Stage
    folder: Path
    present: tuple[File, ...]
    weeks_later: int
    progress: OnProgress

    def prepare(self) -> ImportReport:
        """Put what changes on the stage. Raises ImportRefused."""
        problems = Problems(tuple(file.name for file in FILES))
        self.stage.start()
        reports = self._compare_all(problems)
        self.stage.finish()
        self.progress("checking", 0.0)
        check_ids(self.stage, problems)
        check_unique(self.stage, problems)
        check_references(self.stage, problems)
        check_types(self.stage, problems)
        check_places(self.stage, problems)
        if problems:
            read_values(problems, self.folder)
            raise ImportRefused(problems)
        return ImportReport(tuple(reports))

    def _compare_all(self, problems: Problems) -> list[FileReport]:
        stored, told = self.stage.all_stored(CENTERS), dict[bytes, Values]()
        place = CENTERS.place("id")

        def remembered(rows: Rows, problems: Problems) -> Rows:
            for line, row in rows:
                if told.setdefault(row[place], row) is not row:
                    problems.broken.add(CENTERS.name)  # an id twice: one of the two centers will be missed
                yield line, row

        reports = self._compare({CENTERS: remembered}, None, problems)
        resolver = Resolver(stored, told.values(), self.weeks_later)
        resolve = {
            USERS: resolver.resolve_users,
            ENCOUNTERS: resolver.resolve_encounters,
            BOOKINGS: resolver.resolve_bookings,
        }
        return reports + self._compare(resolve, resolver, problems)

    def _compare(
        self, resolve: Mapping[File, Callable[[Rows, Problems], Rows]], resolver: Resolver | None, problems: Problems
    ) -> list[FileReport]:
        """Compare some files, each in its turn: while one is compared, the others are read."""
        progress = self._reading()
        with ExitStack() as opened:
            comparers = []
            for file in resolve:
                if file in self.present:
                    rows = opened.enter_context(closing(self._rows(file, resolve[file], progress, problems)))
                    comparers.append(Comparer(self.stage, file, rows, resolver))
            waiting = comparers
            while waiting:
                waiting = [comparer for comparer in waiting if comparer.compare_some()]
            return [comparer.report for comparer in comparers]

    def _rows(
        self, file: File, resolve: Callable[[Rows, Problems], Rows], progress: OnProgress, problems: Problems
    ) -> Reader:
        path = self.folder / file.name

        def read(problems: Problems, progress: OnProgress) -> Reader:
            with closing(Sheet(path, file.required, file.optional, problems)) as sheet:
                yield from resolve(understand(file, sheet.columns, sheet.rows(progress), problems), problems)

        is_large = file is not CENTERS and path.stat().st_size >= LARGE_FILE_BYTES and hasattr(os, "fork")
        return read_ahead(read, problems, progress) if is_large else read(problems, progress)

    def _reading(self) -> OnProgress:
        """Hears how far each file is, and tells how far all of them are."""
        sizes = {file.name: (self.folder / file.name).stat().st_size for file in self.present}
        shares: dict[str, float] = {}

        def hear(name: str, share: float) -> None:
            shares[name] = share
            self.progress("reading", sum(sizes[name] * share for name, share in shares.items()) / sum(sizes.values()))

        return hear


def _write(
    stage: Stage, version: int, report: ImportReport, progress: OnProgress, announce: Callable[[str], None]
) -> bool:
    """Write what was prepared on this version of the network; False if it is not that version any more."""
    if stage.database.is_sqlite and report.changes > UNNOTICED_CHANGES:
        seconds = report.changes // (_MOVED_A_SECOND if stage.has_twin(BOOKINGS) else _CHANGES_A_SECOND)
        announce(f"writing {report.changes:,} changes; sign-ins may have to wait for about {seconds} seconds")
    progress("writing", 0.0)
    try:
        with stage.writing():
            if take_turn(stage.connection) != version:
                return False
            write_changes(stage)
    except IntegrityError as error:
        raise _conflict(Message.DOES_NOT_FIT) from error
    return True


def _conflict(message: Message) -> ImportRefused:
    problems = Problems()
    problems.add("database", 1, None, message)
    return ImportRefused(problems)
