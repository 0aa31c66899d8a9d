"""Looks at all recipients of a campaign bit by bit, so that one look stays cheap however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from nccodsl.base.record import Record
from nccodsl.campaign.book import NEVER, Book
from nccodsl.campaign.book_reports import OPEN, RecipientLine
from nccodsl.campaign.campaign_sums import zone_of_number

MOST_ROWS = 2000
"""Recipients of one look, at most."""
HOUR = 3600


class WaitingInZone(Record):
    """Recipients that wait in one time zone: those who are due, and all. `next`: when the next one is due (Unix)."""

    zone: str
    due: int
    waiting: int
    next: float | None


class SeenRecipients(Record):
    """What one walk over all recipients has counted.

    `hours`: how many become due in which hour (Unix time of its beginning), those who are due already left out.
    `reasons` counts those who are settled, as `state: reason`. `next` and `last`: when the next and the last of
    those who wait is due.
    """

    due: int
    hours: dict[int, int]
    zones: tuple[WaitingInZone, ...]
    reasons: dict[str, int]
    next: float | None
    last: float | None


class RecipientWalk:
    """Walks over the recipients of a campaign again and again; `seen` is what the last whole walk has counted."""

    def __init__(self, book: Book, name: str) -> None:
        self._book, self._name = book, name
        self._rows: Iterator[RecipientLine] | None = None
        self._outdated = True
        self.walked = 0
        self.seen: SeenRecipients | None = None

    def outdate(self) -> None:
        """Something has changed: when this walk has ended, another one begins."""
        self._outdated = True

    def go_on(self, now: float) -> None:
        """Look at the next recipients, if there is anything to see. Raises BadJournal, NoCampaign."""
        if self._rows is None:
            if not self._outdated and not self._has_become_due(now):
                return
            self._begin()
        assert self._rows is not None
        count = 0
        for one in islice(self._rows, MOST_ROWS):
            count += 1
            self._count(one, now)
        self.walked += count
        if count < MOST_ROWS:
            self._rows, self.seen = None, self._counted()

    def _has_become_due(self, now: float) -> bool:
        return self.seen is not None and self.seen.next is not None and self.seen.next <= now

    def _begin(self) -> None:
        self._rows, self._outdated, self.walked = iter(self._book.lines(self._name)), False, 0
        self._zones: dict[str, Counter[int]] = {}
        self._next: dict[str, float] = {}
        self._reasons: Counter[str] = Counter()
        self._last: float | None = None

    def _count(self, one: RecipientLine, now: float) -> None:
        if one.state in (*OPEN, "placed"):
            return
        if one.state != "waiting":
            self._reasons[f"{one.state}: {one.reason}" if one.reason else one.state] += 1
            return
        zone = zone_of_number(one.callee)
        hours = self._zones.setdefault(zone, Counter())
        if one.due <= now:
            hours[0] += 1
            return
        hours[int(one.due // HOUR) * HOUR] += 1
        self._next[zone] = min(self._next.get(zone, NEVER), one.due)
        self._last = max(self._last or 0.0, one.due)

    def _counted(self) -> SeenRecipients:
        hours = sum(self._zones.values(), Counter[int]())
        zones = [
            WaitingInZone(zone, found[0], found.total(), self._next.get(zone))
            for zone, found in sorted(self._zones.items(), key=lambda one: (-one[1].total(), one[0]))
        ]
        due = hours.pop(0, 0)
        return SeenRecipients(
            due,
            dict(sorted(hours.items())),
            tuple(zones),
            dict(self._reasons.most_common()),
            min(self._next.values(), default=None),
            self._last,
        )
