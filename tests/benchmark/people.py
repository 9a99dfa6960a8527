"""The rows of users.csv: the desks of every center, a network manager, and the students."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from tests.benchmark.guids import STAFF, STUDENTS, Guids
from tests.benchmark.names import Tongue, mail_name, tongue
from tests.benchmark.places import Center, Territory

COLUMNS: Final = (
    "id,type,user_name,first_name,last_name,email,phone,centers,"
    "student_code,current_unit,last_unit,contract_ends_on,active"
)
LAST_UNIT: Final = 80
_GUID = 36
_STUDENTS_OF_A_DESK = 200, 3  # so many students have so many staff members
_DOMAINS: Final = ("example.com", "example.org", "example.net", "mail.example", "post.example")


class Students:
    """What classes must know of all students, kept small: ids, units, and who studies what next to whom."""

    def __init__(self, count: int, guids: Guids) -> None:
        self._ids = "".join(guids.text(STUDENTS, number) for number in range(count))
        self.units = bytearray(count)
        self.by_center = array("I", bytes(4 * count))
        self.by_territory = array("I", bytes(4 * count))

    def id(self, number: int) -> str:
        """The id of a student, by number from 0."""
        return self._ids[number * _GUID : number * _GUID + _GUID]

    def arrange(self, centers: list[Center]) -> None:
        """Sort the students of each center and of each territory by unit."""
        for center in centers:
            order = self.by_territory if center.is_online else self.by_center
            people = center.audience
            order[people.start : people.stop] = array("I", sorted(people, key=self.units.__getitem__))


def staff_rows(centers: list[Center], lands: list[Territory], guids: Guids, chance: Random, tail: str) -> Iterator[str]:
    """The network manager of all centers, a desk for each center, and more desks where there are many students."""
    everywhere = ";".join(center.reference for center in centers)
    online = {center.territory: center.reference for center in centers if center.is_online}
    yield (
        f"{guids.text(STAFF, 0)},StaffMember,network.manager,Noor,Lindqvist,network.manager@staff.example,"
        f"+1 (202) 555-0100,{everywhere},,,,,true{tail}\n"
    )
    number, students, extra = 0, 0, 0
    for center in centers:
        students += len(center.students)
        # One desk is there anyway, the others by the number of students so far.
        due = max(students * _STUDENTS_OF_A_DESK[1] // _STUDENTS_OF_A_DESK[0] - number, 1)
        land = lands[center.territory]
        for turn in range(due):
            number += 1
            extra += turn > 0
            name = f"desk.{center.number:04d}" + (f".{turn + 1}" if turn else "")
            first, last = _person(tongue(land.language), chance.getrandbits(32))
            also = f";{online[center.territory]}" if turn and extra % 5 == 0 and center.territory in online else ""
            active = "false" if turn and extra % 60 == 0 else "true"
            yield (
                f"{guids.text(STAFF, number)},StaffMember,{name},{first[0]},{last[0]},{name}@staff.example,"
                f"{_phone(land.phones, chance.getrandbits(16))},{center.reference}"
                f"{'' if center.is_online else also},,,,,{active}{tail}\n"
            )


def student_rows(
    center: Center,
    land: Territory,
    neighbours: list[str],
    students: Students,
    chance: Random,
    first_day: date,
    tail: str,
) -> Iterator[str]:
    """The students of one center, some of whom may study at a second one too."""
    own, foreign = tongue(land.language), tongue("en" if land.language != "en" else "zh")
    last_days = [(first_day + timedelta(days=days)).isoformat() for days in range(-40, 728)]
    for number in center.students:
        bits = chance.getrandbits(96)
        first, last = _person(own if bits & 7 else foreign, bits >> 3 & 0xFFFFFFFF)
        unit = students.units[number] = UNITS[bits >> 35 & 4095]
        places = center.reference
        if not bits >> 49 & 15:
            other = neighbours[(bits >> 53 & 1023) % len(neighbours)]
            places += f";{other}" if other != places else ""
        mail = f"{mail_name(first, last)}{number + 1}@{_DOMAINS[(bits >> 55 & 7) % 5]}" if bits >> 58 & 31 else ""
        phone = _phone(land.phones, bits >> 63 & 0xFFFF) if bits >> 79 & 7 else ""
        # Contracts are sold in blocks of four units.
        last_unit = min(unit + 3 & ~3 | (bits >> 60 & 7) << 2, LAST_UNIT) if bits >> 82 & 7 else ""
        ends = last_days[(bits >> 58 & 1023) * 3 >> 2] if bits >> 85 & 31 else ""
        # A quarter of the people is known at the desk by the Latin spelling.
        spelling = 0 if bits >> 47 & 3 else 1
        yield (
            f"{students.id(number)},Student,student.{number + 1:06d},{first[spelling]},"
            f"{last[spelling]},{mail},{phone},{places},{land.code}{(number + 1) * 7368787 % 10_000_000:07d},"
            f"{unit},{last_unit},{ends},{'true' if bits >> 90 & 63 else 'false'}{tail}\n"
        )


def teachers(center: Center, land: Territory, chance: Random) -> list[str]:
    """Eight people who teach at a center, half of them from abroad."""
    kinds = (tongue("en"), tongue(land.language))
    people = [_person(kinds[turn % 2], chance.getrandbits(32)) for turn in range(8)]
    return [f"{first[0]} {last[0]}" for first, last in people]


def _person(names: Tongue, bits: int) -> tuple[tuple[str, str], tuple[str, str]]:
    return names.first[(bits & 0xFFFF) % len(names.first)], names.last[(bits >> 16) % len(names.last)]


def _phone(kind: int, bits: int) -> str:
    """A number of a range that the authorities keep for fiction."""
    low, high = bits % 100, bits // 100 % 100
    if kind == 1:
        return f"+33 6 39 98 {high:02d} {low:02d}"
    if kind == 2:
        return f"+44 7700 900{bits % 1000:03d}"
    if kind == 3:
        return f"+49 30 23125 {bits % 1000:03d}"
    if kind == 4:
        return f"+61 2 5550 {high:02d}{low:02d}"
    return f"+46 70 17406{low:02d}" if kind == 5 else f"+1 ({201 + high * 7}) 555-01{low:02d}"


def _units() -> bytes:
    """The current units of 4096 students: many at the beginning, ever fewer towards the end."""
    weights = [100 if unit <= 8 else max(100 - (unit - 8) * 7 // 2, 4) for unit in range(1, LAST_UNIT + 1)]
    found, reached = bytearray(), 0
    for unit, weight in enumerate(weights, 1):
        reached += weight
        found += bytes([unit]) * (4096 * reached // sum(weights) - len(found))
    return bytes(found)


UNITS: Final = _units()
