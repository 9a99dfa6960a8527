"""What templates receive: frozen objects of words, links and flags, in which nothing is left to compute."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses of the static files, each with its content's version; `scripts` in the order in which they run."""

    style: str
    favicon: str
    scripts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link of the header; `is_current`: it leads to the page that holds it."""

    text: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is signed in, as the header shows it."""

    name: str
    links: tuple[NavLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page has; `title` is its h1 and begins its title."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage(Page):
    """The sign-in form with what was typed, but for the password, and what was wrong with it."""

    user_name: str
    next: str
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage(Page):
    """A page that says one thing: an error, or what a person lacks."""

    paragraphs: tuple[str, ...]
    way_out: NavLink | None
    request_id: str | None


@dataclass(frozen=True, slots=True)
class StudentLine:
    """A student found by the search."""

    user_id: str
    href: str
    name: str
    code: str
    centers: str
    unit: str
    contract_ends: str


@dataclass(frozen=True, slots=True)
class StudentList:
    """What a search found, the element #students; `empty` are the sentences in place of no lines."""

    lines: tuple[StudentLine, ...]
    summary: str
    empty: tuple[str, ...]
    more: str | None
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage(Page):
    """The student search with its box and its list."""

    q: str
    found: StudentList


@dataclass(frozen=True, slots=True)
class Choice:
    """A checkbox or radio button of a form."""

    value: str
    text: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """The form #filters; `clear_href` leads to the page without any filter, None if there is none to clear."""

    action: str
    centers: tuple[Choice, ...]
    deliveries: tuple[Choice, ...]
    units: tuple[Choice, ...]
    shows_all: bool
    clear_href: str | None


@dataclass(frozen=True, slots=True)
class EncounterLine:
    """A class of the table. `starts_at`, `is_online` and ids in the JSON's spelling; the rest in words."""

    id: str
    unit: str
    status: str
    status_word: str
    is_online: str
    center_id: str
    starts_at: str
    ends_at: str
    day: str
    time: str
    zone: str
    center_name: str
    delivery: str
    places: str
    teacher: str


@dataclass(frozen=True, slots=True)
class Availability:
    """The table of classes, the element #availability.

    `action` is the address that the form asks too, `version` changes when anything in it does, `refresh_seconds` is
    "0" for never. Without lines `because` is the reason and `empty` says it; `problem` takes the place of the table
    when a parameter is not allowed.
    """

    action: str
    version: str
    refresh_seconds: str
    lines: tuple[EncounterLine, ...]
    summary: str
    empty: tuple[str, ...]
    because: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class StudentHead:
    """Who the page is about."""

    code: str
    unit: str
    contract_ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityPage(Page):
    """The encounters of one student: head, filters and table. `is_own`: students look at themselves."""

    student: StudentHead
    filters: Filters
    availability: Availability
    is_own: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A command to try, and what it answers."""

    title: str
    command: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of a table of two columns."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPage(Page):
    """The endpoints explained to a person. `rule`: who may see whom; `most_values`: of one parameter."""

    rule: str
    most_values: str
    examples: tuple[Example, ...]
    fields: tuple[Fact, ...]
    parameters: tuple[Fact, ...]
    statuses: tuple[Fact, ...]
    answers: tuple[Fact, ...]
    openapi_href: str
