"""What templates receive: frozen objects of words, links and flags, with nothing left to compute."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses of the static files, each with a version of its content; `scripts` in the order in which they run."""

    style: str
    favicon: str
    scripts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link to a page; `is_current` if it leads to the page that it stands on."""

    text: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in user, as the header shows them."""

    name: str
    links: tuple[NavLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page has; `title` is its h1 and the beginning of its document title."""

    title: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A short alert in place of a part: one sentence."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage(Page):
    """The sign-in form with the user name as typed, the page to go to next, and what was wrong."""

    user_name: str
    next: str
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage(Page):
    """A page with a single message, such as an error."""

    paragraphs: tuple[str, ...]
    way_out: NavLink | None
    request_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentLine:
    """A student found by the search."""

    user_id: str
    href: str
    name: str
    code: str
    centers: str
    unit: str
    contract_ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentList:
    """The result of a search, the element #students.

    Without lines, `empty` says why; `problem` takes the place of the list when the search is not allowed.
    """

    lines: tuple[StudentLine, ...]
    summary: str
    empty: tuple[str, ...]
    more: str | None
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentsPart:
    """The element #students alone."""

    students: StudentList


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage(Page):
    """The student search: the box, with `q` in it, and the list."""

    q: str
    students: StudentList


@dataclass(frozen=True, slots=True)
class Choice:
    """A checkbox or radio button of a form."""

    value: str
    text: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """The choices of one form field; `input_type` is checkbox (any number of them) or radio (one of them)."""

    legend: str
    name: str
    input_type: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The form #filters; `action` leads to the page without any filter."""

    action: str
    groups: tuple[ChoiceGroup, ...]
    can_be_cleared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterLine:
    """A class of the table: `status`, `starts_at`, `is_online` and ids as the JSON spells them, the rest in words."""

    id: str
    unit: str
    status: str
    status_word: str
    is_online: str
    center_id: str
    starts_at: str
    day: str
    time: str
    zone: str
    center_name: str
    delivery: str
    places: str
    teacher: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """The table of classes, the element #availability.

    `action` is the address that the form requests too, `version` changes when anything in the element does, and
    `refresh_seconds` is "0" for never. Without lines, `because` is the reason and `empty` puts it into sentences;
    `problem` takes the place of the table when a parameter is not allowed.
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
    """The facts about the student whom a page is about."""

    code: str
    unit: str
    contract_ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityPart:
    """The element #availability alone."""

    availability: Availability


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityPage(Page):
    """The encounters of one student: head, filters and table."""

    student: StudentHead
    filters: FilterForm
    availability: Availability


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
