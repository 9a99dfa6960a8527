"""One description of the JSON: parser, openapi.json, the page /api and the README say the same, or a test is red."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from tests.html import Element, parse
from tests.world import World
from webapp.encounters import MOST_VALUES, PARAMETERS, EncounterFilter, Parameter
from webapp.web.openapi import IDENTIFIER_ALLOWED, IDENTIFIER_MEANING, STATUSES, document
from webapp.web.wire import ENCOUNTER

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
AVAILABLE = "/users/{userIdentifier}/encounters/available"
LIMITS: dict[str, tuple[set[str], ...]] = {
    "string": ({"maxLength"}, {"enum"}),
    "integer": ({"minimum", "maximum"}, {"enum"}),
    "array": ({"maxItems"},),
}
# All that is found is answered: there is no most of it.
WITHOUT_LIMIT = [
    "components.schemas.Me.properties.Centers",
    f"paths.{AVAILABLE}.get.responses.200.content.application/json.schema",
    f"paths.{AVAILABLE}.get.responses.200.content.text/json.schema",
    "paths./users/{userIdentifier}/encounters.get.responses.200.content.application/json.schema",
    "paths./users/{userIdentifier}/encounters.get.responses.200.content.text/json.schema",
]

GUID = "5d6f2f0e-1111-4222-8333-444455556666"
TEXTS = [
    GUID,
    GUID.upper(),
    f"{{{GUID}}}",
    GUID.replace("-", ""),
    f"{GUID}\n",
    "MIL-01",
    "True",
    "yes",
    "07",
    "7.0",
    "٧",
]


@pytest.fixture
def published() -> dict[str, Any]:
    """The document as programs read it, to be changed by a test at will."""
    read: dict[str, Any] = orjson.loads(orjson.dumps(document("encounters_session")))
    return read


def test_the_document_is_openapi_3_1(published: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(published).validate()
    del published["components"]["parameters"]["centerId"]["in"]
    with pytest.raises(OpenAPIValidationError):
        OpenAPIV31SpecValidator(published).validate()


def test_every_text_number_and_list_has_limits(published: dict[str, Any]) -> None:
    assert sorted(_without_limit(published)) == sorted(WITHOUT_LIMIT)
    del published["components"]["schemas"]["Encounter"]["properties"]["CenterName"]["maxLength"]
    assert sorted({*_without_limit(published)} - {*WITHOUT_LIMIT}) == [
        "components.schemas.Encounter.properties.CenterName"
    ]


def test_objects_have_no_fields_but_those_described(published: dict[str, Any]) -> None:
    objects = [schema for _, schema in _schemas(published) if "object" in schema["type"]]
    assert [schema["additionalProperties"] for schema in objects] == [False] * 4


def test_the_document_is_served_with_the_name_of_the_cookie_in_use(world: World, published: dict[str, Any]) -> None:
    assert world.app.test_client().get("/openapi.json").json == published
    assert world.client("maria").get_cookie("encounters_session") is not None
    world.app.config["SESSION_COOKIE_NAME"] = "__Host-encounters_session"
    assert world.app.test_client().get("/openapi.json").json == document("__Host-encounters_session")


def test_every_field_of_the_filter_has_its_parameter() -> None:
    assert [field.name for field in fields(EncounterFilter)] == [parameter.field for parameter in PARAMETERS]


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_the_parser_takes_what_the_schema_allows_and_spells_it_back(parameter: Parameter) -> None:
    schema = parameter.schema
    texts = [*TEXTS, *schema.get("enum", ())]
    texts += [str(schema[end] + step) for end in ("minimum", "maximum") if end in schema for step in (-1, 0, 1)]
    taken = [text for text in texts if parameter.parse(text) is not None]
    assert taken == [text for text in texts if _allows(schema, text)]
    assert 0 < len(taken) < len(texts)
    for text in taken:
        assert parameter.parse(parameter.spell(parameter.parse(text))) == parameter.parse(text)


def test_the_document_lists_every_parameter_that_the_parser_takes(published: dict[str, Any]) -> None:
    parsed = [parameter.name for parameter in PARAMETERS]
    for path in (AVAILABLE, "/users/{userIdentifier}/encounters"):
        for method in ("get", "head"):
            assert _parameters(published, path, method) == parsed
    published["paths"][AVAILABLE]["get"]["parameters"].pop()
    assert _parameters(published, AVAILABLE, "get") != parsed


def test_a_value_of_any_described_parameter_can_be_wrong_and_is_named(world: World, published: dict[str, Any]) -> None:
    asked, client = world.bearer("giulia"), world.app.test_client()
    long_name = quote("\U000e0001" * 201)  # longer than any value; no character takes more room in an error
    wrong = {"userIdentifier": f"/users/{long_name}/encounters/available"}
    for name in _parameters(published, AVAILABLE, "get"):
        wrong[name] = f"/users/me/encounters/available?{name}={long_name}"
    problem = published["components"]["schemas"]["Problem"]["properties"]
    assert list(wrong) == problem["parameter"]["enum"]
    for name, address in wrong.items():
        answer = client.get(address, headers=asked)
        refusal = orjson.loads(answer.data)
        assert (answer.status_code, refusal["parameter"]) == (400, name)
        assert len(refusal["detail"]) <= problem["detail"]["maxLength"]


def test_the_page_explains_what_the_document_says(world: World, published: dict[str, Any]) -> None:
    page = parse(world.app.test_client().get("/api").get_data(as_text=True))
    described = _described(published)
    assert _tables(page) == described
    for number in range(len(described)):
        shorter = [[*table] for table in described]
        shorter[number].pop()
        assert _tables(page) != shorter


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (
            "| Parameter | Allowed | What it asks for |",
            [
                ("`userIdentifier`", IDENTIFIER_ALLOWED, IDENTIFIER_MEANING),
                *((f"`{parameter.name}`", parameter.allowed, parameter.meaning) for parameter in PARAMETERS),
            ],
        ),
        ("| Field | What it is |", [(f"`{field.name}`", field.meaning) for field in ENCOUNTER]),
        ("| Status | when |", [(f"`{status}`", meaning) for status, meaning in STATUSES.items()]),
    ],
)
def test_the_readme_says_the_same(header: str, rows: list[tuple[str, ...]]) -> None:
    assert _rows(README, header) == rows
    assert f"up to {MOST_VALUES} values of one name" in README
    for row in rows:
        line = f"| {' | '.join(row)} |\n"
        assert _rows(README.replace(line, ""), header) != rows


def _schemas(part: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every JSON Schema with a type within a part of the document, and where it is."""
    if isinstance(part, dict):
        if isinstance(part.get("type"), str | list) and part.get("in") is None and "scheme" not in part:
            yield place.strip("."), part
        for name, inner in part.items():
            yield from _schemas(inner, f"{place}.{name}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from _schemas(inner, f"{place}.{number}")


def _allows(schema: Mapping[str, Any], text: str) -> bool:
    if schema["type"] == "integer":
        return bool(re.fullmatch("[0-9]+", text)) and schema["minimum"] <= int(text) <= schema["maximum"]
    return text in schema["enum"] if "enum" in schema else bool(re.fullmatch(schema["pattern"], text))


def _without_limit(published: dict[str, Any]) -> Iterator[str]:
    for place, schema in _schemas(published):
        kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        for kind in kinds:
            if not any(limits <= schema.keys() for limits in LIMITS.get(kind, (set(),))):
                yield place


def _parameters(published: dict[str, Any], path: str, method: str) -> list[str]:
    references = published["paths"][path][method]["parameters"]
    listed = published["components"]["parameters"]
    return [listed[reference["$ref"].rpartition("/")[2]]["name"] for reference in references]


def _described(published: dict[str, Any]) -> list[list[str]]:
    """The names that the page must explain: parameters, fields, statuses, answers."""
    fields_of_classes = published["components"]["schemas"]["Encounter"]["properties"]
    path = published["paths"][AVAILABLE]
    return [
        [path["parameters"][0]["name"], *_parameters(published, AVAILABLE, "get")],
        list(fields_of_classes),
        fields_of_classes["Status"]["enum"],
        list(path["get"]["responses"]),
    ]


def _tables(page: Element) -> list[list[str]]:
    return [[term.text for term in table.all("dt")] for table in page.all("dl")]


def _rows(readme: str, header: str) -> list[tuple[str, ...]]:
    """The rows of the only table with this header."""
    _, found, after = readme.partition(f"\n{header}\n")
    assert found, header
    lines = after.split("\n\n")[0].splitlines()[1:]
    return [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines]
