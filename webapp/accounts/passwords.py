"""Passwords: how they are hashed and verified, and which are too weak to be set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webapp.refusals import Refused
from webapp.text import name_key

SHORTEST: Final = 15
LONGEST: Final = 128
LONGEST_BYTES: Final = 1024
LONGEST_REPEATED_PIECE: Final = 8
FEWEST_CHARACTERS: Final = 5

# OWASP's minimum for argon2id; the library's defaults cost ten times as much on a small machine.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

_RUNS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_WAYS: Final = tuple(way * 2 for run in _RUNS for way in (run, run[::-1]))
_LONGEST_WAY: Final = max(map(len, _WAYS))
_NO_LETTERS_OR_DIGITS: Final = re.compile(r"[\W_]+")
_NO_LETTERS: Final = re.compile(r"[\W\d_]+")
_PRODUCT_WORDS: Final = ("encounters", "encounter", "password", "language", "school", "center", "student", "teacher")


class PasswordRefused(Refused):
    """A password that was not given, cannot be read or differs when repeated, with the reason; never the password."""


class WeakPassword(Refused):
    """A password that may not be set, with the reason; the password itself is never repeated."""


def hash_password(password: str) -> str:
    """The argon2id hash of `password` in PHC spelling."""
    return _HASHER.hash(_bytes(password))


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the one hashed.

    For None (nobody, or no password), and for a password over 1 KiB in UTF-8, False after the same work.
    """
    raw, dummy = _bytes(password), _dummy_hash()
    if len(raw) > LONGEST_BYTES:
        raw, password_hash = b"", None
    try:
        matches = _HASHER.verify(password_hash or dummy, raw)
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


def refuse_weak(password: str, personal: Iterable[str]) -> None:
    """Raises WeakPassword for what the README's section "Passwords" refuses.

    `personal`: names, e-mail and centers of the user, which may not be the password with only digits added.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"the password has {len(password)} characters; allowed: {SHORTEST} to {LONGEST}")
    folded = name_key(password)
    if len(set(folded)) < FEWEST_CHARACTERS:
        raise WeakPassword(f"the password has fewer than {FEWEST_CHARACTERS} different characters")
    if _is_one_piece_repeated(folded):
        raise WeakPassword("the password is one short piece repeated")
    if _is_made_of_runs(folded):
        raise WeakPassword("the password is a run of the keyboard or the alphabet")
    if _is_made_of_words(folded, personal):
        raise WeakPassword("the password is a name, an e-mail, a center or a word of this product with digits added")


@cache
def _dummy_hash() -> str:
    return _HASHER.hash(b"nobody has this password")


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _is_one_piece_repeated(text: str) -> bool:
    pieces = (text[:length] for length in range(1, LONGEST_REPEATED_PIECE + 1))
    return any((piece * (len(text) // len(piece) + 1))[: len(text)] == text for piece in pieces)


def _is_made_of_runs(text: str) -> bool:
    """Whether pieces of four or more characters of runs, forwards or backwards, make up all of `text`."""
    plain = _NO_LETTERS_OR_DIGITS.sub("", text)
    start = 0
    while start < len(plain):
        lengths = range(min(len(plain) - start, _LONGEST_WAY), 3, -1)
        longest = next((n for n in lengths if any(plain[start : start + n] in way for way in _WAYS)), 0)
        if not longest:
            return len(plain) - start < 4 and start > 0
        start += longest
    return True


def _is_made_of_words(text: str, personal: Iterable[str]) -> bool:
    letters = _NO_LETTERS.sub("", text)
    words = {*_PRODUCT_WORDS, *(part for name in personal for part in _words_of(name_key(name)))}
    remaining = letters
    for word in sorted(words, key=len, reverse=True):
        remaining = remaining.replace(word, "")
    return not remaining


def _words_of(text: str) -> set[str]:
    return {part for part in (_NO_LETTERS.sub("", text), *_NO_LETTERS.split(text)) if len(part) > 1}
