"""The book of campaigns: who is to be called, who was, and what was decided. Only the book may let a phone ring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, Protocol

from nccodsl.base.record import Record
from nccodsl.campaign.book_reports import AttemptLine, CampaignHead, CampaignStatus, ForgottenPerson, RecipientLine
from nccodsl.campaign.campaign_plan import CallLimits
from nccodsl.campaign.decision_ledger import LedgerEntry
from nccodsl.campaign.policy.reasons import What
from nccodsl.campaign.policy.retry_table import PastTry
from nccodsl.client.clock import Bounds, Reading
from nccodsl.client.start_limits import PLATFORM_LIMIT
from nccodsl.errors import UsageError

NEVER = 1e12
"""When a window without an end closes: in 30,000 years."""


class Verdict(Record):
    """What is decided about a recipient: to call, to wait until a moment, or to skip or stop for good.

    `reason` is one of the policy's, or of who asks; `rule` names what decides, `facts` are what it looks at, without
    values of people. `until` and `closes` are Unix time: when who waits is looked at again, and when the time for a
    call ends.

    Of a call: `body` is its create request, or None if that is made when it is sent; `starts` are the starts that it
    may need, its own and those of the phones that a static NCCO connects.
    """

    what: What
    reason: str
    rule: str
    facts: Mapping[str, object] = {}
    until: float = 0.0
    closes: float = NEVER
    body: Mapping[str, Any] | None = None
    starts: int = 1


class Listed(Record):
    """A recipient as a list has it. `id`: its row, from 1. `callee` is called from `due` to `closes` (Unix time).

    `kept` are values of JSON that are needed for the call. `verdict` is what was decided when the list was read, at
    `decided` (Unix time; None: now); who is skipped then may have no callee.
    """

    id: int
    callee: str
    due: float = 0.0
    closes: float = NEVER
    kept: Mapping[str, object] = {}
    verdict: Verdict | None = None
    decided: float | None = None


class Waiting(Record):
    """A recipient whose turn may have come, after so many attempts.

    `calls`: when calls to the number were placed, by all campaigns. `tries`: the calls of this campaign that have
    ended. Both are in order, in Unix time.
    """

    id: int
    callee: str
    attempts: int = 0
    kept: Mapping[str, object] = {}
    calls: tuple[float, ...] = ()
    tries: tuple[PastTry, ...] = ()


Decide = Callable[[Waiting, float], Verdict]
"""Decides about a recipient at a moment (Unix time). It is asked again in each claim, within the transaction."""


class CallingAccount(Record):
    """Where calls are placed, and as whom; `caller` is shown to who is called.

    `limited_as` names the account whose limit counts, `limit` are its starts a second. `lease`: seconds for which the
    slots of a call are kept if no answer comes. `ahead`: by how much the clock of the API is ahead, if known.
    """

    host: str
    application_id: str
    api: str
    caller: str | None
    limited_as: str
    limit: int = PLATFORM_LIMIT
    lease: float = 60.0
    ahead: Callable[[Reading], Bounds | None] = lambda _now: None


class Claim(Record):
    """The right to send one request, once, soon: it is worth nothing `LONGEST_CLAIM` seconds after `ticks`.

    `attempt` is the id of the intent in the journal, `reference` its reference. `ticks` counts while the machine
    sleeps (see `client.clock.Reading`). `verdict` is what let it be.
    """

    attempt: str
    reference: str
    campaign: str
    recipient: Waiting
    ticks: float
    verdict: Verdict


LONGEST_CLAIM = 5.0
"""Seconds from a claim to its request. Who stood still for longer must not send: the attempt may be taken for dead."""


class AttemptResult(Record):
    """What became of a request: as states of the journal. `again`: when the recipient may be tried again; None: never.

    It counts only for `refused` and `unsent`.
    """

    state: Literal["placed", "refused", "unsent", "unknown"]
    detail: str | None = None
    uuid: str | None = None
    conversation_uuid: str | None = None
    again: float | None = None


class PlacedCall(Record):
    """A call that was placed and whose end is not known yet. `claimed` is Unix time."""

    attempt: str
    campaign: str
    callee: str
    claimed: float
    uuid: str | None


class CallEnd(Record):
    """How a call ended: its status as the API lists it, when it began and ended (Unix time), and what it cost."""

    outcome: str
    began: float
    ended: float
    seconds: float | None = None
    price: float | None = None
    uuid: str | None = None
    conversation_uuid: str | None = None


class OtherRecipient(UsageError):
    """A row of a list calls another number than when its campaign began. `row` is its number, from 1."""

    def __init__(self, row: int) -> None:
        super().__init__(f"row {row} calls another number than when the campaign began")
        self.row = row


class NoCampaign(UsageError):
    """There is no campaign of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no campaign `{name}`")
        self.name = name


class OtherPlan(UsageError):
    """The campaign of that name is another one by now."""

    def __init__(self, name: str) -> None:
        super().__init__(f"another `{name}` was begun at the same time")


class Book(Protocol):
    """Where campaigns are kept. All methods are durable when they return, and raise BadJournal.

    A campaign that is not there raises NoCampaign.
    """

    def add(self, name: str, plan: Mapping[str, object], priority: int = 5) -> bool:
        """Begin a campaign, which is loading; False where there is one of that name."""

    def plan(self, name: str) -> Mapping[str, object]:
        """What the campaign was begun with."""

    def load(self, name: str, people: Iterable[Listed], plan: Mapping[str, object] | None = None) -> int:
        """Add recipients, and let the campaign run; those whose row is there stay as they are. How many are new.

        `plan` is what it was begun with, if that matters. Raises OtherRecipient, and adds nothing more, where a row is
        there already with another callee, and OtherPlan where another campaign of that name was begun meanwhile.
        """

    def claim(self, name: str, worker: str, most: int, decide: Decide, limits: CallLimits = ...) -> list[Claim]:
        """The next recipients to call, at most so many, with everything decided anew and written down."""

    def settle(self, claim: Claim, result: AttemptResult) -> bool:
        """Note what became of a claim; False where it was settled otherwise meanwhile."""

    def placed(self, name: str) -> list[PlacedCall]:
        """The calls whose end is not known yet, oldest first."""

    def recognize(self, attempt: str, uuid: str, conversation_uuid: str | None) -> bool:
        """Note the ids of a call that runs; False where they are another attempt's."""

    def conclude(self, attempt: str, end: CallEnd, decide: Decide) -> bool:
        """Note how a call ended, and decide what follows for its recipient; False where that was noted before."""

    def beat(self, worker: str) -> None:
        """Say that a worker is at it."""

    def bury(self, lease: float) -> int:
        """Take the attempts of workers that were not heard of for `lease` seconds for unknown. How many."""

    def learn(self) -> int:
        """Take over what the journal has found out about unknown attempts. How many."""

    def turn(self, name: str, state: Literal["running", "paused", "stopped"]) -> bool:
        """Let a campaign run, pause, or stop for good: then who waits is called no more. False: nothing changes."""

    def drop(self, name: str) -> bool:
        """Remove a campaign that is still loading: it has called no one. False where it is another one."""

    def next_due(self, name: str) -> float | None:
        """When the next of those who wait is due, in Unix time; None where no one waits."""

    def status(self, name: str) -> CampaignStatus:
        """How a campaign stands."""

    def is_over(self, name: str) -> bool:
        """Whether nothing is left to do: `CampaignStatus.is_over`, without counting."""

    def heads(self) -> list[CampaignHead]:
        """All campaigns: those of high priority first, then those that began first."""

    def campaigns(self) -> list[str]:
        """Their names, in the same order."""

    def story(self, name: str, recipient: int | None = None, after: int = 0) -> Iterable[LedgerEntry]:
        """What was decided, of one recipient or of all, in order; behind the entry of a number."""

    def ended(self, name: str) -> tuple[int, Mapping[str, int]]:
        """The number of the last entry of the ledger, and how often calls had ended how by then."""

    def lines(self, name: str, callee: str | None = None) -> Iterable[RecipientLine]:
        """How the recipients of a campaign stand, or those with one number, by their rows."""

    def attempts(self, name: str) -> Iterable[AttemptLine]:
        """The attempts of a campaign, in the order of their claims."""

    def kept(self, name: str, recipient: int) -> Waiting | None:
        """A recipient with what is kept for the call; None where it was forgotten, or never kept."""

    def retry(self, name: str) -> int:
        """Let those wait again whom the API refused. How many."""

    def forget(self, callee: str) -> ForgottenPerson:
        """Remove the number and the values of a person from all campaigns; these do not call it any more."""
