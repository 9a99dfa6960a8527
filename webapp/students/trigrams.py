"""Words within texts, in the terms of either database: asked of each row, or looked up in the index of trigrams.

SQLite has the index as a table of its own (FTS5) that knows entries by their number; PostgreSQL uses its own (pg_trgm)
for LIKE. SQLite lets entries pass that hold the trigrams but not the words: ask `occurs` as well.
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


class occurs(FunctionElement[bool]):  # noqa: N801  it is written as a function of SQL
    """`occurs(text, word)`: whether `word` stands somewhere in `text`."""

    type = Boolean()
    inherit_cache = True


@compiles(occurs, "sqlite")
def _occurs_in_sqlite(element: occurs, compiler: SQLCompiler, **options: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


@compiles(occurs, "postgresql")
def _occurs_in_postgresql(element: occurs, compiler: SQLCompiler, **options: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **options)}) > 0)"


def matches(parameter: str) -> ColumnElement[bool]:
    """The condition on TRIGRAMS that a parameter holds, made by match_expression."""
    return literal_column("search_trigrams").bool_op("MATCH")(bindparam(parameter, type_=Text()))


def match_expression(column: str, words: Iterable[str]) -> str:
    """What FTS5 looks for in a column: all trigrams of all words, at least one of which has three characters."""
    trigrams = {word[start : start + SHORTEST] for word in words for start in range(len(word) - SHORTEST + 1)}
    quoted = sorted('"' + trigram.replace('"', '""') + '"' for trigram in trigrams)
    return f"{column} : ({' AND '.join(quoted)})"


def like_pattern(word: str) -> str:
    """What PostgreSQL's LIKE takes for a text in which `word` occurs."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
