"""Functions of SQL that the two databases call by different names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


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


class joined(FunctionElement[str]):  # noqa: N801
    """`joined(text)`: the texts of a group, separated by line breaks, in no particular order."""

    type = Text()
    inherit_cache = True


@compiles(joined, "sqlite")
def _joined_in_sqlite(element: joined, compiler: SQLCompiler, **options: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **options)}, char(10))"


@compiles(joined, "postgresql")
def _joined_in_postgresql(element: joined, compiler: SQLCompiler, **options: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **options)}, chr(10))"
