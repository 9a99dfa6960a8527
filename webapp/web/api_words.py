"""The words of the page that explains the JSON endpoint to a person."""

from __future__ import annotations

from typing import Final

from webapp.encounters import CAN_BE_TAKEN, MOST_VALUES, PARAMETERS
from webapp.text import IDENTIFIER
from webapp.web import openapi
from webapp.web.view_models import ApiPage, Example, Fact
from webapp.web.wire import ENCOUNTER

_FIELDS: Final = tuple(Fact(field.name, field.meaning) for field in ENCOUNTER)
_PARAMETERS: Final = (
    Fact(IDENTIFIER, f"{openapi.IDENTIFIER_ALLOWED}; {openapi.IDENTIFIER_MEANING}"),
    *(Fact(parameter.name, f"{parameter.allowed}; {parameter.meaning}") for parameter in PARAMETERS),
)
_STATUSES: Final = tuple(
    Fact(status, meaning if status in CAN_BE_TAKEN else f"{meaning}; only in …/encounters")
    for status, meaning in openapi.STATUSES.items()
)
_ANSWERS: Final = tuple(Fact(str(status), meaning) for status, meaning in openapi.ANSWERS.items())


def page(*, base: str, openapi_href: str) -> ApiPage:
    """The page; `base` is this server's address without a slash at its end."""
    curl = 'curl -H "Authorization: Bearer $TOKEN"'
    return ApiPage(
        title="Encounters for programs",
        examples=(
            Example("Who am I?", f"{curl} {base}/users/me"),
            Example("What can I take?", f"{curl} {base}/users/me/encounters/available"),
            Example("What can this student take?", f"{curl} {base}/users/giulia.conti/encounters/available"),
            Example(
                "Only online classes of units 12 and 13",
                f'{curl} "{base}/users/giulia.conti/encounters/available?isOnline=true&unitNumber=12&unitNumber=13"',
            ),
            Example("Every class, with its status", f"{curl} {base}/users/giulia.conti/encounters"),
        ),
        rule=openapi.RULE,
        most_values=str(MOST_VALUES),
        fields=_FIELDS,
        parameters=_PARAMETERS,
        statuses=_STATUSES,
        answers=_ANSWERS,
        openapi_href=openapi_href,
    )
