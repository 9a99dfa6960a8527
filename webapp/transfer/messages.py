"""Every message about a folder that cannot be imported, and the one way in which messages show a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, Self

LONGEST_SHOWN: Final = 60

Details = Mapping[str, str | int]
NO_DETAILS: Final[Details] = {}
_FIELD: Final = re.compile(r"\{\w+(!r)?\}")


class Message(StrEnum):
    """What can be wrong, in two parts: what is wrong, and what is allowed or suggested instead.

    `{name!r}` is a value from the folder or the database, `{name}` a number or words of this program.
    """

    NO_FILES = "the folder has none of {files}"
    OVERTAKEN = "the data kept changing during the import", "; try again later"

    EMPTY_FILE = "the file is empty", "; its first line must name the columns: {columns}"
    NOT_UTF_8 = "line {number} is not UTF-8 (byte {byte})", "; it is likely {encoding}: save it as UTF-8"
    UNKNOWN_COLUMN = "unknown column {value!r}", "{hint}"
    REPEATED_COLUMN = "the column {value!r} appears {count} times"
    MISSING_COLUMN = "the column {value!r} is missing"
    WRONG_WIDTH = "this row has {cells} cells, the header names {columns} columns"
    UNREADABLE = "this row cannot be read: {reason}"

    EMPTY_CELL = "{value!r} is not allowed: this cell must not be empty"
    NOT_A_GUID = "{value!r} is not a GUID (8-4-4-4-12 hex digits)"
    FORBIDDEN_CHARACTER = "{value!r} holds the forbidden character {character}"
    TOO_LONG = "{value!r} has {length} characters", "; allowed: at most {longest}"
    TOO_LONG_FOLDED = "{value!r} is longer than {longest} characters once its letter case is folded"
    SEMICOLON = "{value!r} holds ';', which separates the centers of a user"
    NOT_A_USER_NAME = (
        "{value!r} is not allowed",
        "; allowed: 1 to {longest} characters without /, not me, not . or .., not a GUID",
    )
    NOT_A_NUMBER = "{value!r} is not allowed", "; allowed: a whole number from {low} to {high}"
    NOT_A_BOOLEAN = "{value!r} is not allowed", "; allowed: true or false"
    NOT_ONE_OF = "{value!r} is not allowed", "{hint}"
    NOT_A_TIME_ZONE = "{value!r} is not an IANA time zone", "{hint}"
    NOT_A_DAY = "{value!r} is not a day", "; allowed: YYYY-MM-DD"
    NOT_A_TIME = "{value!r} is not a time", "; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM"
    TIME_OUT_OF_RANGE = "{value!r} is out of range", "; allowed: the years {first} to {last}"
    HAS_SECONDS = "{value!r} has seconds", "; allowed: 00"
    NOT_A_HASH = "not an argon2id hash in PHC spelling ($argon2id$v=19$m=…,t=…,p=…$…$…)"
    NOT_ARGON2ID = "not argon2id", "; other kinds of hashes are not allowed"
    COSTLY_HASH = "costs too much to verify", "; allowed: m up to {memory}, t up to {rounds}"
    SKIPPED_TIME = "{value!r} does not exist in {zone}: the clocks skip it", "; write an offset"
    DOUBLED_TIME = "{value!r} occurs twice in {zone}: the clocks go back", "; write an offset"
    UNKNOWN_CENTER = "unknown center {value!r}", "{hint}"

    REPEATED_ID = "{value!r} is on line {first} too"
    REPEATED_VALUE = "{value!r} is on line {first} too", "; it must be unique"
    TAKEN_VALUE = "{value!r} is taken by {owner} in the database", "; it must be unique"
    NAME_IS_EMAIL = "{value!r} is the e-mail of another user, {other}"
    EMAIL_IS_NAME = "{value!r} is the user name of another user, {other}"
    UNKNOWN_ENCOUNTER = "{value!r} is in neither encounters.csv nor the database"
    UNKNOWN_USER = "{value!r} is in neither users.csv nor the database"
    NOT_A_STUDENT = "{value!r} is a user of type {type}", "; allowed: Student"
    HAS_BOOKINGS = "{value!r} is not allowed: the database has {count} bookings of this user", "; allowed: Student"
    FEWER_THAN_TAKEN = "{value!r} is fewer than the {taken} that are taken already"
    ONE_TOO_MANY = "{value!r} is one too many: '{encounter}' has {places} of them"

    _wrong: str

    def __new__(cls, wrong: str, allowed: str = "") -> Self:
        """A message of these two parts; its value is both together."""
        message = str.__new__(cls, wrong + allowed)
        message._value_ = wrong + allowed
        message._wrong = wrong
        return message

    def words(self, details: Details) -> str:
        """The message with its values."""
        return self.format(**{name: _Shown(detail) for name, detail in details.items()})

    @property
    def kind(self) -> str:
        """What is wrong, without any value: problems of a kind are counted together."""
        return _FIELD.sub("…", self._wrong)


class _Shown(str):
    """A text that shows itself as a value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return show(str(self))


def show(value: str) -> str:
    """A value in quotes, shortened to 60 characters, with unprintable characters escaped."""
    return repr(value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…")


def show_bare(value: str) -> str:
    """The same without the quotes."""
    return show(value)[1:-1]


def suggest(value: str, allowed: list[str], *, show_all: bool = True) -> str:
    """The end of a message about a value that is not among `allowed`: what may have been meant."""
    near = get_close_matches(value[:LONGEST_SHOWN], allowed, n=1)
    if near:
        return f"; did you mean {show(near[0])}?"
    return f"; allowed: {', '.join(allowed)}" if show_all and allowed else ""
