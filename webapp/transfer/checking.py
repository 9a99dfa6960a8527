"""What must hold after an import, across files and database: unique names, references, and places not over-taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Final
from uuid import UUID

from webapp.models import BookingMode, UserType
from webapp.transfer.files import BOOKINGS, CENTERS, ENCOUNTERS, USERS, File, Row, Values
from webapp.transfer.problems import Problems
from webapp.transfer.state import State, Table

Rows = dict[str, list[Row]]
PLACES: Final[dict[str, str]] = {BookingMode.SEAT: "seats", BookingMode.STANDBY: "standby_seats"}


def check(after: State, rows: Rows, problems: Problems) -> None:
    """Tell everything that must not be, at the row that brings it about."""
    _check_unique(CENTERS, "reference_id", lambda row: row.get("reference_id"), after.centers, rows, problems)
    _check_unique(USERS, "user_name", lambda row: row.get("user_name_key"), after.users, rows, problems)
    _check_unique(USERS, "student_code", lambda row: row.get("student_code"), after.users, rows, problems)
    _check_names_against_mail(after.users, rows[USERS.name], problems)
    _check_references(after, rows[BOOKINGS.name], problems)
    _check_unique(BOOKINGS, "student_id", _active_pair, after.bookings, rows, problems)
    _check_places(after, rows, problems)


def _check_unique(
    file: File,
    column: str,
    key_of: Callable[[Values], Hashable | None],
    table: Table,
    rows: Rows,
    problems: Problems,
) -> None:
    told = {row.id: row.line for row in rows[file.name]}
    if not told:
        return
    holders: dict[Hashable, UUID] = {}
    for row_id in sorted(table, key=lambda row_id: told.get(row_id, 0)):
        key = key_of(table[row_id])
        if key is None or holders.setdefault(key, row_id) == row_id or row_id not in told:
            continue
        first = holders[key]
        where = f"on line {told[first]} too" if first in told else f"taken by {first} in the database"
        value = table[row_id].get(column)
        problems.add(file.name, told[row_id], column, f"{str(value)!r} is {where}; it must be unique")


def _check_names_against_mail(users: Table, rows: Iterable[Row], problems: Problems) -> None:
    by_mail: defaultdict[str, list[UUID]] = defaultdict(list)
    by_name = {user.get("user_name_key"): user_id for user_id, user in users.items()}
    for user_id, user in users.items():
        if user.get("email_key"):
            by_mail[user["email_key"]].append(user_id)
    told = {row.id for row in rows}
    for row in rows:
        user = users[row.id]
        others = [other for other in by_mail.get(user.get("user_name_key", ""), ()) if other != row.id]
        if others:
            words = f"{user.get('user_name')!r} is the e-mail of another user, {others[0]}"
            problems.add(USERS.name, row.line, "user_name", words)
        namesake = by_name.get(user["email_key"]) if user.get("email_key") else None
        if namesake not in {None, row.id} and namesake not in told:
            words = f"{user.get('email')!r} is the user name of another user, {namesake}"
            problems.add(USERS.name, row.line, "email", words)


def _check_references(after: State, rows: Iterable[Row], problems: Problems) -> None:
    for row in rows:
        encounter_id, student_id = row.values.get("encounter_id"), row.values.get("student_id")
        is_known = encounter_id in after.encounters or ENCOUNTERS.name in problems.broken
        if encounter_id is not None and not is_known:
            words = f"'{encounter_id}' is no encounter, neither in encounters.csv nor in the database"
            problems.add(BOOKINGS.name, row.line, "encounter_id", words)
        if student_id is None:
            continue
        student = after.users.get(student_id)
        if student is None and USERS.name not in problems.broken:
            words = f"'{student_id}' is no user, neither in users.csv nor in the database"
            problems.add(BOOKINGS.name, row.line, "student_id", words)
        elif student is not None and student.get("type") not in {None, UserType.STUDENT}:
            words = f"'{student_id}' is a {student['type']}; allowed: Student"
            problems.add(BOOKINGS.name, row.line, "student_id", words)


def _active_pair(booking: Values) -> Hashable | None:
    if booking.get("is_cancelled") or not booking.get("encounter_id") or not booking.get("student_id"):
        return None
    return booking["encounter_id"], booking["student_id"]


def _check_places(after: State, rows: Rows, problems: Problems) -> None:
    lines = {row.id: row.line for row in rows[BOOKINGS.name]}
    taken = Counter(_place(booking) for booking_id, booking in after.bookings.items() if booking_id not in lines)
    for row in rows[ENCOUNTERS.name]:
        for mode, column in PLACES.items():
            places, others = after.encounters[row.id].get(column), taken[row.id, mode]
            if places is not None and others > places:
                words = f"'{places}' is fewer than the {others} that are taken already"
                problems.add(ENCOUNTERS.name, row.line, column, words)
    for row in rows[BOOKINGS.name]:
        place = _place(after.bookings[row.id])
        taken[place] += 1
        encounter_id, wanted = place
        places = after.encounters.get(encounter_id, {}).get(PLACES[wanted]) if encounter_id and wanted else None
        if places is not None and taken[place] > places:
            words = f"'{wanted}' is one too many: '{encounter_id}' has {places} of them"
            problems.add(BOOKINGS.name, row.line, "mode", words)


def _place(booking: Values) -> tuple[UUID | None, str | None]:
    """The class and mode of which a booking takes a place; nothing for one that takes none."""
    if booking.get("is_cancelled"):
        return None, None
    return booking.get("encounter_id"), booking.get("mode")
