"""The measurement of requests counts only right answers, says what it found, and starts from the world it promises."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from csv import DictReader
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from http.client import HTTPMessage
from pathlib import Path
from typing import cast

import pytest

from tests.benchmark.asking import Answer, Wrong, look_at
from tests.benchmark.bench import measure
from tests.benchmark.cast import count_found, load_cast
from tests.benchmark.classes import MOST_SEATS_AHEAD
from tests.benchmark.kept import first_day, keep_database, keep_world
from tests.benchmark.rounds import FRESH, KEPT, Course, Effort, ratio
from tests.benchmark.serving import Running
from tests.benchmark.table import Line, Measured, print_table
from tests.benchmark.works import NAMES, Work, build_works
from tests.benchmark.world import Progress, Size, write_world

WEDNESDAY = date(2026, 11, 25)
TINY = Size(centers=3, students=600, weeks=12, first_day=first_day(WEDNESDAY, 12))
BRIEF = Effort(warm_up=4, rounds=1, budget=0.02, starts=1)


@pytest.fixture
def tiny_world(tmp_path: Path) -> Path:
    """A network whose middle week is that of a Wednesday."""
    write_world(tmp_path / "world", TINY, Progress(io.StringIO()))
    return tmp_path / "world"


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(DictReader(lines))


def test_half_of_the_classes_lie_behind_and_nobody_holds_more_than_a_few_seats_ahead(tmp_path: Path) -> None:
    write_world(tmp_path, Size(centers=2, students=300, first_day=first_day(WEDNESDAY)), Progress(io.StringIO()))
    classes = _rows(tmp_path / "encounters.csv")
    monday = str(WEDNESDAY - timedelta(days=2))
    ahead = {it["id"] for it in classes if it["starts_at"] >= monday}
    assert len(ahead) / len(classes) == pytest.approx(0.5, abs=0.01)
    seats = Counter(
        it["student_id"]
        for it in _rows(tmp_path / "bookings.csv")
        if it["encounter_id"] in ahead and (it["mode"], it["is_cancelled"]) == ("seat", "false")
    )
    assert max(seats.values()) == MOST_SEATS_AHEAD


@pytest.mark.slow
def test_the_typical_student_of_the_small_network_has_six_seats_ahead_and_about_fifty_rows(tmp_path: Path) -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    size = Size(centers=4, students=2000, first_day=first_day(WEDNESDAY))
    write_world(tmp_path, size, Progress(io.StringIO()))
    people = load_cast(tmp_path, size, now)
    places = people.world.places_of[people.typical.id]
    held = [people.world.encounter_of_id[it.encounter_id] for it in places if it.mode == "seat"]
    assert sum(it.starts_at > now and not it.is_cancelled for it in held) == 6
    assert 47 <= people.rows(people.typical, now) <= 53
    assert 1 <= people.rows(people.quiet, now) <= 8
    found = {work.name: work.rows for work in build_works(people, tmp_path / "users.csv") if isinstance(work.rows, int)}
    assert found["search-nobody"] == 0
    assert found["search-empty"] == found["search-two"] == 50
    assert 0 < found["search-one"] <= found["search-all"] <= 50


@pytest.mark.slow
def test_a_tiny_network_is_measured_every_row_is_printed_and_the_database_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measured = measure("sqlite", tmp_path, TINY, BRIEF)
    (kept,) = tmp_path.iterdir()
    assert f"importing {kept.name} into sqlite ..." in capsys.readouterr().err.splitlines()
    assert [(line.name, line.wrong) for line in measured.lines() if line.wrong] == []
    assert [line.name for line in measured.lines()] == [
        *NAMES,
        *("search-ratio", "one-more-json", "one-more-part", "memory", "start"),
    ]
    print_table(measured)
    printed = capsys.readouterr().out.splitlines()
    titles = [line.split("|")[1].strip() for line in printed if line.startswith("| ")]
    assert titles == ["Work", *(line.title for line in measured.lines())]
    assert json.loads(json.dumps(measured.as_json()))["lines"][0]["name"] == "json"
    with keep_database(kept, "sqlite") as database:
        assert database.ready.rows == sum(len(_rows(file)) for file in (kept / "world").iterdir())
    assert capsys.readouterr().err == ""


def test_networks_of_earlier_weeks_are_removed_and_this_weeks_stays(tmp_path: Path) -> None:
    size = Size(centers=1, students=5, weeks=2, first_day=date(2026, 11, 16))
    earlier = keep_world(tmp_path, size)
    (tmp_path / "notes.txt").write_text("kept")
    assert keep_world(tmp_path, size) == earlier
    later = keep_world(tmp_path, Size(centers=1, students=5, weeks=2, first_day=date(2026, 11, 23)))
    assert sorted(tmp_path.iterdir()) == sorted([later, tmp_path / "notes.txt"])


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2026, 11, 29)])
def test_the_first_of_52_weeks_begins_26_weeks_before_this_one(today: date) -> None:
    assert first_day(today) == date(2026, 5, 25)


def _course(*seconds: float, wrong: str = "") -> Course:
    course = Course("one", Running(0, 0), lambda: ("/", {}), lambda _answers, _since: None, wrong=wrong)
    course.seconds[KEPT] = list(seconds)
    return course


def test_a_ratio_is_the_median_of_those_of_the_rounds() -> None:
    floor = _course(1.0, 2.0, 1.0)
    assert ratio(_course(5.0, 6.0, 40.0), floor) == 5.0
    assert ratio(_course(), floor) is None
    assert ratio(_course(5.0, 6.0, 40.0), floor, FRESH) is None
    assert ratio(_course(5.0, wrong="503 instead of 200"), floor) is None


def _answer(status: int, body: bytes) -> Answer:
    return Answer(status, cast(HTTPMessage, Message()), body)


@pytest.mark.parametrize(
    ("name", "status", "body", "reason"),
    [
        ("json", 200, b'[{"UnitNumber":1}]', "1 rows instead of 2"),
        ("json", 503, b'[{"UnitNumber":1},{"UnitNumber":2}]', "503 instead of 200"),
        ("json-304", 200, b"", "200 instead of 304"),
        ("json-304", 304, b"[]", "2 bytes with 304"),
        ("search-one", 200, b'<tr data-user-id="1">', "1 rows instead of 2"),
        ("part", 200, b'<a data-encounter-id="1"><tr id="c-1" data-encounter-id="1">', "1 rows instead of 2"),
    ],
)
def test_a_wrong_answer_does_not_count(
    name: str, status: int, body: bytes, reason: str, works: Callable[[str], Work]
) -> None:
    with pytest.raises(Wrong) as wrong:
        look_at(works(name), [_answer(status, body)], {2})
    assert str(wrong.value) == reason


def test_right_answers_count(works: Callable[[str], Work]) -> None:
    look_at(works("json"), [_answer(200, b'[{"UnitNumber":1},{"UnitNumber":2}]')] * 2, {2, 3})
    look_at(works("json-304"), [_answer(304, b"")], {2})


@pytest.fixture
def works(tiny_world: Path) -> Callable[[str], Work]:
    """The kinds of requests by name."""
    people = load_cast(tiny_world, TINY, datetime(2026, 11, 25, 12, tzinfo=UTC))
    made = {work.name: work for work in build_works(people, tiny_world / "users.csv")}
    assert tuple(made) == NAMES
    return made.__getitem__


def test_the_word_of_four_letters_is_looked_for_in_every_field(tiny_world: Path) -> None:
    students = [it for it in _rows(tiny_world / "users.csv") if it["type"] == "Student" and it["active"] == "true"]
    assert count_found(tiny_world / "users.csv", students[0]["student_code"]) == 1
    assert count_found(tiny_world / "users.csv", "") == 50


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (Line("json", "JSON", 6.0, 6), "pass"),
        (Line("json", "JSON", 6.1, 6), "miss"),
        (Line("import", "rows", 39_999, 40_000, at_least=True), "miss"),
        (Line("import", "rows", 40_000, 40_000, at_least=True), "pass"),
        (Line("json-few", "JSON", 3.0), ""),
        (Line("json", "JSON", None, 6, wrong="503 instead of 200"), "WRONG: 503 instead of 200"),
    ],
)
def test_a_line_says_whether_it_is_good_enough(line: Line, verdict: str) -> None:
    assert line.verdict == verdict


@pytest.mark.parametrize(("reason", "is_wrong"), [("", False), ("503 instead of 200", True)])
def test_one_wrong_answer_makes_the_whole_run_wrong(works: Callable[[str], Work], reason: str, is_wrong: bool) -> None:
    asked = {"json": (works("json"), _course(5.0, wrong=reason)), "part": (works("part"), _course(5.0))}
    measured = Measured("sqlite", "a network", _course(1.0), asked, None, (50, 5), 100.0, 0.5, None)
    assert measured.is_wrong == is_wrong
    assert measured.lines()[0].verdict == (f"WRONG: {reason}" if reason else "pass")
