"""Rows that were looked at, as recipients of the book, each with what was decided about it."""

from __future__ import annotations

from nccodsl.campaign.book import Listed, Verdict
from nccodsl.campaign.called_script import CalledScript
from nccodsl.campaign.decider import kept_of, verdict_of
from nccodsl.campaign.plan_policy import Outlook
from nccodsl.campaign.policy.decide import CallFacts
from nccodsl.campaign.recipients import Recipient, SkippedRow

_LIST = "list"
"""The rule of what is wrong with a row by itself."""


def listed(found: SkippedRow | tuple[Recipient, Outlook], script: CalledScript, now: float) -> Listed:
    """A recipient for the book. Of who is skipped the number alone is kept, as a hash."""
    if isinstance(found, SkippedRow):
        if found.decision is not None:
            verdict = verdict_of(found.decision, CallFacts(suppressed=found.reason == "suppressed"))
        else:
            verdict = Verdict("skip", found.reason, _LIST, {"code": found.failure.code})
        return Listed(found.row, found.number or "", verdict=verdict, decided=now)
    recipient, outlook = found
    verdict = verdict_of(outlook.decision, CallFacts(consent=outlook.consent))
    if verdict.what == "call":
        # It is decided again, and written down, when it is claimed.
        return Listed(recipient.row, recipient.number, now, verdict.closes, kept_of(recipient, script))
    return Listed(recipient.row, recipient.number, kept=kept_of(recipient, script), verdict=verdict, decided=now)
