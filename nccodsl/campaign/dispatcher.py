"""Works for all campaigns that run: those of high priority first. Each turn is one `tick`, so turns may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from nccodsl.base.record import Record
from nccodsl.campaign.book import Book, Claim
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


class _KnownPlan(Record):
    """What was read of a campaign. `is_final`: it will not change any more."""

    plan: Mapping[str, object]
    campaign: RunningCampaign | None
    is_final: bool


BodyOf = Callable[[RunningCampaign, Claim], Mapping[str, object]]
"""Makes the create request of an interactive script. Raises VoiceError."""


class Dispatcher:
    """Places the calls of campaigns. Threads may share it. `only`: the campaigns that are worked for; none: all."""

    def __init__(
        self,
        client: VoiceClient,
        journal: CallJournal,
        book: Book,
        suppressed: Suppressed,
        interactive: BodyOf,
        only: tuple[str, ...] = (),
    ) -> None:
        self._client, self._journal, self._book = client, journal, book
        self._suppressed, self._only = suppressed, only
        self._interactive = interactive
        self._known: dict[str, _KnownPlan] = {}
        self._lock = Lock()
        self._follower = CallFollower(client, journal, book)
        self.sends = SendsClaims(client, journal, API, self._body, patience=PATIENCE)

    def campaigns(self) -> list[RunningCampaign]:
        """The campaigns that are worked for, in order. Raises NoCampaign, OtherVersion."""
        names = self._only or self._book.campaigns()
        with self._lock:
            return [found for name in names if (found := self._campaign(name)) is not None]

    def turn(self, worker: str) -> int:
        """Place the next call of the first campaign that has one. How many were sent. Raises VoiceError."""
        for one in self.campaigns():
            sent = tick(self._book, one.name, worker, 1, one.decide, self.sends, self._journal.machine, one.limits)
            if sent:
                return sent
        return 0

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

    def _campaign(self, name: str) -> RunningCampaign | None:
        known = self._known.get(name)
        if known is not None and known.is_final:
            return known.campaign
        # A start that was interrupted may begin again with another plan, until it is done.
        is_final = self._book.state(name) != "loading"
        plan = self._book.plan(name)
        campaign = known.campaign if known is not None and known.plan == plan else self._made(name, plan)
        self._known[name] = _KnownPlan(plan, campaign, is_final)
        return campaign

    def _made(self, name: str, plan: Mapping[str, object]) -> RunningCampaign | None:
        found = snapshot_of(plan)
        if found is None:
            return None
        script = CalledScript(found.script(), found.plan.caller)
        decide = Decider(found.plan, script, self._suppressed)
        return RunningCampaign(name, found.address, script, decide, found.plan.limits)

    def _body(self, claim: Claim) -> Mapping[str, object]:
        campaign = self._known[claim.campaign].campaign
        assert campaign is not None, "only campaigns with a plan are worked for"
        return self._interactive(campaign, claim)
