"""The generated network is the same for the same words, imports as it is, and keeps what it promises."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.benchmark.world import FILES, Progress, Size, main, write_world
from webapp.checks import find_faults
from webapp.database import Database
from webapp.transfer import import_folder

ROOT = Path(__file__).resolve().parents[2]
WORDS = ["--centers", "10", "--students", "300", "--weeks", "3", "--seed", "7"]
SMALL = Size(centers=10, students=300, weeks=3, seed=7)
HASH = "$argon2id$v=19$m=19456,t=2,p=1$YIMJ7It2ipJCr3Sp/5W8nQ$HNAIc6bcnmhC01M+DpJLFAj1+FRUC7Jl50GmG5hjn+g"


def _write(folder: Path, size: Size = SMALL) -> dict[str, int]:
    return write_world(folder, size, Progress(io.StringIO()))


def _digests(folder: Path) -> list[str]:
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES]


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_words_give_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    rows = _write(tmp_path / "here")
    command = [sys.executable, "-m", "tests.benchmark.world", str(tmp_path / "there"), *WORDS]
    environ = {**os.environ, "PYTHONHASHSEED": "11", "TZ": "Asia/Tokyo"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == [f"{name}: {rows[name]} rows" for name in FILES]
    assert _digests(tmp_path / "here") == _digests(tmp_path / "there")
    _write(tmp_path / "other", Size(centers=10, students=300, weeks=3, seed=8))
    assert not set(_digests(tmp_path / "here")) & set(_digests(tmp_path / "other"))


def test_a_generated_network_imports_and_imports_again_as_unchanged(sqlite_database: Database, tmp_path: Path) -> None:
    rows = _write(tmp_path / "world")
    assert import_folder(sqlite_database, tmp_path / "world").lines() == [
        f"{name}: {rows[name]} new, 0 changed, 0 unchanged" for name in FILES
    ]
    assert import_folder(sqlite_database, tmp_path / "world").lines() == [
        f"{name}: 0 new, 0 changed, {rows[name]} unchanged" for name in FILES
    ]
    assert list(find_faults(sqlite_database)) == []


def test_classes_are_never_overfilled_and_nobody_is_in_one_twice(tmp_path: Path) -> None:
    _write(tmp_path)
    students = {row["id"] for row in _rows(tmp_path, "users.csv") if row["type"] == "Student"}
    bookings = [row for row in _rows(tmp_path, "bookings.csv") if row["is_cancelled"] == "false"]
    taken = Counter((row["encounter_id"], row["mode"]) for row in bookings)
    pairs = Counter((row["encounter_id"], row["student_id"]) for row in bookings)
    full = 0
    for row in _rows(tmp_path, "encounters.csv"):
        seats, standby = taken.pop((row["id"], "seat"), 0), taken.pop((row["id"], "standby"), 0)
        assert seats <= int(row["seats"])
        assert standby <= int(row["standby_seats"])
        full += seats == int(row["seats"])
    assert full
    assert not taken
    assert set(pairs.values()) == {1}
    assert {student for _, student in pairs} <= students


def test_people_are_where_they_are_looked_for(tmp_path: Path) -> None:
    _write(tmp_path)
    centers = [row["reference_id"] for row in _rows(tmp_path, "centers.csv")]
    users = {row["user_name"]: row for row in _rows(tmp_path, "users.csv")}
    assert users["network.manager"]["centers"].split(";") == centers
    for number, reference in enumerate(centers, 1):
        assert users[f"desk.{number:04d}"]["centers"] == reference
    assert users["student.000001"]["centers"].split(";")[0] == centers[0]
    assert sum(name.startswith("student.") for name in users) == SMALL.students
    assert "password_hash" not in users["student.000001"]


def test_everyone_gets_the_hash_that_is_given(tmp_path: Path) -> None:
    _write(tmp_path, Size(centers=2, students=5, weeks=1, password_hash=HASH))
    assert {row["password_hash"] for row in _rows(tmp_path, "users.csv")} == {HASH}


@pytest.mark.parametrize(("centers", "students"), [(1, 1), (40, 1), (5, 30), (450, 100)])
def test_any_size_will_do(centers: int, students: int, sqlite_database: Database, tmp_path: Path) -> None:
    size = Size(centers=centers, students=students, weeks=1, first_day=date(2027, 3, 24))
    rows = _write(tmp_path / "world", size)
    assert rows["centers.csv"] == centers
    assert rows["encounters.csv"] <= size.classes
    assert len(import_folder(sqlite_database, tmp_path / "world").lines()) == len(FILES)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["DIR", "--centers", "0"],
        ["DIR", "--students", "many"],
        ["DIR", "--first-day", "2026-02-30"],
        ["DIR", "--password-hash", "secret"],
    ],
)
def test_wrong_usage_is_reported(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path / "new") if word == "DIR" else word for word in words])
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_what_is_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "users.csv").write_text("kept")
    assert main([str(tmp_path), *WORDS]) == 1
    assert main([str(tmp_path / "users.csv"), *WORDS]) == 1
    held, blocked = capsys.readouterr().err.splitlines()
    assert held == f"dev.py world: {tmp_path} already holds users.csv"
    assert blocked.startswith(f"dev.py world: {tmp_path / 'users.csv'} cannot be written: ")
    assert [file.name for file in tmp_path.iterdir()] == ["users.csv"]
