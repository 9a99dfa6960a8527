"""Nothing that reads input takes more than three times as long for twice as much of it, however hostile."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask

import webapp
from tests import expressions
from tests.expressions import PIECES, TAILS, Expression
from tests.growth import Hostile, find_growth
from webapp import text as normal
from webapp.accounts import passwords, users
from webapp.app import create_app
from webapp.encounters import EncounterFilter
from webapp.settings import Settings
from webapp.transfer.csv import cells
from webapp.transfer.problems import WrongCell
from webapp.web import inputs, negotiation

EXPRESSIONS = expressions.expressions(webapp)
PLANTED = {
    "blanks on both sides of a separator": (r"a/b(?:[ \t]*;[ \t]*(?:[a-z]+=[a-z]+)?)*[ \t]*", "fullmatch"),
    "blanks after a separator, twice": (r"a/b(?:;[ ]*[ ]*x)?", "fullmatch"),
    "a repetition of repetitions": (r"(?:a+)+b", "match"),
    "two ways to spell the same": (r"(?:a|aa)+b", "fullmatch"),
    "a search that starts again everywhere": (r"x+y", "search"),
    "a quote that never closes": (r"'(?:[^'\\]|\\.)*'", "sub"),
    "blanks at the end": (r"\s+$", "sub"),
}


@pytest.mark.slow
@pytest.mark.parametrize("expression", EXPRESSIONS, ids=[f"{it.name}.{it.method}" for it in EXPRESSIONS])
def test_no_regular_expression_grows_faster_than_its_input(expression: Expression) -> None:
    assert find_growth(expression.run, expression.hostile_texts()) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_a_regular_expression_that_does_is_noticed(name: str) -> None:
    pattern, method = PLANTED[name]
    planted = Expression("planted", re.compile(pattern), method)
    assert find_growth(planted.run, planted.hostile_texts()) is not None


def test_no_regular_expression_is_forgotten() -> None:
    modules = {
        module.__name__: Path(module.__file__ or "").read_text("utf-8") for module in expressions.modules(webapp)
    }
    hidden = {name: expressions.hidden(source) for name, source in modules.items()}
    assert {name: found for name, found in hidden.items() if found} == {}
    names = {it.name for it in EXPRESSIONS if not it.name.endswith(".regex")}
    assert sum(source.count("re.compile(") for source in modules.values()) == len(names)
    assert "webapp.web.api.MeConverter.regex" in {it.name for it in EXPRESSIONS}
    assert [it.name for it in EXPRESSIONS if it.method == "unused"] == []


@pytest.mark.parametrize(
    "source",
    [
        "import re\ndef f(text):\n    return re.sub('a', '', text)",
        "import re\ndef f(text):\n    return re.compile('a').sub('', text)",
        "import re\nA = [re.compile('a')]",
        "import re\nA = re.compile('a')\nf = A.fullmatch",
        "import re\nA = re.compile('a')\nf(A)",
        "import re\nf = re.fullmatch",
        "import re\nclass B:\n    a = re.compile('a')",
        "from re import sub",
        "import re as r",
        "import regex",
    ],
)
def test_a_hidden_regular_expression_is_noticed(source: str) -> None:
    assert expressions.hidden(source) != []
    assert expressions.hidden("import re\nA: Final = re.compile('a', re.ASCII)\nA.sub('', text)") == []


MARKS = [Hostile("a", "\u0301\u0316", tail) for tail in TAILS] + [Hostile("", "\ufdfa", ""), Hostile("", "\u0130", "!")]
USUAL = [Hostile(head, piece, tail) for head in ("", "a/b;") for piece in PIECES for tail in TAILS]
RUNS = [
    Hostile("", piece, "!") for piece in ("abcdefgh", "abcd1234", "qwer", "password", "%25", "%2525", "%", "/a", "+1")
]


def _new_user(text: str) -> None:
    users._refuse_wrong_fields(users._in_normal_form(users.NewUser(text, "Student", text, text, text)))


READERS: dict[str, Callable[[str], object]] = {
    "the Accept header": lambda text: negotiation.preferred_type(text, ("application/json", "text/json")),
    "an identifier": normal.parse_identifier,
    "text without forbidden characters": normal.forbidden_character,
    "text as it is stored": normal.stored_form,
    "digits": normal.digits,
    "a new password": lambda text: passwords.refuse_weak(text, ()),
    "a new user": _new_user,
    "filters": lambda text: EncounterFilter.from_parameters(
        {name: [text, *text.split(",")] for name in ("centerId", "isOnline", "unitNumber")}
    ),
    "a GUID in a cell": cells.guid,
    "text in a cell": cells.plain_text,
    "a user name in a cell": cells.user_name,
    "an e-mail in a cell": cells.email,
    "a number in a cell": cells.number(1, 80),
    "a time zone in a cell": cells.time_zone,
    "a day in a cell": cells.day,
    "a time in a cell": cells.time,
    "a password hash in a cell": cells.argon2id_hash,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_no_reader_of_input_grows_faster_than_its_input(name: str) -> None:
    read = READERS[name]

    def read_or_refuse(text: str) -> None:
        with suppress(normal.BadInput, users.UserRefused, passwords.WeakPassword, WrongCell):
            read(text)

    assert find_growth(read_or_refuse, [*MARKS, *USUAL, *RUNS]) is None


def test_where_a_sign_in_leads_is_found_in_time_that_grows_with_its_length() -> None:
    app: Flask = create_app(
        Settings(database_url="sqlite:///nowhere.sqlite3", secret_key="a key for tests, thirty-two bytes")
    )
    with app.test_request_context():
        assert find_growth(inputs.own_path, [*MARKS, *USUAL, *RUNS]) is None


def test_a_reader_that_does_is_noticed() -> None:
    assert find_growth(normal.name_key, MARKS) is not None
    assert find_growth(normal.search_key, MARKS) is not None
