"""How campaigns, their recipients and their attempts stand, as the book tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from nccodsl.base.record import Record

OPEN = ("dialling", "unknown")
"""States in which a phone may or may not have rung."""
UNFINISHED = ("waiting", "placed", *OPEN)
"""States that something still follows from."""
CampaignState = Literal["loading", "running", "paused", "stopped"]


class CampaignHead(Record):
    """A campaign, its state, and when it was begun (Unix time)."""

    name: str
    state: CampaignState
    created: float


class CampaignStatus(Record):
    """How a campaign stands: how many recipients there are in each state, and when it was begun (Unix time)."""

    name: str
    state: CampaignState
    priority: int
    created: float
    counts: Mapping[str, int]

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state != "loading" and not any(self.counts.get(one) for one in UNFINISHED)

    @property
    def shown(self) -> str:
        """The state for people: a campaign that runs and has nothing left to do is over."""
        return "over" if self.state == "running" and self.is_over else self.state


class RecipientLine(Record):
    """How a recipient stands, for a report. `callee` is None where it was forgotten, or never kept."""

    id: int
    callee: str | None
    state: str
    reason: str | None
    attempts: int
    due: float


class AttemptLine(Record):
    """An attempt, for a report: `state` is that of the journal; the others are known once the call has ended."""

    recipient: int
    number: int
    claimed: float
    state: str
    uuid: str | None
    outcome: str | None
    began: float | None
    ended: float | None
    seconds: float | None
    price: float | None


class ForgottenPerson(Record):
    """What was removed: in how many campaigns, and how many attempts cannot be forgotten yet, since they are open."""

    campaigns: int
    open: int
