"""The index of trigrams that finds a word in a whole network, in the terms of either database.

SQLite's is a table of its own (FTS5) that refers to entries by number; PostgreSQL's (pg_trgm) serves LIKE. SQLite also
returns entries that hold the trigrams but not the words, so `occurs` has to be tested as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, Text, bindparam, column, literal_column, table

SHORTEST: Final = 3

TRIGRAMS: Final = table("search_trigrams", column("rowid"))


def matches(parameter: str) -> ColumnElement[bool]:
    """The condition on TRIGRAMS; the parameter takes a match_expression."""
    return literal_column("search_trigrams").bool_op("MATCH")(bindparam(parameter, type_=Text()))


def match_expression(column: str, words: Iterable[str]) -> str:
    """The FTS5 query for a column that holds all trigrams of all words; one word must have three characters."""
    trigrams = {word[start : start + SHORTEST] for word in words for start in range(len(word) - SHORTEST + 1)}
    quoted = sorted('"' + trigram.replace('"', '""') + '"' for trigram in trigrams)
    return f"{column} : ({' AND '.join(quoted)})"


def like_pattern(word: str) -> str:
    """The LIKE pattern of PostgreSQL for text that contains `word`."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
