"""What cells are parsed with besides their text: the centers after the import, and by how many weeks dates move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from webapp.models import CenterKind
from webapp.transfer.csv import cells
from webapp.transfer.messages import Message, suggest
from webapp.transfer.problems import WrongCell

if TYPE_CHECKING:
    from webapp.transfer.files import CenterRow


class LocalTime(int):
    """Seconds since 1970 on the clock of a center."""

    __slots__ = ()


class Context:
    """Parsers of cells that need more than their text; each takes trimmed text or raises WrongCell."""

    def __init__(self, centers: Iterable[CenterRow] = (), weeks_later: int = 0) -> None:
        self._ids: dict[str, bytes] = {}
        self._by_id: dict[bytes, CenterRow] = {}
        for center in centers:
            self._ids.setdefault(center.reference_id, center.id)
            self._by_id[center.id] = center
        self._weeks = timedelta(weeks=weeks_later)
        self._seconds = weeks_later * 7 * cells.DAY_SECONDS

    def center(self, text: str) -> bytes:
        """The id of the center with this reference id."""
        found = self._ids.get(cells.plain_text(text))
        if found is None:
            hint = suggest(text, sorted(self._ids), show_all=False)
            raise WrongCell(Message.UNKNOWN_CENTER, text, hint=hint)
        return found

    def centers(self, text: str) -> frozenset[bytes]:
        """The ids of the centers with these reference ids, which are joined by semicolons."""
        return frozenset(self.center(part) for part in map(str.strip, text.split(";")) if part)

    def day(self, text: str) -> str:
        """A calendar day, moved."""
        day = cells.day(text)
        return (date.fromisoformat(day) + self._weeks).isoformat() if self._weeks else day

    def utc_time(self, text: str) -> int:
        """A moment, moved: in UTC unless an offset is written."""
        return cells.time(text)[0] + self._seconds

    def full_minute(self, text: str) -> int:
        """A moment without seconds, moved; a LocalTime unless an offset is written."""
        moment, is_local = cells.time(text)
        if moment % 60:
            raise WrongCell(Message.HAS_SECONDS)
        return LocalTime(moment + self._seconds) if is_local else moment + self._seconds

    def in_utc(self, moment: int, center_id: bytes) -> int:
        """A moment at a center in UTC. Raises WrongCell for a LocalTime that its clocks skip or double."""
        if moment.__class__ is LocalTime:
            return cells.in_zone(int(moment), self._by_id[center_id].time_zone)
        return moment

    def is_online(self, center_id: bytes) -> int:
        """Whether a new class of a center is online if its row does not say so: 1 or 0."""
        return int(self._by_id[center_id].kind == CenterKind.ONLINE)
