"""Words within text, in the SQL of either database: tested row by row, or looked up in the trigram index.

SQLite's index is a table of its own (FTS5) that refers to entries by number; PostgreSQL's (pg_trgm) serves LIKE. SQLite
also returns entries that hold the trigrams but not the words, so `occurs` has to be tested as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Text, bindparam, column, literal_column, table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

SHORTEST: Final = 3

TRIGRAMS: Final = table("search_trigrams", column("rowid"))


class occurs(FunctionElement[bool]):  # noqa: N801  it reads like an SQL function
    """`occurs(text, word)`: whether `text` contains `word`."""

    type = Boolean()
    inherit_cache = True


@compiles(occurs, "sqlite")
def _occurs_in_sqlite(element: occurs, compiler: SQLCompiler, **options: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


@compiles(occurs, "postgresql")
def _occurs_in_postgresql(element: occurs, compiler: SQLCompiler, **options: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **options)}) > 0)"


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
