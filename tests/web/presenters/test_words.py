"""Days, times, zones and counts in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from webapp.web.presenters.words import format_count, format_date, format_day, format_time_span, format_zone


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "Tue 24 Nov 2026"),
        (date(2027, 1, 1), "Fri 1 Jan 2027"),
        (date(2028, 2, 29), "Tue 29 Feb 2028"),
        (date(1900, 1, 1), "Mon 1 Jan 1900"),
        (date(9998, 12, 31), "Thu 31 Dec 9998"),
    ],
)
def test_a_day_has_its_weekday_and_its_year(day: date, words: str) -> None:
    assert format_day(day) == words
    assert format_date(day) == words.split(" ", 1)[1]


def test_the_days_of_a_week_and_the_months_of_a_year_are_named_in_order() -> None:
    monday = date(2026, 11, 23)
    weekdays = [format_day(monday + timedelta(days=number)).split()[0] for number in range(7)]
    assert weekdays == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    months = [format_date(date(2026, month, 1)).split()[1] for month in range(1, 13)]
    assert months == ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.mark.parametrize(
    ("starts_at", "minutes", "words"),
    [
        ("2026-11-24T18:00", 60, "18:00–19:00"),
        ("2026-11-24T08:05", 45, "08:05–08:50"),
        ("2026-11-24T23:00", 59, "23:00–23:59"),
        ("2026-11-24T23:00", 60, "23:00–00:00 Wed"),
        ("2026-11-29T22:30", 600, "22:30–08:30 Mon"),
    ],
)
def test_a_time_span_names_the_day_of_its_end_only_if_it_is_another(starts_at: str, minutes: int, words: str) -> None:
    start = datetime.fromisoformat(starts_at)
    assert format_time_span(start, start + timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "words"),
    [
        ("2026-03-29T00:30", "2026-03-29T01:30", "01:30–03:30"),  # 02:00 to 03:00 does not exist
        ("2026-10-25T00:30", "2026-10-25T01:30", "02:30–02:30"),  # 02:00 to 03:00 happens twice
    ],
)
def test_a_time_span_across_a_clock_change_shows_both_clocks(starts_at: str, ends_at: str, words: str) -> None:
    rome = ZoneInfo("Europe/Rome")
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(rome) for text in (starts_at, ends_at))
    assert format_time_span(start, end) == words


@pytest.mark.parametrize(
    ("zone", "moment", "words"),
    [
        ("Europe/Rome", "2026-01-15T12:00", "CET · Europe/Rome"),
        ("Europe/Rome", "2026-07-15T12:00", "CEST · Europe/Rome"),
        ("Europe/Rome", "2026-03-29T00:59", "CET · Europe/Rome"),
        ("Europe/Rome", "2026-03-29T01:00", "CEST · Europe/Rome"),
        ("Europe/Rome", "2026-10-25T00:59", "CEST · Europe/Rome"),
        ("Europe/Rome", "2026-10-25T01:00", "CET · Europe/Rome"),
        ("Europe/Lisbon", "2026-01-15T12:00", "WET · Europe/Lisbon"),
        ("Asia/Kolkata", "2026-01-15T12:00", "IST · Asia/Kolkata"),
        ("UTC", "2026-01-15T12:00", "UTC"),
        ("Etc/UTC", "2026-01-15T12:00", "UTC · Etc/UTC"),
    ],
)
def test_a_zone_shows_the_abbreviation_in_force(zone: str, moment: str, words: str) -> None:
    assert format_zone(datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)), zone) == words


@pytest.mark.parametrize(
    ("zone", "moment", "words"),
    [
        ("America/Sao_Paulo", "2026-01-15T12:00", "UTC-03:00 · America/Sao_Paulo"),
        ("Asia/Tashkent", "2026-01-15T12:00", "UTC+05:00 · Asia/Tashkent"),
        ("Asia/Kathmandu", "2026-01-15T12:00", "UTC+05:45 · Asia/Kathmandu"),
        ("Australia/Lord_Howe", "2026-01-15T12:00", "UTC+11:00 · Australia/Lord_Howe"),
        ("Australia/Lord_Howe", "2026-07-15T12:00", "UTC+10:30 · Australia/Lord_Howe"),
        ("Pacific/Marquesas", "2026-01-15T12:00", "UTC-09:30 · Pacific/Marquesas"),
        ("Etc/GMT-14", "2026-01-15T12:00", "UTC+14:00 · Etc/GMT-14"),
    ],
)
def test_a_zone_without_an_abbreviation_shows_its_offset(zone: str, moment: str, words: str) -> None:
    assert format_zone(datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)), zone) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 classes"), (1, "1 class"), (2, "2 classes"), (11, "11 classes"), (1001, "1,001 classes")],
)
def test_only_one_of_a_thing_is_singular(number: int, words: str) -> None:
    assert format_count(number, "class", "es") == words
    assert format_count(number, "seat") == words.replace("classes", "seats").replace("class", "seat")
