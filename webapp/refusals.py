"""Refusals that are answered with their reason, whatever it is: on a page, in the JSON and at the command line.

Those that need an answer of their own (a failed sign-in, the problems of an import) have another base.
"""

from __future__ import annotations


class Refused(Exception):
    """Something that a rule, a setting or a state forbids; `str()` is the reason in words, without a full stop."""

    @property
    def sentence(self) -> str:
        """The reason with its full stop."""
        return f"{self}."
