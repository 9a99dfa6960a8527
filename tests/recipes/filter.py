"""The recipe "Add a filter": weekday, by the start of a class on the clock of its center."""

from __future__ import annotations

from typing import Final

from tests.recipes.checkout import Checkout, Recipe

_FILTERS: Final = "webapp/encounters/filters.py"
_PRESENTER: Final = "webapp/web/presenters/encounters.py"
_ORACLE: Final = "tests/oracle/encounters.py"
_CASES: Final = "tests/agreement/cases.py"

_PARAMETER: Final = """    Parameter(
        name="weekday",
        field="weekdays",
        **_choice({day: day for day in _WEEKDAYS}),
        meaning="classes that start on this day, on the clock of the center",
        read=lambda encounter: _WEEKDAYS[encounter.starts_at.astimezone(ZoneInfo(encounter.time_zone)).weekday()],
    ),
"""
_WORDS: Final = """_WEEKDAY_WORDS: Final = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
"""
_CHOICES: Final = """def _weekday_choices(checked: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(day, word, day in checked) for day, word in _WEEKDAY_WORDS.items())


"""
_ROW: Final = (
    "| `weekday` | mon, tue, wed, thu, fri, sat or sun | classes that start on this day, on the clock of the center |\n"
)
_PASSES: Final = """            and (not self.weekdays or _weekday(encounter, center) in self.weekdays)
"""
_WEEKDAY: Final = """def _weekday(encounter: Encounter, center: Center) -> str:
    return f"{encounter.starts_at.astimezone(ZoneInfo(center.time_zone)):%a}".lower()


"""
_EXPECTED_GROUP: Final = """            ChoiceGroup(
                "Day",
                "weekday",
                "checkbox",
                (
                    Choice("mon", "Monday", False),
                    Choice("tue", "Tuesday", False),
                    Choice("wed", "Wednesday", False),
                    Choice("thu", "Thursday", False),
                    Choice("fri", "Friday", False),
                    Choice("sat", "Saturday", False),
                    Choice("sun", "Sunday", False),
                ),
            ),
"""
_TEST: Final = '''"""The weekday of a class is that of its center's clock, on the page as in the JSON."""

from __future__ import annotations

import re
from uuid import UUID

from tests.world import World


def found(world: World, query: str) -> list[UUID]:
    """The classes of giulia that the page and the JSON show."""
    browser = world.client("giulia")
    page = browser.get(f"/students/giulia/encounters?{query}").get_data(as_text=True)
    rows = [UUID(row) for row in re.findall('data-encounter-id="(.*?)"', page)]
    json = browser.get(f"/users/me/encounters/available?{query}").get_json()
    assert [UUID(row["Id"]) for row in json] == rows
    return rows


def test_a_class_is_found_by_the_weekday_on_the_clock_of_its_center(world: World) -> None:
    monday = world.add_encounter(hours=13.5)  # Monday, 23:30 in Rome
    tuesday = world.add_encounter(hours=14)  # midnight in Rome, still Monday in UTC
    assert found(world, "weekday=mon") == [monday]
    assert found(world, "weekday=tue") == [tuesday]
    assert found(world, "weekday=tue&weekday=mon") == [monday, tuesday]
    assert found(world, "weekday=wed&isOnline=false") == []
'''


def _parameter(checkout: Checkout) -> None:
    checkout.insert_after(_FILTERS, "from uuid import UUID", "from zoneinfo import ZoneInfo\n")
    days = '_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")\n'
    checkout.insert_after(_FILTERS, '_UNIT: Final = re.compile(r"0*([1-9][0-9]?)", re.ASCII)', days)
    checkout.replace(_FILTERS, ")\nCOLUMNS: Final", f"{_PARAMETER})\nCOLUMNS: Final")
    checkout.insert_after(_FILTERS, "    unit_numbers: tuple[int, ...] = ()", "    weekdays: tuple[str, ...] = ()\n")


def _group(checkout: Checkout) -> None:
    group = '        ChoiceGroup("Day", "weekday", "checkbox", _weekday_choices(query.wanted.weekdays)),\n'
    show = '        ChoiceGroup("Show", "show"'
    checkout.replace(_PRESENTER, show, f"{group}{show}")
    checkout.replace(_PRESENTER, "\n\ndef filter_form(", f"{_WORDS}\n\ndef filter_form(")
    checkout.replace(_PRESENTER, "def _version(", f"{_CHOICES}def _version(")


def _oracle(checkout: Checkout) -> None:
    checkout.insert_after(
        _ORACLE,
        "    unit_numbers: frozenset[int] = frozenset()",
        "    weekdays: frozenset[str] = frozenset()\n",
    )
    last = "            and (not self.unit_numbers or encounter.unit_number in self.unit_numbers)"
    checkout.insert_after(_ORACLE, last, _PASSES)
    checkout.replace(_ORACLE, "def in_json(", f"{_WEEKDAY}def in_json(")


def _cases(checkout: Checkout) -> None:
    units = '        pairs += [("unitNumber", str(unit)) for unit in sorted(self.wanted.unit_numbers)]'
    checkout.insert_after(
        _CASES, units, '        pairs += [("weekday", day) for day in sorted(self.wanted.weekdays)]\n'
    )
    units = "    units = some(list(offered_units(asked))) if 0.35 < kind < 0.6 else frozenset()"
    days = '    days = some(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]) if 0.55 < kind < 0.7 else frozenset()\n'
    checkout.insert_after(_CASES, units, days)
    checkout.replace(_CASES, "Wanted(centers, online, units)", "Wanted(centers, online, units, days)")


FILTER: Final = Recipe(
    "Add a filter",
    {
        "parameter": _parameter,
        "group": _group,
        "readme": lambda checkout: checkout.insert_after(
            "README.md", "| `unitNumber` | a whole number from 1 to 80 | classes that close this unit |", _ROW
        ),
        "oracle": _oracle,
        "cases": _cases,
        "test of the form": lambda checkout: checkout.replace(
            "tests/web/presenters/test_filter_form.py",
            '            ChoiceGroup("Show", "show"',
            f'{_EXPECTED_GROUP}            ChoiceGroup("Show", "show"',
        ),
        "test": lambda checkout: checkout.add("tests/web/test_weekday.py", _TEST),
    },
    (
        "tests/web/test_weekday.py",
        "tests/web/test_description.py",
        "tests/web/presenters/test_filter_form.py",
        "tests/agreement/test_seed_data.py",
    ),
)
