"""Works for all campaigns that run: those of high priority first. Each turn is one `tick`, so turns may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from nccodsl.base.record import Record
from nccodsl.campaign.book import Book, Claim, NoCampaign
from nccodsl.campaign.book_reports import CampaignHead
from nccodsl.campaign.call_follower import CallFollower
from nccodsl.campaign.called_script import API, CalledScript
from nccodsl.campaign.campaign_plan import CallLimits
from nccodsl.campaign.campaign_snapshot import snapshot_of
from nccodsl.campaign.decider import Decider, Suppressed
from nccodsl.campaign.send_claim import SendsClaims
from nccodsl.campaign.tick import tick
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.settlement import reconcile
from nccodsl.client.voice_client import VoiceClient


class RunningCampaign(Record):
    """What a worker needs of a campaign. `address` is the name of its script on the webhook server."""

    name: str
    address: str
    script: CalledScript
    decide: Decider
    limits: CallLimits


PATIENCE = 90.0
"""Seconds for which the API may be out of reach before the work ends."""
_PAST = 2.0
"""Seconds until a campaign that is over is looked at again: people may be let wait again."""
BodyOf = Callable[[RunningCampaign, Claim], Mapping[str, object]]
"""Makes the create request of an interactive script. Raises VoiceError."""


class Dispatcher:
    """Places the calls of campaigns. Threads may share it.

    `only`: the campaigns that are worked for; none: all but those that were over before.
    Without `interactive`, campaigns with an interactive script are left to other workers.
    """

    def __init__(
        self,
        client: VoiceClient,
        journal: CallJournal,
        book: Book,
        suppressed: Suppressed,
        interactive: BodyOf | None,
        only: tuple[str, ...] = (),
    ) -> None:
        self._client, self._journal, self._book = client, journal, book
        self._suppressed, self._only = suppressed, only
        self._interactive = interactive
        self._known: dict[str, tuple[float, RunningCampaign | None]] = {}
        self._past: dict[str, float] = {}
        self._lock = Lock()
        self._follower = CallFollower(client, journal, book)
        self.sends = SendsClaims(client, journal, API, self._body, patience=PATIENCE)

    def campaigns(self) -> list[RunningCampaign]:
        """The campaigns that are worked for, in order. Raises NoCampaign, OtherVersion."""
        return [one for one in map(self._campaign, self._heads()) if one is not None]

    def turn(self, worker: str) -> int:
        """Place the next call of the first campaign that has one. How many were sent. Raises VoiceError."""
        for head in self._heads():
            one = self._campaign(head) if head.state == "running" else None
            if one is None or (one.script.interactive and self._interactive is None):
                continue
            try:
                sent = tick(self._book, one.name, worker, 1, one.decide, self.sends, self._journal.machine, one.limits)
            except NoCampaign:  # its start has failed meanwhile
                continue
            if sent:
                return sent
        return 0

    def is_anyone_due(self) -> bool:
        """Whether someone waits whose turn has come, in a campaign that runs."""
        now = self._journal.estimate().wall
        running = [head.name for head in self._heads() if head.state == "running"]
        return any(due is not None and due <= now for due in map(self._book.next_due, running))

    def follow(self) -> int:
        """Note which calls have ended. How many. Raises VoiceError."""
        return sum(self._follower.look(one.name, one.decide) for one in self.campaigns())

    def look_up(self) -> int:
        """Look up the calls that may or may not have been placed. How many are known now. Raises VoiceError."""
        if self._journal.open_intents():
            reconcile(self._client, self._journal)
        return self._book.learn()

    def is_done(self) -> bool:
        """Whether nothing is left to do in the campaigns that are worked for."""
        return all(self._book.is_over(one.name) for one in self.campaigns())

    def _heads(self) -> list[CampaignHead]:
        heads = self._book.heads()
        if not self._only:
            return [head for head in heads if not self._is_past(head.name)]
        by_name = {head.name: head for head in heads}
        for name in self._only:
            if name not in by_name:
                raise NoCampaign(name)
        return [by_name[name] for name in self._only]

    def _is_past(self, name: str) -> bool:
        """Whether a campaign was over before: its script may be of an earlier version, and no one asks for it."""
        if name in self._known:
            return False
        now = self._journal.machine().ticks
        if now < self._past.get(name, now):
            return True
        if not self._book.is_over(name):
            return False
        self._past[name] = now + _PAST
        return True

    def _campaign(self, head: CampaignHead) -> RunningCampaign | None:
        with self._lock:
            known = self._known.get(head.name)
            # A start that was interrupted may begin again with another plan.
            if known is None or known[0] != head.created:
                known = self._known[head.name] = head.created, self._made(head.name)
            return known[1]

    def _made(self, name: str) -> RunningCampaign | None:
        found = snapshot_of(self._book.plan(name))
        if found is None:
            return None
        script = CalledScript(found.script(), found.plan.caller)
        decide = Decider(found.plan, script, self._suppressed)
        return RunningCampaign(name, found.address, script, decide, found.plan.limits)

    def _body(self, claim: Claim) -> Mapping[str, object]:
        _, campaign = self._known[claim.campaign]
        assert campaign is not None, "only campaigns with a plan are worked for"
        assert self._interactive is not None, "others are left alone"
        return self._interactive(campaign, claim)
