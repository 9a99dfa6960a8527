"""Parsers of cells: trimmed text to a value in the form in which rows of both databases are compared, or WrongCell.

GUIDs are 16 bytes, moments whole seconds since 1970 (UTC), days ISO text, booleans 1 or 0.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from argon2 import Type, extract_parameters
from argon2.exceptions import InvalidHashError

from webapp.accounts.users import UserRefused, refuse_user_name
from webapp.text import LONGEST_IDENTIFIER, LONGEST_TEXT, forbidden_character, name_key, stored_form
from webapp.transfer.messages import Message, suggest
from webapp.transfer.problems import WrongCell

DAY_SECONDS: Final = 86_400
_MOST_MEMORY_KIB, _MOST_ROUNDS = 1024 * 1024, 64
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 9999
_EARLIEST, _LATEST = (timegm((year, 1, 1, 0, 0, 0)) for year in (_EARLIEST_YEAR, _LATEST_YEAR))

_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME_OF_DAY: Final = re.compile(
    r"[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?(Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))?", re.ASCII
)


def guid(text: str) -> bytes:
    """A GUID in any letter case."""
    # Millions of cells come here: this is a sixth of what a regular expression and UUID() cost.
    if len(text) == 36 and text[8:24:5] == "----":
        try:
            value = bytes.fromhex(text.replace("-", ""))
        except ValueError:
            value = b""
        if len(value) == 16:  # fromhex skips spaces
            return value
    raise WrongCell(Message.NOT_A_GUID)


def plain_text(text: str) -> str:
    """Text in NFC, of at most 200 characters, none of them a control character."""
    normal = stored_form(text)
    forbidden = forbidden_character(normal)
    if forbidden:
        raise WrongCell(Message.FORBIDDEN_CHARACTER, character=forbidden)
    if len(normal) > LONGEST_TEXT:
        raise WrongCell(Message.TOO_LONG, length=len(normal), longest=LONGEST_TEXT)
    return normal


def reference_id(text: str) -> str:
    """The text by which files name a center."""
    if ";" in text:
        raise WrongCell(Message.SEMICOLON)
    return plain_text(text)


def user_name(text: str) -> str:
    """A user name that an address can carry."""
    normal = plain_text(text)
    try:
        refuse_user_name(normal)
    except UserRefused as refused:
        raise WrongCell(Message.NOT_A_USER_NAME, longest=LONGEST_IDENTIFIER) from refused
    return normal


def email(text: str) -> str:
    """An e-mail address; its form is not checked, its folded form must fit."""
    normal = plain_text(text)
    if len(name_key(normal)) > LONGEST_TEXT:
        raise WrongCell(Message.TOO_LONG_FOLDED, longest=LONGEST_TEXT)
    return normal


def number(low: int, high: int) -> Callable[[str], int]:
    """A whole number from `low` to `high`, in ASCII digits."""

    def parse(text: str) -> int:
        if not _NUMBER.fullmatch(text) or not low <= int(text) <= high:
            raise WrongCell(Message.NOT_A_NUMBER, low=low, high=high)
        return int(text)

    return parse


def boolean(text: str) -> int:
    """true or false."""
    if text not in {"true", "false"}:
        raise WrongCell(Message.NOT_A_BOOLEAN)
    return int(text == "true")


def one_of(values: type[StrEnum]) -> Callable[[str], str]:
    """One of the values of an enumeration."""

    def parse(text: str) -> str:
        if text not in {str(value) for value in values}:
            raise WrongCell(Message.NOT_ONE_OF, hint=suggest(text, [str(value) for value in values]))
        return text

    return parse


def time_zone(text: str) -> str:
    """The IANA name of a time zone."""
    if text not in _zones():
        raise WrongCell(Message.NOT_A_TIME_ZONE, hint=suggest(text, sorted(_zones()), show_all=False))
    return text


def day(text: str) -> str:
    """A calendar day, YYYY-MM-DD."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise WrongCell(Message.NOT_A_DAY)


def time(text: str) -> tuple[int, bool]:
    """A day and a time of it: the seconds since 1970, and whether they are local because no offset was written."""
    midnight, of_day = _midnight(text[:10]), _time_of_day(text[10:])
    if midnight is None or of_day is None:
        raise WrongCell(Message.NOT_A_TIME)
    if not _EARLIEST <= midnight < _LATEST:
        raise WrongCell(Message.TIME_OUT_OF_RANGE, first=_EARLIEST_YEAR, last=_LATEST_YEAR - 1)
    seconds, is_local = of_day
    return midnight + seconds, is_local


def argon2id_hash(text: str) -> str:
    """An argon2id hash in PHC spelling, not so costly that verifying it would stop the server."""
    try:
        parameters = extract_parameters(text)
    except InvalidHashError:
        raise WrongCell(Message.NOT_A_HASH) from None
    if parameters.type is not Type.ID:
        raise WrongCell(Message.NOT_ARGON2ID)
    if parameters.memory_cost > _MOST_MEMORY_KIB or parameters.time_cost > _MOST_ROUNDS:
        raise WrongCell(Message.COSTLY_HASH, memory=_MOST_MEMORY_KIB, rounds=_MOST_ROUNDS)
    return text


def in_zone(local: int, zone_name: str) -> int:
    """The moment of a local time, both in seconds since 1970.

    Raises WrongCell where a change of the clocks skips or doubles it.
    """
    offset = _offset_of_day(local // DAY_SECONDS, zone_name)
    return _in_zone(local, zone_name) if offset is None else local - offset


@lru_cache(maxsize=20_000)
def _offset_of_day(day_number: int, zone_name: str) -> int | None:
    """The seconds between a zone and UTC (east: positive) all day; None on a day on which its clocks change."""
    noon = day_number * DAY_SECONDS + DAY_SECONDS // 2
    zone = ZoneInfo(zone_name)
    around = (noon + hours * 3600 for hours in range(-36, 37))
    offsets = {datetime.fromtimestamp(moment, zone).utcoffset() for moment in around}
    only = offsets.pop()
    return None if offsets or only is None else int(only.total_seconds())


def _in_zone(local: int, zone_name: str) -> int:
    naive = datetime.fromtimestamp(local, UTC).replace(tzinfo=None)
    zone = ZoneInfo(zone_name)
    early, late = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None) != naive:
        raise WrongCell(Message.SKIPPED_TIME, zone=zone_name)
    if early != late:
        raise WrongCell(Message.DOUBLED_TIME, zone=zone_name)
    return timegm(early.timetuple())


@lru_cache(maxsize=10_000)
def _midnight(text: str) -> int | None:
    """The first second of a day, as if it were in UTC."""
    try:
        return timegm(date.fromisoformat(text).timetuple()) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


@lru_cache(maxsize=20_000)
def _time_of_day(text: str) -> tuple[int, bool] | None:
    """Seconds since midnight, in UTC if an offset is written, and whether none is."""
    match = _TIME_OF_DAY.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, offset, sign, offset_hours, offset_minutes = match.groups()
    since = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    if sign:
        east = int(offset_hours) * 3600 + int(offset_minutes) * 60
        since -= east if sign == "+" else -east
    return since, offset is None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
