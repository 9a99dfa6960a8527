"""Addresses, query strings and forms parsed into typed values, or BadInput (400) with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, unquote_to_bytes, urlencode
from uuid import UUID

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from webapp.encounters import EncounterFilter
from webapp.students import LONGEST_QUERY
from webapp.text import IDENTIFIER, LONGEST_SHOWN, BadInput, forbidden_character, parse_identifier
from webapp.web.access import account

LONGEST_NEXT: Final = 2000
_MOST_DECODINGS: Final = 5
_END_OF_PATH: Final = re.compile("[?#]")


@dataclass(frozen=True, slots=True)
class AvailabilityQuery:
    """What the address of an availability page asks for: a filter, and whether to show every status.

    `problem` is the first parameter that is not allowed, or None; values that are not allowed are left out of `wanted`.
    """

    wanted: EncounterFilter
    shows_all: bool
    problem: BadInput | None

    @property
    def query_string(self) -> str:
        """This query as the query string of an address; empty if nothing is set."""
        show = [("show", "all")] if self.shows_all else []
        return urlencode([*self.wanted.parameters(), *show])


def user_identifier(text: str) -> UUID | str:
    """The user that the address names: a GUID or the key of a user name; `me` in any letter case is the signed-in user.

    Raises BadInput.
    """
    # By now Werkzeug has replaced bytes that are not UTF-8, so check the raw ones.
    if not _is_utf_8(request.environ["PATH_INFO"].encode("latin-1")):
        raise BadInput(IDENTIFIER, text, "text in UTF-8")
    return account().id if text.lower() == "me" else parse_identifier(text)


def encounter_filter() -> EncounterFilter:
    """The filter of this request. Raises BadInput."""
    wanted, problem = EncounterFilter.from_parameters(request.args.to_dict(flat=False))
    if problem:
        raise problem
    return wanted


def availability_query() -> AvailabilityQuery:
    """The query of this request; a parameter that is not allowed is reported in it, not raised."""
    wanted, problem = EncounterFilter.from_parameters(request.args.to_dict(flat=False))
    show = [value for value in request.args.getlist("show") if value]
    wrong = next((value for value in show if value != "all"), None)
    if problem is None and wrong is not None:
        problem = BadInput("show", wrong[:LONGEST_SHOWN], "all")
    return AvailabilityQuery(wanted, "all" in show, problem)


def search_text() -> tuple[str, BadInput | None]:
    """The parameter `q` of this request, cut or emptied if it is not allowed, and the problem with it, or None."""
    q = request.args.get("q", "")
    if len(q) > LONGEST_QUERY:
        return q[:LONGEST_QUERY], BadInput("q", f"{len(q)} characters", f"at most {LONGEST_QUERY} characters")
    if not _is_utf_8(unquote_to_bytes(request.query_string)):
        return "", BadInput("q", "bytes that are not UTF-8", "text in UTF-8")
    forbidden = forbidden_character(q)
    if forbidden:
        return "", BadInput("q", forbidden, "text without control characters")
    return q, None


def own_path(text: str) -> str | None:
    """`text` if it is the path of a page of this site that answers GET, else None."""
    if len(text) > LONGEST_NEXT:
        return None
    decoded, before = text, None
    for _ in range(_MOST_DECODINGS):
        before, decoded = decoded, unquote(decoded)
    if before != decoded:
        return None
    spellings = {text, unquote(text), decoded}
    if not text.startswith("/") or any(_leads_away(spelling) for spelling in spellings):
        return None
    try:
        current_app.url_map.bind("").match(unquote(_END_OF_PATH.split(text)[0]), method="GET")
    except HTTPException:
        return None
    return text


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _leads_away(path: str) -> bool:
    return "//" in path or "\\" in path or "\ufffd" in path or forbidden_character(path) is not None
