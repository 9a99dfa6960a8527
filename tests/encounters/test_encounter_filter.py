"""The filter: parsed from parameters and written back to them, with the first problem reported."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest

from webapp.encounters import MOST_VALUES, EncounterFilter

CENTER = UUID("0123abcd-89ef-4567-89ab-cdef01234567")
OTHER = UUID(int=1)


def _parse(**values: str | Sequence[str]) -> EncounterFilter:
    """The filter that these parameters ask for, none of which is a problem."""
    wanted, problem = EncounterFilter.from_parameters(_lists(values))
    assert problem is None
    return wanted


def _problem(**values: str | Sequence[str]) -> str:
    """What is wrong with these parameters, in words."""
    _, problem = EncounterFilter.from_parameters(_lists(values))
    assert problem is not None
    return str(problem)


def _lists(values: dict[str, str | Sequence[str]]) -> dict[str, Sequence[str]]:
    return {name: [value] if isinstance(value, str) else value for name, value in values.items()}


@pytest.mark.parametrize(
    "text", [str(CENTER), str(CENTER).upper(), "0123ABCD-89ef-4567-89AB-cdef01234567"], ids=["lower", "upper", "mixed"]
)
def test_a_center_is_a_guid_in_any_letter_case(text: str) -> None:
    assert _parse(centerId=text) == EncounterFilter(center_ids=(CENTER,))


@pytest.mark.parametrize(("text", "is_online"), [("true", True), ("false", False)])
def test_delivery_is_true_or_false(text: str, is_online: bool) -> None:
    assert _parse(isOnline=text) == EncounterFilter(is_online=(is_online,))


@pytest.mark.parametrize("unit", range(1, 81))
def test_a_unit_is_a_number_from_1_to_80(unit: int) -> None:
    assert _parse(unitNumber=[str(unit), f"0{unit}", f"{unit:090}"]) == EncounterFilter(unit_numbers=(unit,) * 3)


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("centerId", "MIL-01", "a GUID"),
        ("centerId", CENTER.hex, "a GUID"),
        ("centerId", f"{{{CENTER}}}", "a GUID"),
        ("centerId", f"urn:uuid:{CENTER}", "a GUID"),
        ("centerId", f" {CENTER}", "a GUID"),
        ("centerId", f"{CENTER}\n", "a GUID"),
        ("isOnline", "True", "true or false"),
        ("isOnline", "1", "true or false"),
        ("isOnline", "yes", "true or false"),
        ("isOnline", " true", "true or false"),
        ("unitNumber", "0", "a whole number from 1 to 80"),
        ("unitNumber", "81", "a whole number from 1 to 80"),
        ("unitNumber", "100", "a whole number from 1 to 80"),
        ("unitNumber", "-1", "a whole number from 1 to 80"),
        ("unitNumber", "+1", "a whole number from 1 to 80"),
        ("unitNumber", "1.0", "a whole number from 1 to 80"),
        ("unitNumber", "1_0", "a whole number from 1 to 80"),
        ("unitNumber", " 1", "a whole number from 1 to 80"),
        ("unitNumber", "1\n", "a whole number from 1 to 80"),
        ("unitNumber", "٥", "a whole number from 1 to 80"),
        ("unitNumber", "1٥", "a whole number from 1 to 80"),
        ("unitNumber", "five", "a whole number from 1 to 80"),
    ],
)
def test_a_value_that_does_not_parse_is_left_out_and_reported(name: str, text: str, allowed: str) -> None:
    wanted, problem = EncounterFilter.from_parameters({name: [text]})
    assert wanted == EncounterFilter()
    assert problem is not None
    assert (problem.parameter, str(problem)) == (name, f"{name}: {text!r} is not allowed; allowed: {allowed}")


def test_a_long_value_is_cut_in_the_report() -> None:
    assert _problem(isOnline="y" * 5000) == f"isOnline: {'y' * 100!r} is not allowed; allowed: true or false"


@pytest.mark.parametrize("name", ["centerId", "isOnline", "unitNumber"])
def test_empty_values_are_no_filter(name: str) -> None:
    assert _parse(**{name: ["", ""]}) == EncounterFilter()
    assert _parse(**{name: []}) == EncounterFilter()


def test_unknown_parameters_are_ignored() -> None:
    assert _parse(unit="5", UNITNUMBER="x", show="all") == EncounterFilter()


def test_values_keep_their_order_and_are_not_merged() -> None:
    wanted = _parse(
        centerId=[str(OTHER), "", str(CENTER), str(OTHER)], unitNumber=["7", "5"], isOnline=["true", "false"]
    )
    assert wanted == EncounterFilter((OTHER, CENTER, OTHER), (True, False), (7, 5))


@pytest.mark.parametrize(
    ("name", "good"), [("centerId", str(CENTER)), ("isOnline", "true"), ("unitNumber", "5")], ids=lambda text: text
)
def test_a_hundred_values_are_read_and_the_hundred_and_first_is_reported(name: str, good: str) -> None:
    assert len(_parse(**{name: [good] * MOST_VALUES}).parameters()) == 100
    assert _problem(**{name: [good] * 101}) == f"{name}: '101 values' is not allowed; allowed: at most 100 values"
    wanted, _ = EncounterFilter.from_parameters({name: [good] * 101})
    assert len(wanted.parameters()) == 100


def test_a_wrong_value_beside_good_ones_leaves_them_in_the_filter() -> None:
    wanted, problem = EncounterFilter.from_parameters({"unitNumber": ["5", "x", "6"], "isOnline": ["true"]})
    assert wanted == EncounterFilter((), (True,), (5, 6))
    assert problem is not None
    assert problem.parameter == "unitNumber"


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({"unitNumber": "x", "isOnline": "x", "centerId": "x"}, "centerId"),
        ({"unitNumber": "x", "isOnline": "x"}, "isOnline"),
        ({"unitNumber": "x", "isOnline": "true", "centerId": str(CENTER)}, "unitNumber"),
    ],
)
def test_of_several_problems_the_first_in_the_order_of_the_parameters_is_reported(
    values: dict[str, str], parameter: str
) -> None:
    assert _problem(**values).split(":")[0] == parameter


def test_too_many_values_are_reported_before_a_wrong_one_among_them() -> None:
    assert _problem(unitNumber=["x"] * 101) == "unitNumber: '101 values' is not allowed; allowed: at most 100 values"
    assert _problem(unitNumber=["x", "y"]) == "unitNumber: 'x' is not allowed; allowed: a whole number from 1 to 80"


@pytest.mark.parametrize(
    ("wanted", "parameters"),
    [
        (EncounterFilter(), []),
        (
            EncounterFilter((CENTER, OTHER), (False, True), (80, 1)),
            [
                ("centerId", str(CENTER)),
                ("centerId", str(OTHER)),
                ("isOnline", "false"),
                ("isOnline", "true"),
                ("unitNumber", "80"),
                ("unitNumber", "1"),
            ],
        ),
    ],
)
def test_a_filter_is_written_back_to_the_parameters_that_ask_for_it(
    wanted: EncounterFilter, parameters: list[tuple[str, str]]
) -> None:
    assert wanted.parameters() == parameters
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    assert EncounterFilter.from_parameters(values) == (wanted, None)
