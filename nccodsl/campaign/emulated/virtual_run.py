"""Lets a campaign run in virtual time: the clock goes to the next moment at which something can happen."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from nccodsl.base.record import Record
from nccodsl.campaign.book import AttemptResult, CallEnd, CallingAccount, Claim
from nccodsl.campaign.called_script import API, CalledScript
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_plan import CampaignPlan
from nccodsl.campaign.decider import Decider
from nccodsl.campaign.emulated.phones import EmulatedPhones
from nccodsl.campaign.tick import tick
from nccodsl.client.clock import Reading
from nccodsl.client.start_slots import PERIOD

_WORKER = "emulated"
_BOOT = "virtual"
EMULATED_HOST = "https://emulated.invalid"
"""What the journal of an emulated campaign calls the API."""


class VirtualClock:
    """The clocks of a journal, which stand still until they are set. `now` is Unix time."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> Reading:
        return Reading(self.now, self.now, _BOOT)


def emulated_account(limit: int) -> CallingAccount:
    """An account with so many starts a second, at no host."""
    return CallingAccount(EMULATED_HOST, _WORKER, API, None, _WORKER, limit)


class EmulatedCampaign(Record):
    """What is played: a campaign that is in the book under its name."""

    book: CampaignBook
    clock: VirtualClock
    plan: CampaignPlan
    script: CalledScript
    phones: EmulatedPhones


class VirtualRun:
    """One campaign, from its beginning to its end. `opted_out` are the numbers that are suppressed by then."""

    def __init__(self, campaign: EmulatedCampaign, suppressed: Callable[[str], bool]) -> None:
        self._campaign = campaign
        self._suppressed = suppressed
        self.opted_out: set[str] = set()
        self._running: list[tuple[float, int, str, CallEnd]] = []
        self._placed = 0
        self._sent = campaign.clock.now
        self._decide = Decider(campaign.plan, campaign.script, self._is_suppressed)

    def run(self) -> None:
        """Play the campaign until nothing is left to do. Raises BadJournal, RenderError, ScriptError."""
        book, clock, plan = self._campaign.book, self._campaign.clock, self._campaign.plan
        while True:
            while self._running and self._running[0][0] <= clock.now:
                _, _, attempt, end = heappop(self._running)
                book.conclude(attempt, end, self._decide)
            while tick(book, plan.name, _WORKER, 1, self._decide, self._send, clock, plan.limits):
                pass
            following = self._next_moment()
            if following is None:
                return
            clock.now = following

    def _is_suppressed(self, number: str) -> bool:
        return number in self.opted_out or self._suppressed(number)

    def _next_moment(self) -> float | None:
        """When something can happen again; None where nothing will."""
        now = self._campaign.clock.now
        moments = [self._running[0][0]] if self._running else []
        due = self._campaign.book.next_due(self._campaign.plan.name)
        if due is not None:
            # Who is due already waits for a slot, or until fewer calls run.
            free = self._sent + PERIOD
            moments.append(due if due > now else free if free > now else now + PERIOD)
        return min(moments, default=None)

    def _send(self, claim: Claim) -> AttemptResult:
        now = self._campaign.clock.now
        played = self._campaign.phones.play(claim, self._decide.values(claim.recipient), now)
        self._sent = now
        self._placed += 1
        self.opted_out |= played.opted_out.keys()
        heappush(self._running, (played.end.ended, self._placed, claim.attempt, played.end))
        return AttemptResult("placed")
