"""Which of the two JSON media types an Accept header asks for, read as RFC 9110 section 12.5.1 says."""

from __future__ import annotations

import re
from typing import NamedTuple

OFFERED = ("application/json", "text/json")

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
MEDIA_RANGE = re.compile(rf"({TOKEN})/({TOKEN})")
PARAMETER = re.compile(rf"({TOKEN})=({TOKEN}|{QUOTED})")
WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
BLANKS = " \t"
LONGEST = 1024  # bytes, each of which is a character of the header's value


class MediaRange(NamedTuple):
    """What one member of the list asks for, in lower case; `weight` is 0 to 1."""

    type: str
    subtype: str
    weight: float


def negotiate(accept: str | None) -> str | None:
    """The media type to answer with; None where neither is acceptable (406).

    `accept` is the header's value, None where it is missing; several headers are joined by commas before.
    """
    if accept is None or len(accept) > LONGEST:
        return OFFERED[0]
    members = [read_range(member) for member in split(accept, ",")]
    ranges = [member for member in members if member is not None] or [MediaRange("*", "*", 1.0)]
    first, second = OFFERED
    if weight_of(first, ranges) == weight_of(second, ranges) == 0:
        return None
    return first if weight_of(first, ranges) >= weight_of(second, ranges) else second


def weight_of(offered: str, ranges: list[MediaRange]) -> float:
    """The weight that the most specific range gives; 0 where none speaks of this type."""
    kind, subtype = offered.split("/")
    for wanted in ((kind, subtype), (kind, "*"), ("*", "*")):
        weights = [it.weight for it in ranges if (it.type, it.subtype) == wanted]
        if weights:
            return max(weights)
    return 0.0


def read_range(member: str) -> MediaRange | None:
    """One member of the list; None where it does not parse."""
    name, *parameters = split(member, ";")
    media_range = MEDIA_RANGE.fullmatch(name)
    pairs = [PARAMETER.fullmatch(parameter) for parameter in parameters if parameter]
    if media_range is None or None in pairs:
        return None
    kind, subtype = media_range.group(1).lower(), media_range.group(2).lower()
    weights = [pair.group(2) for pair in pairs if pair is not None and pair.group(1).lower() == "q"]
    if kind == "*" and subtype != "*":
        return None
    if len(weights) > 1 or not all(WEIGHT.fullmatch(weight) for weight in weights):
        return None
    return MediaRange(kind, subtype, float(weights[0]) if weights else 1.0)


def split(text: str, separator: str) -> list[str]:
    """The pieces between separators that stand outside quoted strings, without blanks around them."""
    pieces = [""]
    in_quotes = escaped = False
    for character in text:
        if character == separator and not in_quotes:
            pieces.append("")
            continue
        pieces[-1] += character
        if character == '"' and not escaped:
            in_quotes = not in_quotes
        escaped = in_quotes and character == "\\" and not escaped
    return [piece.strip(BLANKS) for piece in pieces]
