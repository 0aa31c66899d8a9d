"""What the ledger says in words."""

from __future__ import annotations

from nccodsl.campaign.decision_ledger import BEGINNING, LedgerEntry, entry_after
from nccodsl.campaign.story_words import words_of


def entry(what: str, reason: str, **facts: object) -> LedgerEntry:
    return entry_after(BEGINNING, 1, 1, 0.0, what, reason, "campaign", facts)


def test_an_entry_that_lacks_a_fact_has_its_reason() -> None:
    assert (
        words_of(entry("wait", "capped", cap="3 in 24 h", until="noon")) == "the cap of 3 in 24 h is reached until noon"
    )
    assert words_of(entry("wait", "capped", cap="3 in 24 h")) == "capped"
    assert words_of(entry("skip", "no such reason", code="E732")) == "no such reason (E732)"
