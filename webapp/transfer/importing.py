"""An import from its folder to its report: parse, merge and check beside the database, then write in one piece."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from webapp.database import Database
from webapp.network import Changes, find_changes, lock_network, network_version
from webapp.transfer.checks.capacity import check_capacity
from webapp.transfer.checks.recheck import fits
from webapp.transfer.checks.references import check_references, check_types
from webapp.transfer.checks.uniqueness import check_ids, check_unique
from webapp.transfer.csv.context import Context
from webapp.transfer.csv.parallel import OnProgress, Rows, parse_in_child
from webapp.transfer.csv.parsing import parse_rows, schedule
from webapp.transfer.csv.reading import Sheet
from webapp.transfer.files import BOOKINGS, CENTERS, ENCOUNTERS, FILES, USERS, CenterRow, File
from webapp.transfer.messages import Message
from webapp.transfer.problem_report import read_values
from webapp.transfer.problems import ImportRefused, Problems
from webapp.transfer.staging.merging import FileReport, Merger, merge_changes
from webapp.transfer.staging.stage import Stage, open_stage
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

    `weeks_later` moves all dates: local times keep their time of the day. `progress` is called with what is being done
    and how much of it; `announce`, before that, with words if sign-ins must wait. Raises ImportRefused with every
    problem, OSError for a folder or file that cannot be read, DatabaseUnavailable.
    """
    present = _present_files(folder)
    for _ in range(_ATTEMPTS):
        with open_stage(database) as stage, _without_collector():
            preparation = _Preparation(stage, folder, present, weeks_later, progress)
            with stage.preparing():
                version = network_version(stage.connection)
                report = preparation.prepare()
            if dry_run or not report.changes or _write(stage, version, report, progress, announce):
                return report
    problems = Problems()
    problems.add("database", 1, None, Message.OVERTAKEN)
    raise ImportRefused(problems)


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
        """Stage what changes. Raises ImportRefused."""
        problems = Problems(tuple(file.name for file in FILES))
        self.stage.make_tables()
        reports = self._merge_all(problems)
        self.stage.index()
        self.progress("checking", 0.0)
        for check in (check_ids, check_unique, check_references, check_types, check_capacity):
            check(self.stage, problems)
        if problems:
            read_values(problems, self.folder)
            raise ImportRefused(problems)
        return ImportReport(tuple(reports))

    def _merge_all(self, problems: Problems) -> list[FileReport]:
        """Centers first: rows of the other files are parsed with them."""
        in_file = dict[bytes, CenterRow]()
        stored = [CenterRow._make(values) for values in self.stage.fetch(CENTERS.table, CENTERS.stored)]

        def remember(rows: Rows) -> Rows:
            for line, row in rows:
                if in_file.setdefault(row.id, row) is not row:
                    problems.broken.add(CENTERS.name)  # an id twice: one of the two centers will be missing
                yield line, row

        reports = self._merge([CENTERS], Context(), problems, remember)
        after = (*in_file.values(), *(row for row in stored if row.id not in in_file))
        return reports + self._merge([USERS, ENCOUNTERS, BOOKINGS], Context(after, self.weeks_later), problems)

    def _merge(
        self, files: Sequence[File], context: Context, problems: Problems, passing: Callable[[Rows], Rows] = iter
    ) -> list[FileReport]:
        """Merge some files, each in its turn: while one is merged, the others are parsed."""
        progress = self._reading()
        with ExitStack() as opened:
            mergers = []
            for file in files:
                if file in self.present:
                    rows = opened.enter_context(closing(self._rows(file, context, progress, problems)))
                    mergers.append(Merger(self.stage, file, passing(rows), context))
            waiting = mergers
            while waiting:
                waiting = [merger for merger in waiting if merger.merge_some()]
            return [merger.report for merger in mergers]

    def _rows(self, file: File, context: Context, progress: OnProgress, problems: Problems) -> Any:
        path = self.folder / file.name

        def parse(problems: Problems, progress: OnProgress) -> Rows:
            with closing(Sheet(path, file.required, file.optional, problems)) as sheet:
                rows = parse_rows(file, sheet.columns, sheet.rows(progress), context, problems)
                yield from schedule(rows, context, problems) if file is ENCOUNTERS else rows

        is_large = file is not CENTERS and path.stat().st_size >= LARGE_FILE_BYTES and hasattr(os, "fork")
        return parse_in_child(parse, file.row, problems, progress) if is_large else parse(problems, progress)

    def _reading(self) -> OnProgress:
        """Progress of each file, shown as that of all of them."""
        sizes = {file.name: (self.folder / file.name).stat().st_size for file in self.present}
        shares: dict[str, float] = {}

        def reach(name: str, share: float) -> None:
            shares[name] = share
            self.progress("reading", sum(sizes[name] * share for name, share in shares.items()) / sum(sizes.values()))

        return reach


def _write(
    stage: Stage, version: int, report: ImportReport, progress: OnProgress, announce: Callable[[str], None]
) -> bool:
    """Write what was prepared on this version of the network; False if it does not fit what others changed since."""
    if stage.database.is_sqlite and report.changes > UNNOTICED_CHANGES:
        seconds = report.changes // (_MOVED_A_SECOND if BOOKINGS in stage.twins else _CHANGES_A_SECOND)
        announce(f"writing {report.changes:,} changes; sign-ins may have to wait for about {seconds} seconds")
    progress("writing", 0.0)
    changes: Changes | None = None
    try:
        with stage.writing():
            changes = find_changes(stage.connection, version, until=lock_network(stage.connection))
            if changes is None or (changes.has_changes and not merge_changes(stage, changes)):
                raise _Overtaken
            write_changes(stage)
            if changes.has_changes and not fits(stage.connection, changes):
                raise _Overtaken
    except _Overtaken:
        return False
    except IntegrityError:
        if changes is None or not changes.has_changes:
            raise  # nobody else caused it: preparing again would end the same way
        return False
    return True


class _Overtaken(Exception):
    """What others have changed since an import was prepared does not fit together with it."""
