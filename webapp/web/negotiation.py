"""Which of the offered media types a caller prefers (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_NAME: Final = r"[!#$%&'*+.^_`|~0-9a-zA-Z-]+"
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_ELEMENT: Final = re.compile(rf"(?:[^,\"]|{_QUOTED}|\".*)+", re.DOTALL)  # a quote that never closes ends the list
_RANGE: Final = re.compile(
    rf"({_NAME})/({_NAME})((?:[ \t]*;[ \t]*(?:{_NAME}=(?:{_NAME}|{_QUOTED}))?)*)[ \t]*", re.ASCII
)
_PARAMETER: Final = re.compile(rf"({_NAME})=({_NAME}|{_QUOTED})", re.ASCII)
_WEIGHT: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?", re.ASCII)


def preferred_type(accept: str | None, offered: Sequence[str]) -> str | None:
    """The one of `offered` that the header `accept` prefers, or None if it accepts none; ties go to the first.

    No header, an empty one, or one in which no range parses means that anything will do.
    """
    ranges = list(_ranges(accept or "")) or [("*", "*", 1.0)]
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
    for element in _ELEMENT.findall(accept):
        match = _RANGE.fullmatch(element.strip(" \t"))
        if match is None or (match[1] == "*" and match[2] != "*"):
            continue
        given = [value for name, value in _PARAMETER.findall(match[3]) if name.lower() == "q"]
        weight = given[0] if given else "1"
        if len(given) < 2 and _WEIGHT.fullmatch(weight):
            yield match[1].lower(), match[2].lower(), float(weight)
