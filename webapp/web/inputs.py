"""Query strings and forms as typed values, or BadInput (400) with the reason."""

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
from webapp.text import IDENTIFIER, BadInput, forbidden_character, parse_identifier
from webapp.web.access import account

LONGEST_NEXT: Final = 2000
_DECODINGS: Final = 5
_END_OF_PATH: Final = re.compile("[?#]")


@dataclass(frozen=True, slots=True)
class Question:
    """What the availability page is asked for; `problem` is the first parameter that is not allowed, or None."""

    wanted: EncounterFilter
    shows_all: bool
    problem: BadInput | None

    @property
    def query(self) -> str:
        """The query string that asks for the same; empty for no filter at all."""
        shown = [("show", "all")] if self.shows_all else []
        return urlencode([*self.wanted.parameters(), *shown])


def user_identifier(text: str) -> UUID | str:
    """What the address names: the signed-in user for `me` in any letter case, a GUID, or the key of a user name.

    Raises BadInput.
    """
    # Werkzeug replaces bytes that are not UTF-8 before anybody can refuse them: look at the bytes themselves.
    if not _is_utf_8(request.environ["PATH_INFO"].encode("latin-1")):
        raise BadInput(IDENTIFIER, text, "text in UTF-8")
    return account().id if text.lower() == "me" else parse_identifier(text)


def encounter_filter() -> EncounterFilter:
    """The filter of this request. Raises BadInput."""
    wanted, problem = EncounterFilter.from_parameters(request.args.to_dict(flat=False))
    if problem:
        raise problem
    return wanted


def availability_question() -> Question:
    """The filter of this request and whether every status is shown; what is not allowed is told, not raised."""
    wanted, problem = EncounterFilter.from_parameters(request.args.to_dict(flat=False))
    show = [value for value in request.args.getlist("show") if value]
    wrong = next((value for value in show if value != "all"), None)
    if problem is None and wrong is not None:
        problem = BadInput("show", wrong[:LONGEST_QUERY], "all")
    return Question(wanted, "all" in show, problem)


def search_text() -> tuple[str, BadInput | None]:
    """The parameter `q` of this request, and what is wrong with it."""
    asked = request.args.get("q", "")
    if len(asked) > LONGEST_QUERY:
        return asked[:LONGEST_QUERY], BadInput("q", f"{len(asked)} characters", f"at most {LONGEST_QUERY} characters")
    if not _is_utf_8(unquote_to_bytes(request.query_string)):
        return "", BadInput("q", "bytes that are not UTF-8", "text in UTF-8")
    forbidden = forbidden_character(asked)
    if forbidden:
        return "", BadInput("q", forbidden, "text without control characters")
    return asked, None


def own_path(text: str) -> str | None:
    """`text` if it is a path of this site that GET pages have, else None."""
    if len(text) > LONGEST_NEXT:
        return None
    decoded, before = text, None
    for _ in range(_DECODINGS):
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
