"""The book of campaigns: who is to be called, who was, and what was decided. Only the book may let a phone ring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, Protocol

from nccodsl.base.record import Record
from nccodsl.campaign.decision_ledger import LedgerEntry
from nccodsl.client.start_limits import PLATFORM_LIMIT
from nccodsl.errors import UsageError

OPEN = ("dialling", "unknown")
"""States in which a phone may or may not have rung."""


class Listed(Record):
    """A recipient as a list has it. `id`: its row, from 1. `callee` is called from `due` to `closes` (Unix time)."""

    id: int
    callee: str
    due: float
    closes: float


class Waiting(Listed):
    """A recipient whose turn may have come, after so many attempts."""

    attempts: int = 0


class Verdict(Record):
    """What is decided about a recipient: to call, to wait until a moment, or to skip for a reason that is final.

    `rule` names what decides, `facts` are what it looks at, without values of people.
    """

    what: Literal["call", "wait", "skip"]
    rule: str
    facts: Mapping[str, object] = {}
    until: float = 0.0


Decide = Callable[[Waiting, float], Verdict]
"""Decides about a recipient at a moment (Unix time); it is asked again in each claim, and must look at nothing else."""


class CallingAccount(Record):
    """Where calls are placed, and as whom; `caller` is shown to who is called.

    `limited_as` names the account whose limit counts, `limit` are its starts a second, `starts` those that a call may
    need: its own, and those of the phones that a static NCCO connects. `lease`: seconds for which they are kept if no
    answer comes.
    """

    host: str
    application_id: str
    api: str
    caller: str | None
    limited_as: str
    limit: int = PLATFORM_LIMIT
    starts: int = 1
    lease: float = 60.0


class Claim(Record):
    """The right to send one request, once, soon: it is worth nothing `LONGEST_CLAIM` seconds after `ticks`.

    `attempt` is the id of the intent in the journal, `reference` its reference. `ticks` counts while the machine
    sleeps (see `client.clock.Reading`).
    """

    attempt: str
    reference: str
    campaign: str
    recipient: Waiting
    ticks: float


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


class OtherRecipient(UsageError):
    """A row of a list calls another number than when its campaign began. `row` is its number, from 1."""

    def __init__(self, row: int) -> None:
        super().__init__(f"row {row} calls another number than when the campaign began")
        self.row = row


class NoCampaign(UsageError):
    """There is no campaign of that name."""


class Book(Protocol):
    """Where campaigns are kept. All methods are durable when they return, and raise BadJournal.

    A campaign that is not there raises NoCampaign.
    """

    def add(self, name: str, plan: Mapping[str, object]) -> bool:
        """Begin a campaign, which is loading; False where there is one of that name."""

    def plan(self, name: str) -> Mapping[str, object]:
        """What the campaign was begun with."""

    def load(self, name: str, people: Iterable[Listed]) -> int:
        """Add recipients, and let the campaign run; those whose row is there stay as they are. How many are new.

        Raises OtherRecipient, and adds nothing more, where a row is there already with another callee.
        """

    def claim(self, name: str, worker: str, most: int, decide: Decide) -> list[Claim]:
        """The next recipients to call, at most so many, with everything decided anew and written down."""

    def settle(self, claim: Claim, result: AttemptResult) -> bool:
        """Note what became of a claim; False where it was settled otherwise meanwhile."""

    def beat(self, worker: str) -> None:
        """Say that a worker is at it."""

    def bury(self, lease: float) -> int:
        """Take the attempts of workers that were not heard of for `lease` seconds for unknown. How many."""

    def learn(self) -> int:
        """Take over what the journal has found out about unknown attempts. How many."""

    def turn(self, name: str, state: Literal["running", "paused", "stopped"]) -> None:
        """Let a campaign run, pause, or stop for good: then who waits is called no more."""

    def waits(self, name: str) -> bool:
        """Whether a recipient is still to be called."""

    def counts(self, name: str) -> dict[str, int]:
        """How many recipients there are in each state."""

    def story(self, name: str, recipient: int | None = None) -> Iterable[LedgerEntry]:
        """What was decided, of one recipient or of all, in order."""
