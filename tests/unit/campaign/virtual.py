"""Campaigns in virtual time, from a plan and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nccodsl import load
from nccodsl.campaign.book import Listed
from nccodsl.campaign.called_script import CalledScript
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_plan import CampaignPlan, RecipientSource
from nccodsl.campaign.campaign_snapshot import CampaignSnapshot, snapshot
from nccodsl.campaign.emulated.phones import EmulatedPhones
from nccodsl.campaign.emulated.virtual_run import EmulatedCampaign, VirtualClock, VirtualRun, emulated_account
from nccodsl.campaign.person_vault import PersonVault
from nccodsl.client.journal import Journal
from nccodsl.emulator.personas.persona import Casting

SCRIPT = """\
param number: phone
call { to phone {{ number }} from phone 14155550100 }
talk "There is no water until tomorrow."
"""
BEGINS = 1_780_000_000.0
"""2026-05-28T20:26:40Z: in the afternoon in all of the continental United States."""
REACHED = {"completed": 1.0}


def plan_for(**more: object) -> CampaignPlan:
    """A plan named `a`, for an emergency: at all hours, without consent."""
    given = {"name": "a", "script": "a.call", "purpose": "emergency", "recipients": RecipientSource("-"), **more}
    return CampaignPlan(**given)  # type: ignore[arg-type]


class Virtual:
    """A campaign in a book of its own. `people` are numbers, each a row."""

    def __init__(
        self,
        folder: Path,
        plan: CampaignPlan,
        people: Sequence[str],
        *,
        script: str = SCRIPT,
        shares: Mapping[str, float] = REACHED,
        person: Casting | None = None,
        limit: int = 3,
        begins: float = BEGINS,
        seed: int = 0,
        suppressed: Callable[[str], bool] = lambda _number: False,
    ) -> None:
        self.clock = VirtualClock(begins)
        self.journal = Journal(folder, clock=self.clock)
        with self.journal.reading() as db:
            db.execute("PRAGMA synchronous = OFF")
        self.book = CampaignBook(self.journal, PersonVault("a secret of the tests"), emulated_account(limit))
        flow = load(script)
        called = CalledScript(flow, None)
        self.snapshot: CampaignSnapshot = snapshot(plan, flow, "a")
        self.book.add(plan.name, self.snapshot.as_json(), plan.priority)
        kept = [
            Listed(row, number, begins, kept={"values": {"number": number}}) for row, number in enumerate(people, 1)
        ]
        self.book.load(plan.name, kept)
        phones = EmulatedPhones(called, shares, seed, person)
        self.played = VirtualRun(EmulatedCampaign(self.book, self.clock, plan, called, phones), suppressed)

    def run(self) -> CampaignBook:
        """Play it to its end; the book."""
        self.played.run()
        return self.book


def most_in_a_second(moments: Sequence[float]) -> int:
    """The most of these that lie in any second that rolls by."""
    ordered = sorted(moments)
    first = most = 0
    for last, moment in enumerate(ordered):
        while ordered[first] <= moment - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most
