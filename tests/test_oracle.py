"""The oracle itself, proved on worlds so small that each answer is plain by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.oracle.encounters import Wanted, answer, offered_centers, offered_units, statuses
from tests.oracle.negotiation import negotiate
from tests.oracle.policy import (
    expected_search_status,
    expected_status,
    granted,
    search_key,
    search_order,
    search_results,
)
from tests.oracle.world import Booking, Center, Encounter, User, World

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def guid(number: int) -> str:
    return f"abcdef00-0000-4000-8000-{number:012d}"


MILAN = Center(guid(1), "MIL", "Milano", "physical", "Europe/Rome", "Italy")
ROME = Center(guid(2), "ROM", "Roma", "physical", "Europe/Rome", "Italy")
ONLINE = Center(guid(3), "ITO", "Italia Online", "online", "Europe/Rome", "Italy")
LISBON = Center(guid(4), "LIS", "Lisboa", "physical", "Europe/Lisbon", "Portugal")
OTHER_ONLINE = Center(guid(5), "PTO", "Online", "online", "Europe/Lisbon", "Portugal")
CENTERS = (MILAN, ROME, ONLINE, LISBON, OTHER_ONLINE)


def person(number: int, kind: str, name: str, *centers: Center, active: bool = True) -> User:
    return User(guid(number), kind, name, name, centers=frozenset(it.id for it in centers), active=active)


GIULIA = replace(person(11, "Student", "giulia", MILAN), current_unit=5)
PEOPLE = {
    user.user_name: user
    for user in (
        GIULIA,
        person(12, "Student", "luca", MILAN),
        person(13, "Student", "rita", ROME),
        person(14, "Student", "omar", ONLINE),
        person(15, "Student", "zeno"),
        person(16, "Student", "dino", MILAN, active=False),
        person(21, "StaffMember", "maria", MILAN),
        person(22, "StaffMember", "marco", MILAN, LISBON),
        person(23, "StaffMember", "olga", ONLINE),
        person(24, "StaffMember", "nora"),
        person(25, "StaffMember", "vera", MILAN, active=False),
        person(31, "Administrator", "ada", MILAN),
        person(32, "Prospect", "pia", MILAN),
        person(33, "ProspectWithTrial", "tina", MILAN),
        person(34, "ProspectWithoutTrial", "paolo", MILAN),
        person(35, "User", "ugo", MILAN),
        person(36, "Student", "Straße", ROME),
    )
}
NETWORK = World(CENTERS, tuple(PEOPLE.values()))


def a_class(number: int = 100, hours: float = 24, *, unit: int = 5, center: Center = MILAN) -> Encounter:
    return Encounter(guid(number), center.id, unit, NOW + timedelta(hours=hours), 60, seats=1)


def place(encounter: Encounter, user: User = GIULIA, mode: str = "seat", *, cancelled: bool = False) -> Booking:
    return Booking(guid(900), encounter.id, user.id, mode, cancelled)


def status(world: World, student: User = GIULIA) -> str:
    """The status of the first class of the world, or an empty text where it is not told."""
    found = {encounter.id: told for encounter, told in statuses(world, student, NOW)}
    return found.get(world.encounters[0].id, "")


def world_of(*encounters: Encounter, places: tuple[Booking, ...] = ()) -> World:
    return replace(NETWORK, encounters=encounters, bookings=places)


@pytest.mark.parametrize(
    ("caller", "identifier", "is_granted"),
    [
        ("giulia", "giulia", True),
        ("giulia", "luca", False),
        ("giulia", "maria", False),
        ("maria", "giulia", True),
        ("maria", "marco", True),
        ("marco", "maria", True),
        ("maria", "ada", True),
        ("maria", "maria", True),
        ("nora", "nora", True),
        ("nora", "me", True),
        ("maria", "rita", False),
        ("maria", "omar", False),
        ("nora", "zeno", False),
        ("olga", "omar", True),
        ("olga", "giulia", False),
        *((caller, asked, False) for caller in ("ada", "pia", "tina", "paolo", "ugo") for asked in ("me", "giulia")),
        ("maria", "nobody", False),
        ("maria", guid(999), False),
        ("maria", "dino", False),
        ("maria", "vera", False),
        ("dino", "me", False),
        ("vera", "giulia", False),
        ("zeno", "me", True),
    ],
)
def test_each_row_of_the_published_table_is_answered(caller: str, identifier: str, is_granted: bool) -> None:
    assert granted(NETWORK, PEOPLE[caller], identifier) is is_granted


def test_the_signed_out_and_the_deactivated_are_granted_nothing_and_answered_401() -> None:
    for caller in (None, PEOPLE["dino"], PEOPLE["vera"]):
        assert not granted(NETWORK, caller, "giulia")
        assert {expected_status(NETWORK, caller, asked) for asked in ("me", "giulia", "nobody", "a\nb")} == {401}


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("giulia", 200),
        ("GIULIA", 200),
        ("ｇiulia", 200),
        (b"giulia", 200),
        ("ME", 200),
        ("mE", 200),
        (guid(11), 200),
        (guid(11).upper(), 200),
        (guid(11).replace("-", ""), 403),
        ("{" + guid(11) + "}", 403),
        ("ｍｅ", 403),
        (" giulia", 403),
        ("rita", 403),
        ("nobody", 403),
        ("x" * 128, 403),
        ("x" * 129, 400),
        ("é".encode() * 128, 403),
        (b"\xff", 400),
        (b"\xed\xa0\x80", 400),
        ("\udc80", 400),
        *((f"giulia{c}", 400) for c in "\0\n\x7f\x85\u2028\u2029\u202a\u202e\u2066\u2069"),
        *((f"giulia{c}", 403) for c in "\u200b\u200d\u200e\u2027\u202f\u2065\u206a"),
        ("", 404),
        ("a/b", 404),
    ],
)
def test_the_form_of_an_identifier_decides_before_the_policy(identifier: str | bytes, expected: int) -> None:
    assert expected_status(NETWORK, GIULIA, identifier) == expected


def test_user_names_are_compared_after_case_folding() -> None:
    assert granted(NETWORK, PEOPLE["Straße"], "STRASSE")


def test_search_is_for_staff_with_short_texts() -> None:
    callers = [None, PEOPLE["vera"], GIULIA, PEOPLE["ada"], PEOPLE["maria"]]
    assert [expected_search_status(caller, "x" * 100) for caller in callers] == [303, 303, 403, 403, 200]
    assert expected_search_status(PEOPLE["maria"], "x" * 101) == 400
    with pytest.raises(ValueError, match="no search"):
        search_results(NETWORK, GIULIA, "")


def test_an_empty_search_shows_the_active_students_of_shared_centers() -> None:
    def shown(name: str) -> list[str]:
        return [NETWORK.user_of_id[found].user_name for found in search_results(NETWORK, PEOPLE[name], " ")]

    assert {name: shown(name) for name in ("maria", "olga", "nora")} == {
        "maria": ["giulia", "luca"],
        "olga": ["omar"],
        "nora": [],
    }


@pytest.mark.parametrize(
    ("q", "is_found"),
    [
        ("lukasz", True),
        ("OREN ŁUK", True),
        ("søren", True),
        ("mail.example s-17", True),
        ("anna", False),
        ("lukasz anna", False),
        ("l_kasz", False),
        ("%", False),
        ("\\", False),
        ("555-0171", True),
        ("(64 6) 555", True),
        ("171 555", False),
        ("5550171 lukasz", False),
        ("+", False),
        ("-", True),
    ],
)
def test_search_looks_for_every_word_and_for_the_digits_of_the_phone(q: str, is_found: bool) -> None:
    lukasz = User(
        guid(41), "Student", "lk", "Łukasz", "Sørensen", "l@mail.example", "+1 (646) 555-0171",
        frozenset({MILAN.id}), "S-17",
    )  # fmt: skip
    world = World(CENTERS, (lukasz, GIULIA, PEOPLE["maria"]))
    assert search_results(world, PEOPLE["maria"], q) == ([lukasz.id] if is_found else [])


def test_accents_and_the_letters_named_in_the_contract_fold() -> None:
    assert search_key("Øłđ ẞß Æœ ıİ Þé") == "old ssss aeoe ii the"
    assert search_key("Kadıköy Nguyễn Ærø") == "kadikoy nguyen aero"


def test_what_search_finds_is_ordered_by_last_name_first_name_and_user_name() -> None:
    names = [("a", "Bo", "Zu"), ("b", "Ba", "Émile"), ("c", "ba", "Emile"), ("d", "Ab", "emile"), ("e", "Zoe", None)]
    users = [
        User(guid(60 - n), "Student", name, first, last, centers=frozenset({MILAN.id}))
        for n, (name, first, last) in enumerate(names)
    ]
    world = World(CENTERS, (*users, PEOPLE["maria"]))
    found = [world.user_of_id[it] for it in search_results(world, PEOPLE["maria"], "")]
    assert [user.user_name for user in found] == ["e", "d", "b", "c", "a"]
    assert found == sorted(users, key=search_order)


def test_a_class_with_a_free_seat_is_told_in_the_ten_published_fields() -> None:
    starts = datetime(2026, 12, 1, 18, tzinfo=UTC)
    encounter = replace(a_class(), starts_at=starts, duration_minutes=50, is_online=True)
    assert json.dumps(answer(world_of(encounter), GIULIA, NOW)) == (
        f'[{{"UnitNumber": 5, "Id": "{encounter.id}", "DateTime": "2026-12-01T18:00:00+00:00", '
        '"EndDate": "2026-12-01T18:50:00+00:00", "Duration": 50, "Status": "Available", "IsOnline": true, '
        f'"CenterId": "{MILAN.id}", "CenterName": "Milano", "CenterReferenceId": "MIL"}}]'
    )


def test_each_status_holds_when_the_ones_above_it_do_not() -> None:
    luca, encounter = PEOPLE["luca"], replace(a_class(), standby_seats=1)
    closed, overlapping = replace(encounter, is_closed=True), a_class(101, 24.5, unit=70, center=LISBON)
    own_seat, other_seat = place(encounter), place(encounter, luca)
    own_standby, other_standby = place(encounter, mode="standby"), place(encounter, luca, "standby")
    busy = place(overlapping)
    worlds = {
        "Booked": world_of(closed, overlapping, places=(own_seat, own_standby, busy)),
        "OnStandby": world_of(closed, overlapping, places=(own_standby, busy)),
        "Closed": world_of(closed, overlapping, places=(busy,)),
        "Conflict": world_of(encounter, overlapping, places=(busy,)),
        "Available": world_of(encounter, overlapping),
        "Standby": world_of(encounter, places=(other_seat,)),
        "Full": world_of(encounter, places=(other_seat, other_standby)),
    }
    assert {expected: status(world) for expected, world in worlds.items()} == {name: name for name in worlds}
    told = {name for name, world in worlds.items() if encounter.id in [it["Id"] for it in answer(world, GIULIA, NOW)]}
    assert told == {"Available", "Standby"}
    assert all(answer(world, GIULIA, NOW, only_available=False) for world in worlds.values())


def test_cancelled_bookings_take_no_place_and_cancelled_classes_never_appear() -> None:
    encounter = a_class()
    assert status(world_of(encounter, places=(place(encounter, cancelled=True),))) == "Available"
    assert status(world_of(replace(encounter, is_cancelled=True))) == ""


def test_whoever_holds_a_place_takes_it_and_no_seats_at_all_are_full() -> None:
    encounter = a_class()
    assert status(world_of(encounter, places=(place(encounter, PEOPLE["dino"]),))) == "Full"
    assert status(world_of(replace(encounter, seats=0))) == "Full"
    assert status(world_of(replace(encounter, seats=0, standby_seats=1))) == "Standby"


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(23, "Available"), (23.01, "Conflict"), (24, "Conflict"), (24.99, "Conflict"), (25, "Available")],
)
def test_a_class_that_only_touches_another_does_not_conflict(hours: float, expected: str) -> None:
    other = a_class(101, hours)
    assert status(world_of(a_class(), other, places=(place(other),))) == expected


def test_any_other_class_with_a_seat_conflicts_but_no_standby_and_nothing_cancelled() -> None:
    begun = replace(a_class(101, -1, unit=1, center=LISBON), duration_minutes=200, is_closed=True)
    soon = a_class(100, 1)
    assert status(world_of(soon, begun, places=(place(begun),))) == "Conflict"
    assert status(world_of(soon, begun, places=(place(begun, mode="standby"),))) == "Available"
    assert status(world_of(soon, begun, places=(place(begun, cancelled=True),))) == "Available"
    assert status(world_of(soon, replace(begun, is_cancelled=True), places=(place(begun),))) == "Available"
    assert status(world_of(soon, begun, places=(place(begun, PEOPLE["luca"]),))) == "Available"


def test_the_window_opens_after_the_lead_and_closes_with_the_horizon() -> None:
    second = 1 / 3600
    world = world_of(*(a_class(100 + n, hours) for n, hours in enumerate([0, second, 1, 1 + second, 48, 48 + second])))

    def found(lead: int, days: int) -> list[str]:
        told = statuses(world, GIULIA, NOW, lead_minutes=lead, horizon_days=days)
        return [encounter.id[-1] for encounter, _ in told]

    assert found(lead=0, days=2) == ["1", "2", "3", "4"]
    assert found(lead=60, days=2) == ["3", "4"]
    assert found(lead=0, days=28) == ["1", "2", "3", "4", "5"]


def test_without_settings_one_unit_ahead_is_told_from_now_on_for_28_days() -> None:
    day, second = 24, 1 / 3600
    in_reach = [a_class(100, second), a_class(101, 28 * day, unit=6)]
    world = world_of(*in_reach, a_class(102, 0), a_class(103, 28 * day + second), a_class(104, unit=7))
    assert [encounter for encounter, _ in statuses(world, GIULIA, NOW)] == in_reach
    assert [it["Id"] for it in answer(world, GIULIA, NOW)] == [encounter.id for encounter in in_reach]
    assert answer(world, GIULIA, NOW, units_ahead=0, lead_minutes=1, horizon_days=28) == []
    assert offered_units(GIULIA) == [5, 6]


@pytest.mark.parametrize(
    ("zone", "starts_at", "is_told"),
    [
        ("Europe/Rome", "2026-10-24T21:59", True),
        ("Europe/Rome", "2026-10-24T22:00", False),
        ("Europe/Rome", "2026-10-24T22:30", False),
        ("America/Santiago", "2026-10-25T02:59", True),
        ("America/Santiago", "2026-10-25T03:00", False),
        ("Asia/Singapore", "2026-10-24T15:59", True),
        ("Asia/Singapore", "2026-10-24T16:00", False),
    ],
)
def test_the_contract_ends_with_the_day_of_the_center(zone: str, starts_at: str, is_told: bool) -> None:
    center = replace(MILAN, time_zone=zone)
    encounter = replace(a_class(), starts_at=datetime.fromisoformat(starts_at + "+00:00"))
    world = World((center,), (), (encounter,))
    student = replace(GIULIA, contract_ends_on=date(2026, 10, 24))
    assert bool(statuses(world, student, datetime(2026, 10, 20, tzinfo=UTC))) is is_told


def test_the_contract_day_follows_a_change_of_the_clocks() -> None:
    """Rome leaves summer time on 2026-10-25 at 01:00 UTC, so that this day lasts until 23:00 UTC, not 22:00."""
    student, now = replace(GIULIA, contract_ends_on=date(2026, 10, 25)), datetime(2026, 10, 20, tzinfo=UTC)
    starts = [datetime(2026, 10, 25, 22, 59, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)]
    world = world_of(*(replace(a_class(100 + n), starts_at=it) for n, it in enumerate(starts)))
    assert [encounter.starts_at for encounter, _ in statuses(world, student, now)] == starts[:1]


def test_classes_are_sorted_by_start_then_name_by_code_point_then_id() -> None:
    named = [replace(MILAN, id=guid(n), name=name) for n, name in enumerate(["Zoo", "a", "Äs", "Zoo", "𐀀", "\ufb01"])]
    student = replace(GIULIA, centers=frozenset(center.id for center in named))
    later_first = [a_class(110, 25, center=named[0]), *(a_class(109 - n, center=it) for n, it in enumerate(named))]
    told = statuses(World(tuple(named), (), tuple(later_first)), student, NOW)
    assert [encounter.id[-3:] for encounter, _ in told] == ["106", "109", "108", "107", "104", "105", "110"]


@pytest.mark.parametrize(
    ("current", "last", "ahead", "expected"),
    [
        (5, None, 1, [5, 6]),
        (5, None, 0, [5]),
        (5, 7, 79, [5, 6, 7]),
        (5, 5, 1, [5]),
        (5, 4, 1, []),
        (80, None, 1, [80]),
        (None, 80, 1, []),
    ],
)
def test_units_run_from_the_current_one_to_the_last(
    current: int | None, last: int | None, ahead: int, expected: list[int]
) -> None:
    student = replace(GIULIA, current_unit=current, last_unit=last)
    world = world_of(*(a_class(100 + unit, unit, unit=unit) for unit in range(1, 81)))
    told = statuses(world, student, NOW, units_ahead=ahead)
    assert [encounter.unit_number for encounter, _ in told] == expected
    assert offered_units(student, units_ahead=ahead) == expected


def test_only_active_students_have_classes() -> None:
    world = world_of(a_class())
    assert status(world) == "Available"
    assert status(world, replace(GIULIA, active=False)) == ""
    assert status(world, replace(GIULIA, type="StaffMember")) == ""


def test_centers_are_the_own_ones_and_the_online_ones_of_their_territories() -> None:
    world = world_of(*(a_class(100 + n, center=center) for n, center in enumerate(CENTERS)))
    assert offered_centers(world, GIULIA) == [ONLINE, MILAN]
    assert offered_centers(world, replace(GIULIA, centers=frozenset())) == []
    assert offered_centers(world, PEOPLE["omar"]) == [ONLINE]
    assert [encounter.id[-3:] for encounter, _ in statuses(world, GIULIA, NOW)] == ["102", "100"]
    other_case = replace(world, centers=(MILAN, replace(ONLINE, territory="italy")))
    assert offered_centers(other_case, GIULIA) == [MILAN]


def test_filters_are_or_ed_within_a_name_and_and_ed_between_names() -> None:
    here, there = a_class(101, 1), replace(a_class(102, 2, center=ONLINE), is_online=True)
    world = world_of(here, there, a_class(103, 3, unit=6))

    def found(**wanted: frozenset[str] | frozenset[bool] | frozenset[int]) -> str:
        return "".join(str(it["Id"])[-1] for it in answer(world, GIULIA, NOW, Wanted(**wanted)))  # type: ignore[arg-type]

    assert found() == "123"
    assert found(center_ids=frozenset({MILAN.id})) == "13"
    assert found(center_ids=frozenset({MILAN.id, ONLINE.id})) == "123"
    assert found(center_ids=frozenset({ROME.id})) == ""
    assert found(is_online=frozenset({True})) == "2"
    assert found(is_online=frozenset({True, False})) == "123"
    assert found(unit_numbers=frozenset({6}), is_online=frozenset({False})) == "3"
    assert found(unit_numbers=frozenset({6}), is_online=frozenset({True})) == ""


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("", "application/json"),
        (" , ,", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/json"),
        ("TEXT/Json", "text/json"),
        ("text/json, application/json", "application/json"),
        ("text/json;q=0.501, application/json;q=0.5", "text/json"),
        ("text/json;q=0.5, */*;q=0.5", "application/json"),
        ("application/json;q=0", None),
        ("application/json;q=0, */*", "text/json"),
        ("application/json;q=0.2, application/*;q=0, */*;q=0.1", "application/json"),
        ("*/*;q=1, application/*;q=0.1, text/*;q=0.2", "text/json"),
        ("text/json;q=0, text/*, application/json;q=0.000", None),
        ("*/*;q=0", None),
        ("text/html", None),
        ("text/html, */*;q=0.001", "application/json"),
        ("text/json;charset=utf-8 ;\tQ=0.4;, application/json;q=0.3", "text/json"),
        ('text/json;x="a,b;q=0\\",";q=0.7, application/json;q=0.6', "text/json"),
        ("garbage", "application/json"),
        ("garbage, text/html", None),
        ("garbage, text/json", "text/json"),
        ("text/json;q=2", "application/json"),
        ("text/json;q=0.1234", "application/json"),
        ("text/json;q=1.001", "application/json"),
        ("text/json;q=-0", "application/json"),
        ("text/json;q=1.000", "text/json"),
        ("text/json;q=1.", "text/json"),
        ("text/json;q=", "application/json"),
        ("text/json;q=0.5;q=0.5", "application/json"),
        ("text/json, application/json;q=1", "application/json"),
        ('text/json;x="\\\\";q=0.7, application/json;q=0.6', "text/json"),
        ('text/html, a\\"b, text/json, c"', None),
        ("text/json;q= 0.5", "application/json"),
        ("text / json", "application/json"),
        ("text/json/x", "application/json"),
        ("*/json", "application/json"),
        ("tëxt/json", "application/json"),
    ],
)
def test_the_most_specific_range_that_parses_decides_the_format(accept: str | None, expected: str | None) -> None:
    assert negotiate(accept) == expected


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())


def test_a_folder_is_read_with_every_spelling_that_the_format_allows(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "centers.csv": "\ufeffname;id;reference_id;kind;time_zone;territory\r\n\r\n"
            f" Milano ;{MILAN.id.upper()};MIL;physical;Europe/Rome;Italy\r\n"
            f"Italia Online;{ONLINE.id};ITO;online;Europe/Rome;Italy\r\n",
            "users.csv": "id,type,user_name,first_name,last_name,email,phone,student_code,centers,current_unit,"
            "last_unit,contract_ends_on,active\n"
            f'{guid(11)},Student,giulia,Giulia,"de ""la"", Rue",g@mail.example,+39 5,S-1,MIL; ITO,5,9,2027-01-31,\n'
            f"{guid(12)},User,ugo,Ugo,,,,,,,,,false\n",
            "encounters.csv": "id,center,unit_number,starts_at,duration_minutes,seats,standby_seats,is_online\n"
            f"{guid(101)},MIL,5,2026-10-24 18:00,60,4,2,\n"
            f"{guid(102)},ITO,5,2026-10-25T18:00:00,60,4,,\n"
            f"{guid(103)},ITO,5,2026-10-25T18:00-03:00,60,4,,false\n",
            "bookings.csv": "id,encounter_id,student_id,mode,booked_at,is_cancelled\n"
            f"{guid(900)},{guid(101).upper()},{guid(11)},seat,2026-10-01T10:00Z,true\n",
        },
    )

    def starts(day: int, hour: int) -> datetime:
        return datetime(2026, 10, day, hour, tzinfo=UTC)

    giulia = replace(
        GIULIA, first_name="Giulia", last_name='de "la", Rue', email="g@mail.example", phone="+39 5",
        student_code="S-1", centers=frozenset({MILAN.id, ONLINE.id}), last_unit=9,
        contract_ends_on=date(2027, 1, 31),
    )  # fmt: skip
    assert World.read(tmp_path) == World(
        (MILAN, ONLINE),
        (giulia, User(guid(12), "User", "ugo", "Ugo", active=False)),
        (
            Encounter(guid(101), MILAN.id, 5, starts(24, 16), 60, 4, 2, is_online=False),
            Encounter(guid(102), ONLINE.id, 5, starts(25, 17), 60, 4, 0, is_online=True),
            Encounter(guid(103), ONLINE.id, 5, starts(25, 21), 60, 4, 0, is_online=False),
        ),
        (Booking(guid(900), guid(101), guid(11), "seat", is_cancelled=True),),
    )


def test_a_folder_without_a_file_has_none_of_its_rows(tmp_path: Path) -> None:
    write(tmp_path, {"centers.csv": "id,reference_id,name,kind,time_zone,territory\n"})
    assert World.read(tmp_path) == World()
