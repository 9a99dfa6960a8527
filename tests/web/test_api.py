"""The JSON endpoints: their answers, their spelling, and the order of their refusals."""

from __future__ import annotations

import orjson
import pytest

from tests.oracle import negotiation
from tests.world import World

AVAILABLE = "/users/{}/encounters/available"
FIELDS = [
    "UnitNumber",
    "Id",
    "DateTime",
    "EndDate",
    "Duration",
    "Status",
    "IsOnline",
    "CenterId",
    "CenterName",
    "CenterReferenceId",
]


def test_a_class_has_the_ten_published_fields(world: World) -> None:
    encounter = world.add_encounter(hours=33, duration_minutes=50, is_online=True)
    answer = world.app.test_client().get(AVAILABLE.format("giulia"), headers=world.bearer("maria"))
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert orjson.loads(answer.data) == [
        {
            "UnitNumber": 5,
            "Id": str(encounter),
            "DateTime": "2026-11-24T18:00:00+00:00",
            "EndDate": "2026-11-24T18:50:00+00:00",
            "Duration": 50,
            "Status": "Available",
            "IsOnline": True,
            "CenterId": str(world.centers["milan"]),
            "CenterName": "Milano Duomo",
            "CenterReferenceId": "MIL-01",
        }
    ]
    assert list(orjson.loads(answer.data)[0]) == FIELDS


def test_nothing_found_is_an_empty_array(world: World) -> None:
    header = world.bearer("giulia")
    assert world.app.test_client().get(AVAILABLE.format("me"), headers=header).data == b"[]"


def test_every_spelling_of_an_identifier_gives_the_same_body(world: World) -> None:
    world.add_encounter()
    header, client = world.bearer("giulia"), world.app.test_client()
    guid = str(world.people["giulia"])
    spellings = ["giulia", "GIULIA", "\uff27iulia", guid, guid.upper(), "me", "ME", "mE"]
    bodies = {client.get(AVAILABLE.format(spelling), headers=header).data for spelling in spellings}
    assert len(bodies) == 1
    assert orjson.loads(bodies.pop())[0]["Status"] == "Available"


def test_filters_are_or_ed_within_a_name_and_and_ed_between_names(world: World) -> None:
    milan = world.add_encounter(hours=24)
    online = world.add_encounter("italy_online", hours=25, is_online=True)
    next_unit = world.add_encounter(hours=26, unit_number=6)
    header, client = world.bearer("giulia"), world.app.test_client()

    def found(query: str) -> list[str]:
        answer = client.get(f"{AVAILABLE.format('me')}?{query}", headers=header)
        assert answer.status_code == 200, query
        return [row["Id"] for row in orjson.loads(answer.data)]

    a, b = world.centers["milan"], world.centers["italy_online"]
    assert found("") == [str(milan), str(online), str(next_unit)]
    assert found(f"centerId={a}") == [str(milan), str(next_unit)]
    assert found(f"centerId={str(a).upper()}&centerId={b}") == [str(milan), str(online), str(next_unit)]
    assert found("isOnline=true") == [str(online)]
    assert found("isOnline=true&isOnline=false") == [str(milan), str(online), str(next_unit)]
    assert found("unitNumber=6&isOnline=false") == [str(next_unit)]
    assert found("unitNumber=06") == [str(next_unit)]
    assert found("unitNumber=80") == []
    assert found(f"centerId={world.centers['lisbon']}") == []
    assert found("centerId=&isOnline=&unitNumber=&colour=red") == [str(milan), str(online), str(next_unit)]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("centerId=MIL-01", "centerId"),
        ("centerId={5d6f2f0e-1111-4222-8333-444455556666}", "centerId"),
        ("centerId=5d6f2f0e111142228333444455556666", "centerId"),
        ("isOnline=True", "isOnline"),
        ("isOnline=1", "isOnline"),
        ("unitNumber=0", "unitNumber"),
        ("unitNumber=81", "unitNumber"),
        ("unitNumber=%2B5", "unitNumber"),
        ("unitNumber=-5", "unitNumber"),
        ("unitNumber=5.0", "unitNumber"),
        ("unitNumber=1_0", "unitNumber"),
        ("unitNumber=%D9%A5", "unitNumber"),
        ("unitNumber=5&unitNumber=x", "unitNumber"),
        ("&".join(["unitNumber=5"] * 101), "unitNumber"),
        ("&".join(["isOnline="] * 101), "isOnline"),
    ],
)
def test_a_value_that_does_not_parse_is_400_and_named(world: World, query: str, parameter: str) -> None:
    header = world.bearer("giulia")
    answer = world.app.test_client().get(f"{AVAILABLE.format('me')}?{query}", headers=header)
    problem = orjson.loads(answer.data)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert (problem["status"], problem["parameter"]) == (400, parameter)
    assert set(problem) == {"type", "title", "status", "detail", "requestId", "parameter"}


def test_a_hundred_values_of_one_name_are_allowed(world: World) -> None:
    query = "&".join(["unitNumber=5"] * 100)
    answer = world.app.test_client().get(f"{AVAILABLE.format('me')}?{query}", headers=world.bearer("giulia"))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "identifier", ["a%00b", "a%0A", "%0Aa", "a%C2%85", "%E2%80%AEa", "%E2%81%A6a", "%E2%80%A8", "x" * 129]
)
def test_an_identifier_that_cannot_be_one_is_400(world: World, identifier: str) -> None:
    answer = world.app.test_client().get(AVAILABLE.format(identifier), headers=world.bearer("maria"))
    assert answer.status_code == 400
    assert orjson.loads(answer.data)["parameter"] == "userIdentifier"


def test_an_identifier_that_is_not_utf_8_is_400(world: World) -> None:
    environ = {"PATH_INFO": "/users/\xff\xfe/encounters", "REQUEST_METHOD": "GET"}
    answer = world.app.test_client().open(environ_overrides=environ, headers=world.bearer("maria"))
    assert answer.status_code == 400


def test_hidden_and_missing_users_look_alike_to_the_byte(world: World) -> None:
    header, client = world.bearer("maria"), world.app.test_client()

    def refusal(identifier: str) -> tuple[int, list[tuple[str, str]], bytes]:
        answer = client.get(AVAILABLE.format(identifier), headers=header)
        mark = orjson.loads(answer.data)["requestId"].encode()
        headers = [(name, value) for name, value in answer.headers if name not in {"X-Request-Id", "Date"}]
        return answer.status_code, headers, answer.data.replace(mark, b"")

    hidden = refusal(str(world.people["sofia"]))
    assert hidden[0] == 403
    for other in ("sofia", "nobody", "00000000-0000-4000-8000-000000000000", "dino", "rita"):
        assert refusal(other) == hidden
        assert other.encode() not in refusal(other)[2]


def test_users_of_every_type_can_read_their_own_account(world: World) -> None:
    client = world.app.test_client()
    for name in ("maria", "giulia", "ada", "pia", "ugo", "nora"):
        answer = client.get("/users/mE", headers=world.bearer(name))
        assert answer.status_code == 200
    assert orjson.loads(client.get("/users/me", headers=world.bearer("maria")).data) == {
        "Id": str(world.people["maria"]),
        "UserName": "maria",
        "FirstName": "Maria",
        "LastName": "Prova",
        "FullName": "Maria Prova",
        "Type": "StaffMember",
        "Centers": [{"Id": str(world.centers["milan"]), "Name": "Milano Duomo", "ReferenceId": "MIL-01"}],
    }
    assert client.get("/users/maria", headers=world.bearer("maria")).status_code == 404


@pytest.mark.parametrize(
    ("path", "method", "signed_in", "headers", "status"),
    [
        ("/users/nobody", "GET", False, {}, 404),
        ("/users/me/", "GET", False, {}, 404),
        ("/users/me//encounters", "GET", False, {}, 404),
        ("/users/me/encounters", "POST", False, {}, 405),
        ("/users/me/encounters", "DELETE", True, {}, 405),
        ("/users/a%00/encounters?unitNumber=x", "GET", False, {"Accept": "text/html"}, 401),
        ("/users/me/encounters", "OPTIONS", False, {}, 401),
        ("/users/a%00/encounters?unitNumber=x", "GET", True, {"Accept": "text/html"}, 406),
        ("/users/sofia/encounters?unitNumber=x", "GET", True, {}, 400),
        ("/users/a%00/encounters", "GET", True, {}, 400),
        ("/users/sofia/encounters", "GET", True, {"If-None-Match": "*"}, 403),
        ("/users/me/encounters", "GET", True, {"If-None-Match": "*"}, 304),
        ("/users/me/encounters", "GET", True, {"If-None-Match": '"other", "another"'}, 200),
        ("/users/me/encounters", "OPTIONS", True, {"Accept": "text/html"}, 200),
    ],
)
def test_the_first_reason_to_refuse_decides(
    world: World, path: str, method: str, signed_in: bool, headers: dict[str, str], status: int
) -> None:
    sent = {**headers, **(world.bearer("maria") if signed_in else {})}
    answer = world.app.test_client().open(path, method=method, headers=sent)
    assert answer.status_code == status
    assert "Set-Cookie" not in answer.headers
    assert "Location" not in answer.headers
    if status >= 400:
        assert answer.content_type == "application/problem+json"
    if status == 401:
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    if status == 405 or (method == "OPTIONS" and status == 200):
        assert {"GET", "HEAD", "OPTIONS"} == set(answer.headers["Allow"].split(", "))
    if method == "OPTIONS" and status == 200:
        assert answer.data == b""


def test_an_unchanged_answer_is_304_and_a_changed_one_is_not(world: World) -> None:
    header, client = world.bearer("giulia"), world.app.test_client()
    path = AVAILABLE.format("me")
    first = client.get(path, headers=header)
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Vary"] == "Accept, Cookie, Authorization"
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = client.get(path, headers={**header, "If-None-Match": known})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
        assert again.headers["Vary"] == "Accept, Cookie, Authorization"
    assert client.get(path, headers={**header, "Accept": "text/json"}).headers["ETag"] != etag
    world.add_encounter()
    assert client.get(path, headers={**header, "If-None-Match": etag}).status_code == 200


def test_head_answers_like_get_without_a_body(world: World) -> None:
    world.add_encounter()
    header, client = world.bearer("giulia"), world.app.test_client()
    got, head = (client.open(AVAILABLE.format("me"), method=way, headers=header) for way in ("GET", "HEAD"))
    names = ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Vary")
    assert head.data == b""
    assert [head.headers[name] for name in names] == [got.headers[name] for name in names]


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/*",
        "text/*",
        "text/json",
        "application/json;q=0",
        "text/json;q=0.5,*/*;q=0.5",
        "text/json;q=0.5,*/*;q=0.4",
        "application/json;charset=utf-8;q=0.1, text/json;q=0.2",
        "text/html",
        "text/html, */*;q=0",
        "garbage",
        "garbage, text/html",
        "*/json",
        "TEXT/JSON",
        "text/json;q=2",
        'text/json;x="a,b";q=0.7, application/json;q=0.6',
        "application/json;q=0, text/json;q=0",
    ],
)
def test_the_format_is_negotiated(world: World, accept: str | None) -> None:
    headers = {**world.bearer("giulia"), **({} if accept is None else {"Accept": accept})}
    answer = world.app.test_client().get(AVAILABLE.format("me"), headers=headers)
    expected = negotiation.negotiate(accept)
    if expected is None:
        assert answer.status_code == 406
    else:
        assert (answer.status_code, answer.content_type, answer.data) == (200, expected, b"[]")


def test_the_openapi_document_describes_the_answers(world: World) -> None:
    world.add_encounter()
    client = world.app.test_client()
    document = orjson.loads(client.get("/openapi.json").data)
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    row = orjson.loads(client.get(AVAILABLE.format("me"), headers=world.bearer("giulia")).data)[0]
    assert list(schemas["Encounter"]["properties"]) == list(row) == FIELDS
    me = orjson.loads(client.get("/users/me", headers=world.bearer("giulia")).data)
    assert list(schemas["Me"]["properties"]) == list(me)
    assert client.get("/openapi.json", headers={"If-None-Match": "*"}).status_code == 304
