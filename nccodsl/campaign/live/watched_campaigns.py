"""Follows campaigns in the book. A look reads what was decided since the last one, and little else."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from threading import Lock

from nccodsl.campaign.book import Book, NoCampaign
from nccodsl.campaign.book_reports import CampaignHead, CampaignStatus
from nccodsl.campaign.campaign_snapshot import snapshot_of
from nccodsl.campaign.decision_ledger import LedgerEntry
from nccodsl.campaign.live.campaign_now import CampaignEvent, CampaignNow
from nccodsl.campaign.live.recipient_walk import RecipientWalk
from nccodsl.campaign.story_words import ENDED, words_of

LOOK = 1.0
"""Seconds between two looks."""
SECONDS = 60
"""Seconds of which starts are kept."""
_EVENTS = 8
_RECENT = 2000
# Entries of the ledger that are read at the beginning, for what happened just before.
_COUNTED = 100_000
# Recipients that are counted in a second, on average. Counting them takes a walk over an index.


class CampaignWatch:
    """Follows one campaign. `limit`: the most starts a second of the account."""

    def __init__(self, book: Book, name: str, limit: int) -> None:
        """Raises BadJournal, NoCampaign."""
        self._book, self._name = book, name
        found = snapshot_of(book.plan(name))
        own = found.plan.limits.calls_per_second if found is not None else None
        self._limit = min(limit, own or limit)
        self._counted_to, outcomes = book.ended(name)
        self._outcomes = Counter(dict(outcomes))
        self._read_to = max(self._counted_to - _RECENT, 0)
        self._starts: Counter[int] = Counter()
        self._latest: float | None = None
        self._events: deque[LedgerEntry] = deque(maxlen=_EVENTS)
        self._walk = RecipientWalk(book, name)
        self._status: CampaignStatus | None = None
        self._count_at, self._outdated = 0.0, True

    def look(self, now: float) -> CampaignNow:
        """How the campaign stands (`now`: Unix time). Raises BadJournal, NoCampaign."""
        turned = self._read()
        status = self._counted(now, turned=turned)
        if status.state == "loading":
            self._walk.outdate()
        self._walk.go_on(now)
        second = int(now)
        for one in [one for one in self._starts if one < second - SECONDS]:
            del self._starts[one]
        return CampaignNow(
            now,
            status,
            self._limit,
            tuple(self._starts[one] for one in range(second - SECONDS, second)),
            self._walk.seen,
            self._walk.walked,
            dict(self._outcomes.most_common()),
            tuple(CampaignEvent(one.at, one.recipient, words_of(one)) for one in reversed(self._events)),
            None if self._latest is None else max(now - self._latest, 0.0),
        )

    def _read(self) -> bool:
        """Read what is new in the ledger; whether the campaign itself was turned."""
        turned = False
        for entry in self._book.story(self._name, after=self._read_to):
            self._read_to, self._outdated = entry.number, True
            self._walk.outdate()
            turned = turned or entry.recipient == 0
            self._events.append(entry)
            if entry.what == "call":
                self._starts[int(entry.at)] += 1
                self._latest = entry.at
            elif entry.what == ENDED and entry.number > self._counted_to:
                self._outcomes[entry.reason] += 1
        return turned

    def _counted(self, now: float, *, turned: bool) -> CampaignStatus:
        """The recipients by state. They are counted when that may have changed, and the less often the more there are;
        at once where it matters: when the campaign was turned, or no one waits any more.
        """
        before = self._status
        if before is not None and not turned:
            wanted = self._outdated or before.state == "loading"
            if not wanted or (now < self._count_at and self._book.next_due(self._name) is not None):
                return before
        self._status = status = self._book.status(self._name)
        self._outdated = False
        self._count_at = now + sum(status.counts.values()) / _COUNTED
        return status


class WatchedCampaigns:
    """Follows several campaigns, for any number of threads; `names`: none for all that are not over.

    Campaigns that begin later are followed too, unless there are names. `now` is Unix time.
    """

    def __init__(self, book: Book, names: tuple[str, ...], limit: int, now: Callable[[], float]) -> None:
        """Raises BadJournal, NoCampaign."""
        self._book, self._names, self._limit, self._now = book, names, limit, now
        self._watches: dict[tuple[str, float], CampaignWatch | None] = {}
        self._lock = Lock()
        self._found: list[CampaignNow] = []
        self._at = 0.0
        over = [one for one in self._heads() if not names and book.is_over(one.name)]
        if len(over) < len(self._heads()):
            self._watches = {(one.name, one.created): None for one in over}

    def look(self) -> list[CampaignNow]:
        """How the campaigns stand: what was found within the last second, or now. Raises BadJournal, NoCampaign."""
        with self._lock:
            now = self._now()
            if abs(now - self._at) >= LOOK:
                self._found, self._at = self._looked(now), now
            return self._found

    def _looked(self, now: float) -> list[CampaignNow]:
        found = []
        for one in self._heads():
            key = one.name, one.created  # a campaign that was dropped may begin again
            try:
                if key not in self._watches:
                    self._watches[key] = CampaignWatch(self._book, one.name, self._limit)
                watch = self._watches[key]
                if watch is not None:
                    found.append(watch.look(now))
            except NoCampaign:  # it was dropped just now
                if self._names:
                    raise
        return found

    def _heads(self) -> list[CampaignHead]:
        """The campaigns of these names, or all. Raises BadJournal, NoCampaign."""
        heads = self._book.heads()
        if not self._names:
            return heads
        named = {one.name: one for one in heads}
        for name in self._names:
            if name not in named:
                raise NoCampaign(name)
        return [named[name] for name in dict.fromkeys(self._names)]
