"""The filters of a student's page: what they offer, and what is checked."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest

from webapp.encounters import PARAMETERS, EncounterFilter, OfferedCenter
from webapp.text import BadInput
from webapp.web import presenters
from webapp.web.inputs import AvailabilityQuery
from webapp.web.view_models import Choice, ChoiceGroup, FilterForm

ACTION = "/students/1/encounters"
LONG_NAME = "Taumatawhakatangihangakoauauotamatea" * 5
MILAN, ROME, ELSEWHERE = (UUID(int=number) for number in (1, 2, 3))
CENTERS = [OfferedCenter(MILAN, "Milano Duomo"), OfferedCenter(ROME, "Roma Termini")]
NO_FILTER = EncounterFilter()
EVERYTHING = EncounterFilter((MILAN,), (False,), (13,))


def _query(wanted: EncounterFilter = NO_FILTER, *, shows_all: bool = False) -> AvailabilityQuery:
    return AvailabilityQuery(wanted, shows_all, None)


def _form(
    wanted: EncounterFilter = NO_FILTER,
    centers: Sequence[OfferedCenter] = CENTERS,
    units: Sequence[int] = (13, 14),
    *,
    shows_all: bool = False,
) -> FilterForm:
    return presenters.filter_form(_query(wanted, shows_all=shows_all), centers, units, ACTION)


def _checked(form: FilterForm) -> dict[str, list[str]]:
    """The values checked, by the name of their group; groups without any are left out."""
    found = {group.name: [choice.value for choice in group.choices if choice.is_checked] for group in form.groups}
    return {name: values for name, values in found.items() if values}


def test_every_parameter_of_the_json_has_a_group_whose_choices_ask_for_it() -> None:
    *groups, show = _form().groups
    assert [group.name for group in groups] == [parameter.name for parameter in PARAMETERS]
    assert show.name == "show"
    for group in groups:
        values = [choice.value for choice in group.choices if choice.value]
        wanted, problem = EncounterFilter.from_parameters({group.name: values})
        assert (wanted.parameters(), problem) == ([(group.name, value) for value in values], None)
        for value in values:
            wanted, _ = EncounterFilter.from_parameters({group.name: [value]})
            assert _checked(_form(wanted)) == {"isOnline": [""], group.name: [value]}


def test_without_a_filter_every_center_and_unit_is_offered_and_nothing_is_checked() -> None:
    assert _form() == FilterForm(
        action=ACTION,
        groups=(
            ChoiceGroup(
                "Center",
                "centerId",
                "checkbox",
                (Choice(str(MILAN), "Milano Duomo", False), Choice(str(ROME), "Roma Termini", False)),
            ),
            ChoiceGroup(
                "Delivery",
                "isOnline",
                "radio",
                (Choice("", "Any", True), Choice("false", "In person", False), Choice("true", "Online", False)),
            ),
            ChoiceGroup(
                "Unit", "unitNumber", "checkbox", (Choice("13", "Unit 13", False), Choice("14", "Unit 14", False))
            ),
            ChoiceGroup("Show", "show", "checkbox", (Choice("all", "All classes", False),)),
        ),
        can_be_cleared=False,
    )


def test_values_in_the_address_are_checked() -> None:
    form = _form(EncounterFilter((ROME,), (True,), (14, 13)), shows_all=True)
    assert _checked(form) == {
        "centerId": [str(ROME)],
        "isOnline": ["true"],
        "unitNumber": ["13", "14"],
        "show": ["all"],
    }
    assert form.can_be_cleared


def test_values_that_are_not_offered_are_shown_too_and_such_a_center_without_its_name() -> None:
    form = _form(EncounterFilter((ELSEWHERE, ROME, ELSEWHERE), (), (70, 2)))
    choices = {group.name: group.choices for group in form.groups}
    assert [(choice.text, choice.is_checked) for choice in choices["centerId"]] == [
        ("Milano Duomo", False),
        ("Roma Termini", True),
        (str(ELSEWHERE), True),
    ]
    assert [(choice.text, choice.is_checked) for choice in choices["unitNumber"]] == [
        ("Unit 2", True),
        ("Unit 13", False),
        ("Unit 14", False),
        ("Unit 70", True),
    ]


@pytest.mark.parametrize(
    ("wanted", "checked"),
    [((), ""), ((True,), "true"), ((False,), "false"), ((True, True), "true"), ((True, False), "")],
)
def test_exactly_one_way_of_delivery_is_checked(wanted: tuple[bool, ...], checked: str) -> None:
    assert _checked(_form(EncounterFilter(is_online=wanted)))["isOnline"] == [checked]


def test_a_student_without_centers_and_units_has_no_empty_groups() -> None:
    every, fewer = _form(), _form(centers=[], units=range(0))
    assert fewer.groups == tuple(group for group in every.groups if group.name not in {"centerId", "unitNumber"})


@pytest.mark.parametrize(
    ("query", "query_string", "can_be_cleared"),
    [
        (_query(), "", False),
        (_query(shows_all=True), "show=all", True),
        (_query(EVERYTHING, shows_all=True), f"centerId={MILAN}&isOnline=false&unitNumber=13&show=all", True),
        (AvailabilityQuery(NO_FILTER, False, BadInput("show", "some", "all")), "", False),
    ],
)
def test_a_query_can_be_cleared_if_its_address_has_a_filter(
    query: AvailabilityQuery, query_string: str, can_be_cleared: bool
) -> None:
    assert query.query_string == query_string
    assert presenters.filter_form(query, CENTERS, (13,), ACTION).can_be_cleared is can_be_cleared


def test_long_names_of_centers_are_shown_in_full() -> None:
    centers = _form(centers=[OfferedCenter(MILAN, LONG_NAME)]).groups[0]
    assert [choice.text for choice in centers.choices] == [LONG_NAME]
