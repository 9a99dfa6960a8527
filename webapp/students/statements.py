"""The statements of the search, each built once for a number of words: building one costs more than running it."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
)

from webapp import policy
from webapp.models import Assignment, Center, SearchEntry, User
from webapp.students.sql_functions import joined, occurs
from webapp.students.student import STUDENT_COLUMNS
from webapp.students.trigrams import TRIGRAMS, matches

MOST_FOUND: Final = 50
MOST_COUNTED: Final = MOST_FOUND + 1_001  # one beyond what is counted exactly
MOST_SORTED: Final = 3_000


class Shape(NamedTuple):
    """How many words a search has, and whether they may be a phone number as well."""

    word_count: int
    has_phone: bool


@cache
def by_centers(shape: Shape) -> Select[*tuple[Any, ...]]:
    """Read the entries of each of the actor's centers, which stand together and in order."""
    return _shown(_in_order(shape, SearchEntry.center_id.in_(policy.centers_of_actor()), MOST_COUNTED))


@cache
def by_names(shape: Shape, most: int) -> Select[*tuple[Any, ...]]:
    """Read the entries of all centers in the order of names until `most` students have been found."""
    return _shown(_in_order(shape, policy.is_center_of_actor(SearchEntry.center_id), most))


@cache
def by_trigrams(shape: Shape, *, is_sqlite: bool) -> Select[*tuple[Any, ...]]:
    """Look entries up by their trigrams and sort them; if MOST_SORTED were `examined`, there may be more.

    A rare word has few entries, which are sorted. The first fifty of a frequent word are found sooner by_names.
    """
    examined = _candidates(shape, is_sqlite).where(_matches(shape), policy.is_center_of_actor(SearchEntry.center_id))
    some = examined.limit(MOST_SORTED).cte("examined")
    return _shown(select(some.c.sort_key, some.c.user_id).distinct().cte("hits"), some)


def _candidates(shape: Shape, is_sqlite: bool) -> Select[str, UUID]:
    entries = select(SearchEntry.sort_key, SearchEntry.user_id)
    if is_sqlite:
        return entries.join_from(TRIGRAMS, SearchEntry, SearchEntry.number == TRIGRAMS.c.rowid).where(matches("match"))
    words = (SearchEntry.search_key.like(_text(f"like{number}")) for number in range(shape.word_count))
    by_phone = [SearchEntry.phone_digits.like(_text("like_digits"))] if shape.has_phone else []
    return entries.where(or_(and_(*words), *by_phone))


def _in_order(shape: Shape, is_in_reach: ColumnElement[bool], most: int) -> CTE:
    entry = (SearchEntry.sort_key, SearchEntry.user_id)
    found = select(*entry).where(is_in_reach, _matches(shape)).group_by(*entry).order_by(*entry)
    return found.limit(most).cte("hits")


def _shown(hits: CTE, examined: CTE | None = None) -> Select[*tuple[Any, ...]]:
    """Select the first fifty hits as students with their centers, and the number of hits.

    The policy decides again, on the users themselves: entries only find.
    """
    first = select(hits).order_by(hits.c.sort_key, hits.c.user_id).limit(MOST_FOUND).subquery("first")
    return (
        select(
            _count(hits).label("hits"),
            (_count(examined) if examined is not None else literal(0)).label("examined"),
            _center_names(first).label("centers"),
            *STUDENT_COLUMNS,
        )
        .join_from(first, User, User.id == first.c.user_id)
        .where(policy.allowed_users(policy.Action.FIND_IN_SEARCH))
        .order_by(first.c.sort_key, first.c.user_id)
    )


def _matches(shape: Shape) -> ColumnElement[bool]:
    words = (occurs(SearchEntry.search_key, _text(f"word{number}")) for number in range(shape.word_count))
    by_phone = [occurs(SearchEntry.phone_digits, _text("digits"))] if shape.has_phone else []
    return or_(and_(true(), *words), *by_phone)


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=Text())


def _count(rows: CTE) -> ColumnElement[int]:
    return select(func.count()).select_from(rows).scalar_subquery()


def _center_names(first: Subquery) -> ColumnElement[str]:
    """The names of a student's centers, a line each: no name holds a line break."""
    return (
        select(joined(Center.name))
        .join(Assignment, Assignment.center_id == Center.id)
        .where(Assignment.user_id == first.c.user_id)
        .scalar_subquery()
    )
