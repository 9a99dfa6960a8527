"""What the product refuses: every such error has this base, so that each edge answers all of them alike."""

from __future__ import annotations


class Refused(Exception):
    """Something that a rule, a setting or a state forbids; `str()` is the reason in words, without a full stop."""
