"""Large files are parsed in child processes, with the same rows, problems and errors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.transfer.folders import SOUND, content_of, write
from tests.transfer.test_broken_folders import BROKEN
from webapp.database import Database
from webapp.transfer import ImportRefused, import_folder
from webapp.transfer.csv.parallel import OnProgress, Rows, parse_in_child
from webapp.transfer.problems import Problems


@pytest.fixture(autouse=True)
def all_files_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few bytes they have."""
    monkeypatch.setattr("webapp.transfer.importing.LARGE_FILE_BYTES", 0)


def test_a_sound_folder_brings_the_same(database: Database, other_database: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", dict(SOUND))
    parallel = import_folder(database, folder).lines()
    with pytest.MonkeyPatch.context() as inline:
        inline.setattr("webapp.transfer.importing.LARGE_FILE_BYTES", 1_000_000)
        assert import_folder(other_database, folder).lines() == parallel
    assert content_of(database) == content_of(other_database)


@pytest.mark.slow
def test_every_broken_folder_is_reported_in_the_same_words(sqlite_database: Database, tmp_path: Path) -> None:
    reported = 0
    for number, (file, old, new, problems) in enumerate(BROKEN.values()):
        folder = write(tmp_path / str(number), {**SOUND, file: SOUND[file].replace(old, new)})
        if problems:
            with pytest.raises(ImportRefused) as refused:
                import_folder(sqlite_database, folder)
            assert [str(problem) for problem in refused.value.problems] == problems
            reported += 1
    assert reported > 60


def test_a_child_that_dies_or_cannot_read_on_is_an_error(tmp_path: Path) -> None:
    def die(_problems: Problems, _progress: OnProgress) -> Rows:
        yield 2, ("a row",)
        os._exit(3)

    def fail(_problems: Problems, _progress: OnProgress) -> Rows:
        yield 2, ("a row",)
        raise OSError("the disk is gone")

    for read, words in ((die, "ended before the file did"), (fail, "the disk is gone")):
        with pytest.raises(OSError, match=words):
            list(parse_in_child(read, tuple, Problems(), lambda _what, _share: None))


def test_a_child_ends_when_its_rows_are_no_longer_wanted(tmp_path: Path) -> None:
    def go_on(_problems: Problems, _progress: OnProgress) -> Rows:
        while True:
            yield os.getpid(), ("a row",)

    rows = parse_in_child(go_on, tuple, Problems(), lambda _what, _share: None)
    child, _ = next(rows)
    assert child != os.getpid()
    rows.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_one_child_ends_while_another_goes_on(tmp_path: Path) -> None:
    def go_on(_problems: Problems, _progress: OnProgress) -> Rows:
        while True:
            yield os.getpid(), ("a row",)

    first_rows, second_rows = (parse_in_child(go_on, tuple, Problems(), lambda _what, _share: None) for _ in range(2))
    (first, _), (second, _) = next(first_rows), next(second_rows)
    first_rows.close()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert [next(second_rows)[0] for _ in range(100_000)] == [second] * 100_000
    second_rows.close()
