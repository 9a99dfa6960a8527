"""What rows say of other rows, resolved: centers by reference id, local times, and dates moved by whole weeks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from webapp.models import CenterKind
from webapp.transfer.cells import DAY_SECONDS, in_zone, later_day
from webapp.transfer.files import BOOKINGS, CENTERS, ENCOUNTERS, KEPT, USERS
from webapp.transfer.messages import Message, suggest
from webapp.transfer.problems import Problems, WrongCell
from webapp.transfer.understanding import Told

Rows = Iterator[tuple[int, Told]]


@dataclass(frozen=True, slots=True)
class CenterFacts:
    """What other rows need of a center."""

    id: bytes
    is_online: int
    time_zone: str


class Resolver:
    """Knows the centers as they will be after the import: the `told` ones, and those `stored` that are not told."""

    def __init__(self, stored: Iterable[Told], told: Iterable[Told], weeks_later: int) -> None:
        by_id: dict[bytes, Told] = {}
        row_id, named, kinds, zones = (CENTERS.place(name) for name in ("id", "reference_id", "kind", "time_zone"))
        for row in chain(told, stored):
            by_id.setdefault(row[row_id], row)
        self._facts: dict[str, CenterFacts] = {}
        for center_id, row in by_id.items():
            reference, kind, zone = row[named], row[kinds], row[zones]
            self._facts.setdefault(reference, CenterFacts(center_id, int(kind == CenterKind.ONLINE), zone))
        # Whether a new class of a center is online where nothing else is told.
        self.deliveries = {facts.id: facts.is_online for facts in self._facts.values()}
        self._weeks = weeks_later
        self._seconds = weeks_later * 7 * DAY_SECONDS

    def resolve_users(self, rows: Rows, problems: Problems) -> Rows:
        """Centers become a set of ids; the day on which a contract ends moves."""
        day, centers = USERS.place("contract_ends_on"), USERS.place("centers")
        find = cache(self._find_all)
        for line, told in rows:
            row = list(told)
            if row[day] is not None and row[day] is not KEPT:
                row[day] = later_day(row[day], self._weeks)
            if row[centers] is not KEPT:
                try:
                    row[centers] = find(row[centers])
                except WrongCell as wrong:
                    _lose(problems, USERS.name, line, "centers", wrong)
                    continue
            yield line, tuple(row)

    def resolve_encounters(self, rows: Rows, problems: Problems) -> Rows:
        """The center becomes its id, a local time a moment."""
        center_place, start_place = ENCOUNTERS.place("center"), ENCOUNTERS.place("starts_at")
        for line, told in rows:
            row = list(told)
            reference, (start, is_local) = row[center_place], row[start_place]
            center = self._facts.get(reference)
            if center is None:
                _lose(problems, ENCOUNTERS.name, line, "center", self._unknown(reference))
                continue
            start += self._seconds
            if is_local:
                try:
                    start = in_zone(start, center.time_zone)
                except WrongCell as wrong:
                    _lose(problems, ENCOUNTERS.name, line, "starts_at", wrong)
                    continue
            row[center_place], row[start_place] = center.id, start
            yield line, tuple(row)

    def resolve_bookings(self, rows: Rows, _problems: Problems) -> Rows:
        """Only their time moves."""
        if not self._weeks:
            return rows
        place, seconds = BOOKINGS.place("booked_at"), self._seconds
        return ((line, (*row[:place], row[place] + seconds, *row[place + 1 :])) for line, row in rows)

    def _find_all(self, references: tuple[str, ...]) -> frozenset[bytes]:
        unknown = next((reference for reference in references if reference not in self._facts), None)
        if unknown is not None:
            raise self._unknown(unknown)
        return frozenset(self._facts[reference].id for reference in references)

    def _unknown(self, reference: str) -> WrongCell:
        hint = suggest(reference, sorted(self._facts), show_all=False)
        return WrongCell(Message.UNKNOWN_CENTER, reference, hint=hint)


def _lose(problems: Problems, file: str, line: int, column: str, wrong: WrongCell) -> None:
    # Where rows of centers.csv were lost, the center may be among them.
    about_centers = column != "starts_at"
    if not (about_centers and CENTERS.name in problems.broken):
        problems.add(file, line, column, wrong.message, wrong.value, wrong.details, is_written=column == "centers")
    problems.broken.add(file)
