"""Cells as typed values: each parser takes the trimmed text of a cell that is not empty, or raises WrongCell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from argon2 import Type, extract_parameters
from argon2.exceptions import InvalidHashError

from webapp.accounts.people import PersonRefused, refuse_user_name
from webapp.text import forbidden_character, name_key, parse_guid
from webapp.transfer.problems import WrongCell

LONGEST_TEXT: Final = 200
_MOST_MEMORY_KIB, _MOST_ROUNDS = 1024 * 1024, 64

_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time as written: with `moment` (UTC) if it had an offset, else `local` to somewhere."""

    moment: datetime | None
    local: datetime

    def later(self, weeks: int) -> WrittenTime:
        """The same time of the day so many weeks later."""
        step = timedelta(weeks=weeks)
        return WrittenTime(self.moment and self.moment + step, self.local + step)


def guid(text: str) -> UUID:
    """A GUID in any letter case."""
    parsed = parse_guid(text)
    if parsed is None:
        raise WrongCell(f"{text!r} is not a GUID (8-4-4-4-12 hex digits)")
    return parsed


def plain_text(text: str) -> str:
    """Text in NFC, of at most 200 characters, none of them a control character."""
    normal = unicodedata.normalize("NFC", text)
    forbidden = forbidden_character(normal)
    if forbidden:
        raise WrongCell(f"{text!r} holds the forbidden character {forbidden}")
    if len(normal) > LONGEST_TEXT:
        raise WrongCell(f"{text[:40] + '…'!r} has {len(normal)} characters; allowed: at most {LONGEST_TEXT}")
    return normal


def user_name(text: str) -> str:
    """A user name that an address can carry."""
    normal = plain_text(text)
    try:
        refuse_user_name(normal)
    except PersonRefused as refused:
        raise WrongCell(str(refused).removeprefix("user_name: ")) from refused
    return normal


def email(text: str) -> str:
    """An e-mail address; its form is not checked, its folded form must fit."""
    normal = plain_text(text)
    if len(name_key(normal)) > LONGEST_TEXT:
        raise WrongCell(f"{text!r} is longer than {LONGEST_TEXT} characters once its letter case is folded")
    return normal


def number(low: int, high: int) -> Callable[[str], int]:
    """A whole number from `low` to `high`, in ASCII digits."""

    def parse(text: str) -> int:
        if not _NUMBER.fullmatch(text) or not low <= int(text) <= high:
            raise WrongCell(f"{text!r} is not allowed; allowed: a whole number from {low} to {high}")
        return int(text)

    return parse


def truth(text: str) -> bool:
    """true or false."""
    if text not in {"true", "false"}:
        raise WrongCell(f"{text!r} is not allowed; allowed: true or false")
    return text == "true"


def one_of(values: type[StrEnum]) -> Callable[[str], str]:
    """One of the values of an enumeration."""

    def parse(text: str) -> str:
        if text not in {str(value) for value in values}:
            raise WrongCell(f"{text!r} is not allowed{suggestion(text, [str(value) for value in values])}")
        return text

    return parse


def time_zone(text: str) -> str:
    """The IANA name of a time zone."""
    if text not in _zones():
        raise WrongCell(f"{text!r} is not an IANA time zone{suggestion(text, sorted(_zones()), show_all=False)}")
    return text


def day(text: str) -> date:
    """A calendar day, YYYY-MM-DD."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise WrongCell(f"{text!r} is not a day; allowed: YYYY-MM-DD")


def time(text: str) -> WrittenTime:
    """A day and a time of it, with or without an offset."""
    match = _TIME.fullmatch(text)
    try:
        if match:
            local = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ':00'}")
            offset = match[4]
            moment = offset and datetime.fromisoformat(local.isoformat() + offset.replace("Z", "+00:00"))
            return WrittenTime(moment.astimezone(UTC) if moment else None, local)
    except (ValueError, OverflowError):
        pass
    raise WrongCell(f"{text!r} is not a time; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM")


def full_minute(text: str) -> WrittenTime:
    """A time whose seconds are 00."""
    written = time(text)
    if written.local.second:
        raise WrongCell(f"{text!r} has seconds; allowed: 00")
    return written


def argon2id_hash(text: str) -> str:
    """An argon2id hash in PHC spelling, not so costly that verifying it would stop the server."""
    try:
        parameters = extract_parameters(text)
    except InvalidHashError:
        raise WrongCell("not an argon2id hash in PHC spelling ($argon2id$v=19$m=…,t=…,p=…$…$…)") from None
    if parameters.type is not Type.ID:
        raise WrongCell("not argon2id; other kinds of hashes are not allowed")
    if parameters.memory_cost > _MOST_MEMORY_KIB or parameters.time_cost > _MOST_ROUNDS:
        raise WrongCell(f"costs too much to verify; allowed: m up to {_MOST_MEMORY_KIB}, t up to {_MOST_ROUNDS}")
    return text


def in_zone(local: datetime, zone_name: str) -> datetime:
    """The moment (UTC) of a local time. Raises WrongCell where a change of the clocks skips or doubles it."""
    zone = ZoneInfo(zone_name)
    early, late = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None) != local:
        raise WrongCell(f"'{local:%Y-%m-%d %H:%M}' does not exist in {zone_name}: the clocks skip it; write an offset")
    if early != late:
        raise WrongCell(f"'{local:%Y-%m-%d %H:%M}' occurs twice in {zone_name}: the clocks go back; write an offset")
    return early


def suggestion(text: str, allowed: list[str], *, show_all: bool = True) -> str:
    """The end of a sentence about a value that is not among `allowed`: what may have been meant."""
    near = get_close_matches(text, allowed, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; allowed: {', '.join(allowed)}" if show_all and allowed else ""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
