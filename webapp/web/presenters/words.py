"""Words that every screen shares: days, times of day, time zones, counts, and the sign for nothing."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Final

NOTHING: Final = "—"

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_date(day: date) -> str:
    """A date without its weekday: 24 Nov 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@lru_cache(maxsize=1_000)
def format_day(day: date) -> str:
    """A date with its weekday: Tue 24 Nov 2026."""
    return f"{_WEEKDAYS[day.weekday()]} {format_date(day)}"


def format_time_span(starts_at: datetime, ends_at: datetime) -> str:
    """Start and end, given in the same time zone: 18:00–19:00, with the weekday if it ends on another day."""
    weekday = "" if starts_at.date() == ends_at.date() else f" {_WEEKDAYS[ends_at.weekday()]}"
    return f"{_clock(starts_at)}–{_clock(ends_at)}{weekday}"


def format_zone(moment: datetime, name: str) -> str:
    """The time zone `name` as it applies at `moment`: CET · Europe/Rome, or the offset if it has no abbreviation."""
    abbreviation = moment.tzname() or ""
    if not abbreviation.isalpha():
        offset = moment.strftime("%z")
        abbreviation = f"UTC{offset[:3]}:{offset[3:]}"
    return abbreviation if abbreviation == name else f"{abbreviation} · {name}"


def _clock(moment: datetime) -> str:
    return moment.isoformat()[11:16]  # strftime takes five times as long, and tables have hundreds of times


def format_count(number: int, noun: str, plural_ending: str = "s") -> str:
    """A number and its noun: 1 class, 1,200 classes."""
    return f"{number:,} {noun}{'' if number == 1 else plural_ending}"
