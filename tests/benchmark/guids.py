"""Ids that look random and are computed: the n-th of a kind is the same wherever the seed is."""

from __future__ import annotations

from random import Random
from typing import Final

CENTERS, STAFF, STUDENTS, ENCOUNTERS, BOOKINGS = range(5)
_MASK: Final = (1 << 128) - 1
_APART: Final = 0x1F3A5C7791B  # more than there are of a kind; odd, so that no two kinds end alike


class Guids:
    """An arithmetic permutation of all 128-bit numbers. No two ids share their last twelve digits."""

    def __init__(self, seed: int) -> None:
        chance = Random(seed)
        # Multiplying by an odd number permutes the low 48 bits too, and no mark of a version is written there.
        self.factor = chance.getrandbits(128) | 1
        self.offset = chance.getrandbits(128)

    def text(self, kind: int, number: int) -> str:
        """The id of one thing, spelled 8-4-4-4-12."""
        digits = f"{((kind * _APART + number) * self.factor + self.offset) & _MASK:032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
