"""The facts the oracle reasons about: centers, users, encounters and bookings, as the CSV files state them."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)

STAFF = "StaffMember"
STUDENT = "Student"


@dataclass(frozen=True)
class Center:
    """A place, or an online center; ids are lower case everywhere in the oracle."""

    id: str
    reference_id: str
    name: str
    kind: str
    time_zone: str
    territory: str


@dataclass(frozen=True)
class User:
    """A person of any type; `centers` holds the ids (not the reference ids) of those assigned."""

    id: str
    type: str
    user_name: str
    first_name: str
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    centers: frozenset[str] = frozenset()
    student_code: str | None = None
    current_unit: int | None = None
    last_unit: int | None = None
    contract_ends_on: date | None = None
    active: bool = True


@dataclass(frozen=True)
class Encounter:
    """A class; `starts_at` is aware and in UTC."""

    id: str
    center_id: str
    unit_number: int
    starts_at: datetime
    duration_minutes: int
    seats: int
    standby_seats: int = 0
    is_online: bool = False
    is_closed: bool = False
    is_cancelled: bool = False

    @property
    def ends_at(self) -> datetime:
        """The first moment after the class, in UTC."""
        return self.starts_at + timedelta(minutes=self.duration_minutes)


@dataclass(frozen=True)
class Booking:
    """A place that a student holds, or held, in a class; `mode` is seat or standby."""

    id: str
    encounter_id: str
    student_id: str
    mode: str
    is_cancelled: bool = False


@dataclass(frozen=True)
class World:
    """Everything that is true at one moment."""

    centers: tuple[Center, ...] = ()
    users: tuple[User, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    bookings: tuple[Booking, ...] = ()

    @cached_property
    def center_of_id(self) -> dict[str, Center]:
        """Each center under its id."""
        return {center.id: center for center in self.centers}

    @cached_property
    def user_of_id(self) -> dict[str, User]:
        """Each user by id."""
        return {user.id: user for user in self.users}

    @cached_property
    def encounter_of_id(self) -> dict[str, Encounter]:
        """Each class under its id."""
        return {encounter.id: encounter for encounter in self.encounters}

    @cached_property
    def places_in(self) -> dict[str, list[Booking]]:
        """Under the id of each class, its bookings that are not cancelled; none: no key."""
        places: dict[str, list[Booking]] = {}
        for booking in self.bookings:
            if not booking.is_cancelled:
                places.setdefault(booking.encounter_id, []).append(booking)
        return places

    @cached_property
    def places_of(self) -> dict[str, list[Booking]]:
        """Under the id of each student, their bookings that are not cancelled; without any, no key."""
        places: dict[str, list[Booking]] = {}
        for booking in self.bookings:
            if not booking.is_cancelled:
                places.setdefault(booking.student_id, []).append(booking)
        return places

    @classmethod
    def read(cls, folder: Path) -> World:
        """A folder of well-formed files in the import format, loaded into an empty database."""
        centers = tuple(_center(row) for row in _rows(folder / "centers.csv"))
        by_reference = {center.reference_id: center for center in centers}
        return cls(
            centers,
            tuple(_user(row, by_reference) for row in _rows(folder / "users.csv")),
            tuple(_encounter(row, by_reference) for row in _rows(folder / "encounters.csv")),
            tuple(_booking(row) for row in _rows(folder / "bookings.csv")),
        )


def instant(written: str, zone: str) -> datetime:
    """A time of the import format in UTC; `zone` is that of a time without an offset."""
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)


def _rows(file: Path) -> list[dict[str, str]]:
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        # No column's name holds either character, so the header alone shows which one separates.
        delimiter = ";" if ";" in lines.readline() else ","
        lines.seek(0)
        cells = [[_text(cell) for cell in line] for line in csv.reader(lines, delimiter=delimiter)]
    header, *records = [line for line in cells if any(line)]
    return [dict(zip(header, record, strict=True)) for record in records]


def _text(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.strip())


def _center(row: dict[str, str]) -> Center:
    return Center(
        id=row["id"].lower(),
        reference_id=row["reference_id"],
        name=row["name"],
        kind=row["kind"],
        time_zone=row["time_zone"],
        territory=row["territory"],
    )


def _user(row: dict[str, str], by_reference: dict[str, Center]) -> User:
    references = [reference.strip() for reference in row.get("centers", "").split(";")]
    ends_on = row.get("contract_ends_on")
    return User(
        id=row["id"].lower(),
        type=row["type"],
        user_name=row["user_name"],
        first_name=row["first_name"],
        last_name=row.get("last_name") or None,
        email=row.get("email") or None,
        phone=row.get("phone") or None,
        centers=frozenset(by_reference[reference].id for reference in references if reference),
        student_code=row.get("student_code") or None,
        current_unit=_number(row.get("current_unit")),
        last_unit=_number(row.get("last_unit")),
        contract_ends_on=date.fromisoformat(ends_on) if ends_on else None,
        active=row.get("active") != "false",
    )


def _encounter(row: dict[str, str], by_reference: dict[str, Center]) -> Encounter:
    center = by_reference[row["center"]]
    written = row.get("is_online")
    return Encounter(
        id=row["id"].lower(),
        center_id=center.id,
        unit_number=int(row["unit_number"]),
        starts_at=instant(row["starts_at"], center.time_zone),
        duration_minutes=int(row["duration_minutes"]),
        seats=int(row["seats"]),
        standby_seats=_number(row.get("standby_seats")) or 0,
        is_online=written == "true" if written else center.kind == "online",
        is_closed=row.get("is_closed") == "true",
        is_cancelled=row.get("is_cancelled") == "true",
    )


def _booking(row: dict[str, str]) -> Booking:
    return Booking(
        id=row["id"].lower(),
        encounter_id=row["encounter_id"].lower(),
        student_id=row["student_id"].lower(),
        mode=row["mode"],
        is_cancelled=row.get("is_cancelled") == "true",
    )


def _number(cell: str | None) -> int | None:
    return int(cell) if cell else None
