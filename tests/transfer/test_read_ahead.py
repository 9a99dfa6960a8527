"""Large files are read by a process of their own, and nobody can tell the difference."""

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
    ahead = import_folder(database, folder).lines()
    with pytest.MonkeyPatch.context() as inline:
        inline.setattr("webapp.transfer.importing.LARGE_FILE_BYTES", 1_000_000)
        assert import_folder(other_database, folder).lines() == ahead
    assert content_of(database) == content_of(other_database)


def test_every_broken_folder_is_told_in_the_same_words(sqlite_database: Database, tmp_path: Path) -> None:
    told = 0
    for number, (file, old, new, problems) in enumerate(BROKEN.values()):
        folder = write(tmp_path / str(number), {**SOUND, file: SOUND[file].replace(old, new)})
        if problems:
            with pytest.raises(ImportRefused) as refused:
                import_folder(sqlite_database, folder)
            assert [str(problem) for problem in refused.value.problems] == problems
            told += 1
    assert told > 60


def test_a_reader_that_dies_or_cannot_read_on_is_an_error(tmp_path: Path) -> None:
    def die(_problems: Problems, _progress: OnProgress) -> Rows:
        yield 2, ("a row",)
        os._exit(3)

    def fail(_problems: Problems, _progress: OnProgress) -> Rows:
        yield 2, ("a row",)
        raise OSError("the disk is gone")

    for read, words in ((die, "ended before the file did"), (fail, "the disk is gone")):
        with pytest.raises(OSError, match=words):
            list(parse_in_child(read, tuple, Problems(), lambda _what, _share: None))


def test_a_reader_ends_with_whoever_reads(tmp_path: Path) -> None:
    def go_on(_problems: Problems, _progress: OnProgress) -> Rows:
        while True:
            yield os.getpid(), ("a row",)

    rows = parse_in_child(go_on, tuple, Problems(), lambda _what, _share: None)
    child, _ = next(rows)
    assert child != os.getpid()
    rows.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_an_elder_reader_ends_although_a_younger_one_goes_on(tmp_path: Path) -> None:
    def go_on(_problems: Problems, _progress: OnProgress) -> Rows:
        while True:
            yield os.getpid(), ("a row",)

    elder, younger = (parse_in_child(go_on, tuple, Problems(), lambda _what, _share: None) for _ in range(2))
    (first, _), (second, _) = next(elder), next(younger)
    elder.close()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert [next(younger)[0] for _ in range(100_000)] == [second] * 100_000
    younger.close()
