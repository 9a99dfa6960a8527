"""What the domain refuses: every such error has this base, so that each edge answers all of them alike."""

from __future__ import annotations


class Refused(Exception):
    """Something that a rule of the domain forbids; `str()` is the reason in words, without a full stop."""
