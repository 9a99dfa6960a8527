"""Every message of an import shows the values that were written: shortened where long, escaped where not printable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.transfer.folders import CLASS, GIULIA, LATER, LUCA, MARIA, MILAN, SOUND, guid, write
from webapp.database import Database
from webapp.transfer import ImportRefused, import_folder
from webapp.transfer.messages import Message

CENTERS, USERS, ENCOUNTERS, BOOKINGS = SOUND
CENTER_HEAD = "id,reference_id,name,kind,time_zone,territory"
USER_HEAD = "id,type,user_name,first_name"
NEW, OTHER = guid(0xABCDEF), guid(0xABCDEE)

# Long, with a bell, a line separator, a bidi control, a quote and a backslash; and the same as messages show it.
HOSTILE = "\x07\u2028\u202eO'Brien\\" + "x" * 302
SHOWN = r'"\x07\u2028\u202eO' + "'Brien" + r"\\" + "x" * 49 + '…"'
# What text may hold and screens cannot show; its letters are normal already.
ALLOWED = "a\u200fb\u00a0" + "y" * 70
ALLOWED_SHOWN = r"'a\u200fb\xa0" + "y" * 56 + "…'"
UPPER = NEW.upper()


def _user(**cells: str) -> dict[str, str | bytes]:
    """A row of users.csv for Luca."""
    row = {"id": LUCA, "type": "Student", "user_name": "luca", "first_name": "Luca", **cells}
    return {USERS: f"{','.join(row)}\n" + ",".join(_quoted(cell) for cell in row.values()) + "\n"}


def _center(**cells: str) -> dict[str, str | bytes]:
    row = {"id": MILAN, "reference_id": "MIL-01", "name": "M", "kind": "physical", "time_zone": "Europe/Rome"}
    row = {**row, "territory": "Italy", **cells}
    return {CENTERS: f"{','.join(row)}\n" + ",".join(_quoted(cell) for cell in row.values()) + "\n"}


def _encounter(**cells: str) -> dict[str, str | bytes]:
    row = {"id": CLASS, "center": "MIL-01", "unit_number": "5", "starts_at": "2026-12-01 18:00"}
    row = {**row, "duration_minutes": "60", "seats": "1", **cells}
    return {ENCOUNTERS: f"{','.join(row)}\n" + ",".join(_quoted(cell) for cell in row.values()) + "\n"}


def _bookings(*rows: str) -> dict[str, str | bytes]:
    return {BOOKINGS: "\n".join(["id,encounter_id,student_id,mode,booked_at", *rows]) + "\n"}


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _seat(row_id: str, student: str, encounter: str = CLASS, mode: str = "seat") -> str:
    return f"{row_id},{encounter},{student},{mode},2026-11-01 10:00"


# For each message a folder that is imported into a database with the sound one, and the first problem.
CASES: dict[Message, tuple[dict[str, str | bytes], str]] = {
    Message.EMPTY_FILE: ({CENTERS: ""}, f"centers.csv:1: the file is empty; its first line must name the columns: {CENTER_HEAD.replace(',', ', ')}"),
    Message.NOT_UTF_8: ({CENTERS: f"{CENTER_HEAD}\n\xe8".encode("cp1252")}, "centers.csv:1: line 2 is not UTF-8 (byte 0xe8); it is likely Windows-1252: save it as UTF-8"),
    Message.UNKNOWN_COLUMN: ({CENTERS: f'{CENTER_HEAD},"{HOSTILE}"\n'}, f"centers.csv:1: {SHOWN[1:-1]}: unknown column {SHOWN}; allowed: {CENTER_HEAD.replace(',', ', ')}"),
    Message.REPEATED_COLUMN: ({CENTERS: f"{CENTER_HEAD},name\n"}, "centers.csv:1: name: the column 'name' appears 2 times"),
    Message.MISSING_COLUMN: ({CENTERS: f"{CENTER_HEAD[3:]}\n"}, "centers.csv:1: id: the column 'id' is missing"),
    Message.WRONG_WIDTH: ({CENTERS: f"{CENTER_HEAD}\n{NEW},{_quoted(HOSTILE)}\n"}, "centers.csv:2: id: this row has 2 cells, the header names 6 columns"),
    Message.UNREADABLE: ({CENTERS: f'{CENTER_HEAD}\n"{NEW}"{HOSTILE}\n'}, "centers.csv:2: id: this row cannot be read: ',' expected after '\"'"),
    Message.EMPTY_CELL: (_center(name=" "), "centers.csv:2: name: '' is not allowed: this cell must not be empty"),
    Message.NOT_A_GUID: (_user(id=HOSTILE), f"users.csv:2: id: {SHOWN} is not a GUID (8-4-4-4-12 hex digits)"),
    Message.FORBIDDEN_CHARACTER: (_user(first_name=HOSTILE), f"users.csv:2: first_name: {SHOWN} holds the forbidden character U+0007"),
    Message.TOO_LONG: (_user(last_name=ALLOWED * 4), f"users.csv:2: last_name: {ALLOWED_SHOWN} has 296 characters; allowed: at most 200"),
    Message.TOO_LONG_FOLDED: (_user(email="ﷺ" * 70), f"users.csv:2: email: '{'ﷺ' * 60}…' is longer than 200 characters once its letter case is folded"),
    Message.SEMICOLON: (_center(reference_id=f"{HOSTILE};"), f"centers.csv:2: reference_id: {SHOWN} holds ';', which separates the centers of a user"),
    Message.NOT_A_USER_NAME: (_user(user_name=f"{ALLOWED}/"), f"users.csv:2: user_name: {ALLOWED_SHOWN} is not allowed; allowed: 1 to 128 characters without /, not me, not . or .., not a GUID"),
    Message.NOT_A_NUMBER: (_user(current_unit=HOSTILE), f"users.csv:2: current_unit: {SHOWN} is not allowed; allowed: a whole number from 1 to 80"),
    Message.NOT_A_BOOLEAN: (_user(active=HOSTILE), f"users.csv:2: active: {SHOWN} is not allowed; allowed: true or false"),
    Message.NOT_ONE_OF: (_center(kind=HOSTILE), f"centers.csv:2: kind: {SHOWN} is not allowed; allowed: physical, online"),
    Message.NOT_A_TIME_ZONE: (_center(time_zone=HOSTILE), f"centers.csv:2: time_zone: {SHOWN} is not an IANA time zone"),
    Message.NOT_A_DAY: (_user(contract_ends_on=HOSTILE), f"users.csv:2: contract_ends_on: {SHOWN} is not a day; allowed: YYYY-MM-DD"),
    Message.NOT_A_TIME: (_encounter(starts_at=HOSTILE), f"encounters.csv:2: starts_at: {SHOWN} is not a time; allowed: YYYY-MM-DD HH:MM[:SS], then nothing, Z or ±HH:MM"),
    Message.TIME_OUT_OF_RANGE: (_encounter(starts_at="0001-01-01T18:00Z"), "encounters.csv:2: starts_at: '0001-01-01T18:00Z' is out of range; allowed: the years 1900 to 9998"),
    Message.HAS_SECONDS: (_encounter(starts_at="2026-12-01T18:00:59"), "encounters.csv:2: starts_at: '2026-12-01T18:00:59' has seconds; allowed: 00"),
    Message.NOT_A_HASH: (_user(password_hash=HOSTILE), "users.csv:2: password_hash: not an argon2id hash in PHC spelling ($argon2id$v=19$m=…,t=…,p=…$…$…)"),
    Message.NOT_ARGON2ID: (_user(password_hash="$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"), "users.csv:2: password_hash: not argon2id; other kinds of hashes are not allowed"),
    Message.COSTLY_HASH: (_user(password_hash="$argon2id$v=19$m=8,t=99,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"), "users.csv:2: password_hash: costs too much to verify; allowed: m up to 1048576, t up to 64"),
    Message.SKIPPED_TIME: (_encounter(starts_at="2027-03-28T02:30"), "encounters.csv:2: starts_at: '2027-03-28T02:30' does not exist in Europe/Rome: the clocks skip it; write an offset"),
    Message.DOUBLED_TIME: (_encounter(starts_at=" 2026-10-25T02:30:00 "), "encounters.csv:2: starts_at: '2026-10-25T02:30:00' occurs twice in Europe/Rome: the clocks go back; write an offset"),
    Message.UNKNOWN_CENTER: (_encounter(center=f"e\u0301{ALLOWED}"), r"encounters.csv:2: center: unknown center 'e" + "\u0301" + r"a\u200fb\xa0" + "y" * 54 + "…'"),
    Message.REPEATED_ID: (_bookings(_seat(UPPER.lower(), LUCA, LATER), _seat(UPPER, LUCA, LATER)), f"bookings.csv:3: id: '{UPPER}' is on line 2 too"),
    Message.REPEATED_VALUE: ({CENTERS: f"{CENTER_HEAD}\n{NEW},e\u0301{ALLOWED},A,online,Europe/Rome,X\n{OTHER},\u00e9{ALLOWED},B,online,Europe/Rome,X\n"}, r"centers.csv:3: reference_id: 'éa\u200fb\xa0" + "y" * 55 + "…' is on line 2 too; it must be unique"),
    Message.TAKEN_VALUE: (_user(id=NEW, user_name="ＧＩＵＬＩＡ"), f"users.csv:2: user_name: 'ＧＩＵＬＩＡ' is taken by {GIULIA} in the database; it must be unique"),
    Message.NAME_IS_EMAIL: (_user(user_name="ＧＩＵＬＩＡ@example.com"), f"users.csv:2: user_name: 'ＧＩＵＬＩＡ@example.com' is the e-mail of another user, {GIULIA}"),
    Message.EMAIL_IS_NAME: (_user(id=NEW, user_name="new", email="ＧＩＵＬＩＡ"), f"users.csv:2: email: 'ＧＩＵＬＩＡ' is the user name of another user, {GIULIA}"),
    Message.UNKNOWN_ENCOUNTER: (_bookings(_seat(guid(51), LUCA, UPPER)), f"bookings.csv:2: encounter_id: '{UPPER}' is in neither encounters.csv nor the database"),
    Message.UNKNOWN_USER: (_bookings(_seat(guid(51), UPPER)), f"bookings.csv:2: student_id: '{UPPER}' is in neither users.csv nor the database"),
    Message.NOT_A_STUDENT: (_bookings(_seat(guid(51), MARIA)), f"bookings.csv:2: student_id: '{MARIA}' is a user of type StaffMember; allowed: Student"),
    Message.HAS_BOOKINGS: (_user(id=GIULIA, user_name="giulia", type="Prospect"), "users.csv:2: type: 'Prospect' is not allowed: the database has 1 bookings of this user; allowed: Student"),
    Message.FEWER_THAN_TAKEN: (_encounter(seats="00"), "encounters.csv:2: seats: '00' is fewer than the 1 that are taken already"),
    Message.ONE_TOO_MANY: (_bookings(_seat(guid(51), LUCA)), f"bookings.csv:2: mode: 'seat' is one too many: '{CLASS}' has 1 of them"),
}  # fmt: skip
PLAIN_FIELDS = {
    *(
        "byte",
        "cells",
        "character",
        "columns",
        "count",
        "encoding",
        "encounter",
        "files",
        "first",
        "high",
        "hint",
        "last",
    ),
    *("length", "longest", "low", "memory", "number", "other", "owner", "places", "reason", "rounds", "taken", "type"),
    "zone",
}
ELSEWHERE = {Message.NO_FILES, Message.OVERTAKEN}  # of no row, and without any value


@pytest.mark.parametrize("message", CASES, ids=lambda message: message.name)
def test_a_message_shows_the_value_as_it_was_written(database: Database, tmp_path: Path, message: Message) -> None:
    import_folder(database, write(tmp_path / "sound", dict(SOUND)))
    files, shown = CASES[message]
    with pytest.raises(ImportRefused) as refused:
        import_folder(database, write(tmp_path / "wrong", files))
    assert str(refused.value).splitlines()[0] == shown


def test_every_message_has_such_a_case() -> None:
    assert set(CASES) | ELSEWHERE == set(Message)


def test_a_suggested_value_is_shown_in_the_same_way(sqlite_database: Database, tmp_path: Path) -> None:
    files = {**_center(reference_id=ALLOWED), **_encounter(center=f"{ALLOWED[:-1]}z")}
    with pytest.raises(ImportRefused) as refused:
        import_folder(sqlite_database, write(tmp_path, files))
    shown = f"encounters.csv:2: center: unknown center {ALLOWED_SHOWN}; did you mean {ALLOWED_SHOWN}?"
    assert str(refused.value) == shown


def test_no_message_holds_a_value_in_another_way() -> None:
    fields = [field for message in Message for field in re.findall(r"\{(.+?)\}", message)]
    assert set(fields) == PLAIN_FIELDS | {"value!r"}
