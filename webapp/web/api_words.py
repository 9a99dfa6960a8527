"""The words of the page that explains the JSON endpoint to a person."""

from __future__ import annotations

from typing import Final

from webapp.web.view_models import ApiPage, Example, Fact

_FIELDS: Final = (
    Fact("UnitNumber", "the unit that the class closes"),
    Fact("Id", "GUID of the class"),
    Fact("DateTime", "start in UTC, ISO 8601"),
    Fact("EndDate", "end in UTC, ISO 8601"),
    Fact("Duration", "minutes"),
    Fact("Status", "see below"),
    Fact("IsOnline", "how the class is delivered"),
    Fact("CenterId", "GUID of the center that gives it"),
    Fact("CenterName", "its name"),
    Fact("CenterReferenceId", "its reference id"),
)
_PARAMETERS: Final = (
    Fact("userIdentifier", "in the address: a GUID, a user name, or me"),
    Fact("centerId", "GUID; only classes of this center"),
    Fact("isOnline", "true or false; only classes given online, or in person"),
    Fact("unitNumber", "1 to 80; only classes that close this unit"),
)
_STATUSES: Final = (
    Fact("Available", "a seat is free"),
    Fact("Standby", "no seat is free, a standby place is"),
    Fact("Booked", "the student holds a seat (only in …/encounters)"),
    Fact("OnStandby", "the student is on the standby list (only in …/encounters)"),
    Fact("Closed", "closed for booking (only in …/encounters)"),
    Fact("Conflict", "overlaps a class in which the student holds a seat (only in …/encounters)"),
    Fact("Full", "no place is free (only in …/encounters)"),
)
_ANSWERS: Final = (
    Fact("200", "a plain array by DateTime, CenterName and Id; empty if nothing is found"),
    Fact("304", "unchanged since the ETag that was sent as If-None-Match"),
    Fact("400", "a parameter is not allowed; `parameter` names it"),
    Fact("401", "no sign-in and no valid token"),
    Fact("403", "the user is not one that you may see, or does not exist"),
    Fact("406", "only application/json and text/json can be answered"),
)


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
        fields=_FIELDS,
        parameters=_PARAMETERS,
        statuses=_STATUSES,
        answers=_ANSWERS,
        openapi_href=openapi_href,
    )
