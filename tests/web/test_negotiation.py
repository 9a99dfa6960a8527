"""The Accept header: parsed as the oracle parses it, in time that does not explode."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.negotiation import OFFERED, negotiate
from tests.world import World
from webapp.web.negotiation import preferred_type

RANGES = [
    "application/json",
    "text/json",
    "text/*",
    "application/*",
    "*/*",
    "*/json",
    "text/html",
    "garbage",
    "TEXT/Json",
    "",
]
PARAMETERS = [
    ";q=0", ";q=0.5", " ;\tQ=0.501", ";q=1.0", ";q=0.1", ";q=2", ";q=", ";q=0.1234", ";x=y", ";x", ";", ";x=é", "; ",
    ' "', ';x="a"', ';x="a,b;q=0"', ';x="a\\"b"', ';x="\\\\"', ';x="\x01"', ';x="é"', ';x="\\é"', ';x="', "\\", "=",
    "/", " x",
]  # fmt: skip
ELEMENTS = st.tuples(st.sampled_from(RANGES), st.lists(st.sampled_from(PARAMETERS), max_size=3).map("".join)).map(
    "".join
)
HOSTILE = {
    "empty parameters": "a/b;" + " ;" * 400 + "=",
    "blanks": "a/b;" + " " * 900 + "!",
    "parameters": "a/b" + ";a=a" * 200 + "!",
    "quotes": "a/b" + '"' * 900 + "!",
    "quotes that never close": "a/b;a=" + '"\\' * 450,
    "commas": "," * 1000,
}


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(st.lists(ELEMENTS, max_size=4).map(", ".join))
def test_any_header_is_negotiated_as_by_the_oracle(accept: str) -> None:
    assert preferred_type(accept, OFFERED) == negotiate(accept)


@pytest.mark.parametrize(
    ("length", "expected"), [(1024, "text/json"), (1025, "application/json"), (15_000, "application/json")]
)
def test_a_header_over_a_kibibyte_counts_as_absent(world: World, length: int, expected: str) -> None:
    accept = "text/json,".ljust(length, "é")
    answer = world.app.test_client().get("/users/me", headers={**world.bearer("giulia"), "Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, expected)
    assert negotiate(accept) == expected


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_header_is_answered_at_once(name: str) -> None:
    started = perf_counter()
    assert preferred_type(HOSTILE[name], OFFERED) == negotiate(HOSTILE[name])
    assert perf_counter() - started < 0.1
