"""Normal forms of text: keys to compare and search names by, digests, GUIDs, and forbidden characters."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import Final
from uuid import UUID

from webapp.refusals import Refused

IDENTIFIER: Final = "userIdentifier"  # the name of the parameter
LONGEST_IDENTIFIER: Final = 128
LONGEST_TEXT: Final = 200
LONGEST_SHOWN: Final = 100  # characters of a refused value that a message repeats
_MOST_COMPOSED: Final = 4  # no character of NFC stands for more than four (UAX #15, "Maximum Expansion Factors")

# Both in the spelling that Python and JSON Schema share. Surrogates are not listed: no JSON text holds one.
FORBIDDEN_CHARACTERS: Final = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
GUID_PATTERN: Final = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"

_GUID: Final = re.compile(GUID_PATTERN, re.ASCII)
_FORBIDDEN: Final = re.compile(rf"[{FORBIDDEN_CHARACTERS}\ud800-\udfff]")
_NO_DIGITS: Final = re.compile("[^0-9]+")
_JOINERS: Final = frozenset("\u200c\u200d")
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"}
)


class BadInput(Refused):
    """An input that is not allowed; the message names the parameter, the value and what is allowed."""

    def __init__(self, parameter: str, value: str, allowed: str) -> None:
        super().__init__(f"{parameter}: {value!r} is not allowed; allowed: {allowed}")
        self.parameter = parameter


def parse_identifier(text: str) -> UUID | str:
    """Parse a user identifier: a GUID, or else the key of a user name.

    Raises BadInput for over 128 characters, nothing at all, or a character that no text may hold.
    """
    allowed = f"a GUID or a user name of 1 to {LONGEST_IDENTIFIER} characters, none of them a control character"
    if not text or len(text) > LONGEST_IDENTIFIER or forbidden_character(text):
        raise BadInput(IDENTIFIER, text[:LONGEST_IDENTIFIER], allowed)
    return parse_guid(text) or name_key(text)


def parse_guid(text: str) -> UUID | None:
    """The GUID that `text` spells as 8-4-4-4-12 hex digits in any letter case, or None."""
    return UUID(text) if _GUID.fullmatch(text) else None


def forbidden_character(text: str) -> str | None:
    """The first character of `text` that neither stored text nor input may hold, as `U+202E`, or None.

    Forbidden are control characters, lone surrogates, line and paragraph separators and the bidi controls
    (the README's section "Data in and out").
    """
    found = _FORBIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def stored_form(text: str) -> str:
    """`text` in NFC, as it is stored. Text over 800 characters is returned unchanged: NFC cannot shorten it to 200.

    Normalising a run of combining marks takes time that grows with its square.
    """
    is_too_long = len(text) > _MOST_COMPOSED * LONGEST_TEXT
    return text if is_too_long or text.isascii() else unicodedata.normalize("NFC", text)


def name_key(name: str) -> str:
    """The key that user names and e-mail addresses are compared by: NFKC, then Unicode case folding.

    For capped text only, as search_key is: a run of combining marks takes time that grows with its square.
    """
    return name.lower() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()


def search_key(text: str) -> str:
    """The key that people are searched and sorted by: letter case, accents and joiners do not count.

    Vowel signs of scripts that write vowels as marks stay: only marks with a combining class are accents.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c) and c not in _JOINERS)
    return bare.translate(_LETTERS)


def full_name(first_name: str, last_name: str | None) -> str:
    """The name of a person, with one space between first and last name."""
    return f"{first_name} {last_name}" if last_name else first_name


def digest(text: str) -> bytes:
    """The SHA-256 of `text` in UTF-8, in which lone surrogates are allowed."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def digits(text: str) -> str:
    """The ASCII digits of `text`, as one would dial them."""
    return _NO_DIGITS.sub("", text)
