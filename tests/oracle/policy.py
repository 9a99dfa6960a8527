"""Who may see whom, which status an identifier earns, and whom a search shows, rule by rule."""

from __future__ import annotations

import unicodedata

from tests.oracle.world import GUID, STAFF, STUDENT, User, World

LONGEST_IDENTIFIER = 128
LONGEST_SEARCH = 100
FORBIDDEN_CHARACTERS = "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LETTERS_WITHOUT_ACCENT = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th",
}  # fmt: skip


def granted(world: World, caller: User | None, identifier: str) -> bool:
    """Whether `caller` may see the encounters of whomever `identifier` names; None is signed out."""
    if caller is None or not caller.active:
        return False
    named = user_named(world, caller, identifier)
    if named is None or not named.active:
        return False
    is_the_user = caller.id == named.id
    is_staff_of_a_center_of_the_user = caller.type == STAFF and bool(caller.centers & named.centers)
    return (is_the_user or is_staff_of_a_center_of_the_user) and caller.type in (STAFF, STUDENT)


def user_named(world: World, caller: User, identifier: str) -> User | None:
    """The user, active or not, that an identifier names when `caller` says it; None if it names nobody."""
    if identifier.lower() == "me":
        return caller
    if GUID.fullmatch(identifier):
        return world.user_of_id.get(identifier.lower())
    for user in world.users:
        if user_name_key(user.user_name) == user_name_key(identifier):
            return user
    return None


def user_name_key(name: str) -> str:
    """The form in which two user names are compared."""
    return unicodedata.normalize("NFKC", name).casefold()


def expected_status(world: World, caller: User | None, identifier: str | bytes) -> int:
    """The status of GET /users/{identifier}/encounters/available without parameters.

    `identifier` is what the path holds after percent-decoding, as text or as bytes that may not be UTF-8.
    """
    as_text = identifier if isinstance(identifier, str) else identifier.decode("utf-8", "surrogateescape")
    if as_text == "" or "/" in as_text:
        return 404
    if caller is None or not caller.active:
        return 401
    if not is_well_formed(as_text):
        return 400
    return 200 if granted(world, caller, as_text) else 403


def is_well_formed(identifier: str) -> bool:
    """Whether an identifier may be asked for; bytes that are not UTF-8 are lone surrogates here."""
    return len(identifier) <= LONGEST_IDENTIFIER and not any(
        unicodedata.category(c) in ("Cc", "Cs") or c in FORBIDDEN_CHARACTERS for c in identifier
    )


def expected_search_status(caller: User | None, q: str) -> int:
    """The status of /students?q= : 303 is the way to the sign-in page."""
    if caller is None or not caller.active:
        return 303
    if len(q) > LONGEST_SEARCH:
        return 400
    return 200 if caller.type == STAFF else 403


def search_results(world: World, caller: User, q: str) -> list[str]:
    """The ids of all students that a staff member's search finds, in order, before the cut at 50.

    Raises ValueError for a caller who has no search.
    """
    if expected_search_status(caller, q) != 200:
        raise ValueError("no search for this caller and q")
    found = [
        user
        for user in world.users
        if user.type == STUDENT and user.active and granted(world, caller, user.id) and matches(user, q)
    ]
    return [user.id for user in sorted(found, key=search_order)]


def search_order(user: User) -> tuple[str, str, str, str, str]:
    """The key that sorts what a search found; the last two only keep equal names apart."""
    return (
        search_key(user.last_name or ""),
        search_key(user.first_name),
        search_key(user.user_name),
        user_name_key(user.user_name),
        user.id,
    )


def matches(user: User, q: str) -> bool:
    """Whether each word of `q` occurs in a field of the user, or the digits of `q` in those of the phone."""
    fields = [user.first_name, user.last_name, user.student_code, user.user_name, user.email]
    searched = [search_key(field) for field in fields if field is not None]
    if all(any(word in field for field in searched) for word in search_key(q).split()):
        return True
    looks_like_a_phone = all(c in "0123456789+-()" or c.isspace() for c in q)
    return looks_like_a_phone and digits(q) != "" and digits(q) in digits(user.phone or "")


def search_key(text: str) -> str:
    """Text without accents and letter case."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    without_accents = "".join(c for c in decomposed if not unicodedata.combining(c))
    return "".join(LETTERS_WITHOUT_ACCENT.get(c, c) for c in without_accents)


def digits(text: str) -> str:
    """Only the ASCII digits of a text."""
    return "".join(c for c in text if c in "0123456789")
