"""Which of the offered media types a caller prefers (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

LONGEST_ACCEPT: Final = 1024

_NAME: Final = r"[!#$%&'*+.^_`|~0-9a-zA-Z-]+"
# In both expressions no two alternatives begin alike, so that each character is looked at once.
_LEXEME: Final = re.compile(r'[^",;]+|"(?:[^"\\]|\\.)*"?|[,;]', re.DOTALL)  # a quote that never closes ends the list
_QUOTED: Final = r'"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[^\x00-\x08\x0a-\x1f\x7f])*"'
_RANGE: Final = re.compile(rf"({_NAME})/({_NAME})", re.ASCII)
_PARAMETER: Final = re.compile(rf"({_NAME})=({_NAME}|{_QUOTED})", re.ASCII)
_WEIGHT: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?", re.ASCII)


def preferred_type(accept: str | None, offered: Sequence[str]) -> str | None:
    """The one of `offered` that the header `accept` prefers, or None if it accepts none; ties go to the first.

    No header, an empty one, one over 1 KiB, or one in which no range parses means that anything will do.
    `accept` has a character for each byte, as WSGI hands it over.
    """
    read = accept if accept and len(accept) <= LONGEST_ACCEPT else ""
    ranges = list(_ranges(read)) or [("*", "*", 1.0)]
    weights = [(_weight(media_type, ranges), media_type) for media_type in offered]
    best, preferred = max(weights, key=lambda weighed: weighed[0])
    return preferred if best > 0 else None


def _weight(media_type: str, ranges: Sequence[tuple[str, str, float]]) -> float:
    kind, subtype = media_type.split("/")
    for wanted in ((kind, subtype), (kind, "*"), ("*", "*")):
        weights = [weight for *named, weight in ranges if tuple(named) == wanted]
        if weights:
            return max(weights)
    return 0.0


def _ranges(accept: str) -> Iterator[tuple[str, str, float]]:
    for name, *parameters in _elements(accept):
        media_range, weight = _RANGE.fullmatch(name), _quality(parameters)
        if media_range is None or weight is None or (media_range[1] == "*" and media_range[2] != "*"):
            continue
        yield media_range[1].lower(), media_range[2].lower(), weight


def _elements(accept: str) -> Iterator[list[str]]:
    """The elements of the list, each as its pieces between semicolons, without the spaces around them."""
    pieces = [""]
    for lexeme in _LEXEME.findall(accept):
        if lexeme == ",":
            yield [piece.strip(" \t") for piece in pieces]
            pieces = [""]
        elif lexeme == ";":
            pieces.append("")
        else:
            pieces[-1] += lexeme
    yield [piece.strip(" \t") for piece in pieces]


def _quality(parameters: Sequence[str]) -> float | None:
    """The weight among the parameters, 1 if none is given; None where one of them does not parse."""
    weights = []
    for parameter in filter(None, parameters):
        match = _PARAMETER.fullmatch(parameter)
        if match is None:
            return None
        if match[1].lower() == "q":
            weights.append(match[2])
    if not weights:
        return 1.0
    return float(weights[0]) if len(weights) == 1 and _WEIGHT.fullmatch(weights[0]) else None
