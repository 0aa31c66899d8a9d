"""A campaign in the middle of its work, put into a book without any call: for tests of what watches it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from nccodsl.campaign.book import AttemptResult, CallEnd, Claim, Listed, Verdict, Waiting
from nccodsl.campaign.sqlite_book import SqliteBook
from nccodsl.client.clock import Reading
from nccodsl.client.journal import Journal
from tests.unit.campaign.deaths import ACCOUNT, VAULT

NAME = "reminder"
AREAS = ("212", "312", "303", "415", "808")
"""Area codes of five time zones."""
OUTCOMES = ("completed", "completed", "busy", "unanswered")
_CALLED = 12
_HOUR = 3600


class Scene:
    """A book in a folder, whose clock is `shift` seconds ahead; `work` goes on with the campaign."""

    def __init__(self, folder: Path, *, shift: float = 0.0) -> None:
        self.shift = shift
        self.journal = Journal(folder, clock=lambda: Reading(self.now(), self.now(), "boot"))
        self.book = SqliteBook(self.journal, VAULT, ACCOUNT)

    def now(self) -> float:
        return time.time() + self.shift

    def begin(self, count: int = 60, name: str = NAME) -> None:
        """A third is due, the others in the next hours; a few rows are skipped."""
        self.book.add(name, {})
        self.book.load(name, self._people(count))

    def _people(self, count: int) -> Iterator[Listed]:
        now = self.now()
        for row in range(1, count + 1):
            number = f"1{AREAS[row % len(AREAS)]}555{row:04}"
            later = (row % 3) * _HOUR
            yield Listed(row, number, now - 1 if not later else now + later)
        for row, reason in enumerate(("duplicate", "invalid", "unknown_zone", "invalid"), count + 1):
            yield Listed(row, "", verdict=Verdict("skip", reason, "list"))

    def work(self, most: int = _CALLED, name: str = NAME) -> int:
        """Call some of those who are due: most calls end, one is refused, one still runs."""
        claims = self.book.claim(name, "worker", most, _due)
        for number, claim in enumerate(claims):
            self._called(claim, number, last=number == len(claims) - 1)
        return len(claims)

    def _called(self, claim: Claim, number: int, *, last: bool) -> None:
        if number == 1:
            self.book.settle(claim, AttemptResult("refused", "402 payment required"))
            return
        self.book.settle(claim, AttemptResult("placed", uuid=claim.attempt))
        if not last:
            now = self.now()
            end = CallEnd(OUTCOMES[number % len(OUTCOMES)], now, now, 8.0, 0.01, claim.attempt)
            self.book.conclude(claim.attempt, end, _done)


def _due(_one: Waiting, _now: float) -> Verdict:
    return Verdict("call", "due", "US@2026-11-29", {"closes": "21:00"})


def _done(_one: Waiting, _now: float) -> Verdict:
    return Verdict("stop", "done", "campaign")
