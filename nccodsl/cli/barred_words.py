"""Why the rules allow no call to a recipient, with what the row says: closer than the reason alone."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.base.phone import calling_code
from nccodsl.campaign.campaign_plan import Columns
from nccodsl.campaign.policy.decide import Decision
from nccodsl.campaign.recipients import Recipient
from nccodsl.diagnostics import Message, messages

_MOST_QUOTED = 40
_SHORT_ZIPS = (3, 4)
"""Digits of postal codes that programs have taken for numbers."""


def why_barred(one: Recipient, decision: Decision, columns: Columns) -> Message:
    """What is said about a recipient whom a decision skips."""
    closer = _CLOSER.get(decision.reason)
    found = closer(one, decision, columns) if closer is not None else None
    return found or messages.campaigns.barred(decision.reason, decision.words, decision.rule)


def _consent(one: Recipient, decision: Decision, columns: Columns) -> Message | None:
    if columns.consent is None:
        return None
    return messages.campaigns.not_agreed(columns.consent, (one.consent or "")[:_MOST_QUOTED], decision.rule)


def _country(one: Recipient, decision: Decision, columns: Columns) -> Message:
    country = str(decision.facts.get("country") or "")
    return messages.campaigns.country_without_rules(calling_code(one.number), country, decision.rule)


def _zone(one: Recipient, decision: Decision, columns: Columns) -> Message | None:
    code = one.postal_code or ""
    if one.zone or len(code) not in _SHORT_ZIPS or not code.isdigit():
        return None
    return messages.campaigns.short_postal_code(code, decision.rule)


_CLOSER: dict[str, Callable[[Recipient, Decision, Columns], Message | None]] = {
    "no_consent": _consent,
    "unknown_country": _country,
    "unknown_zone": _zone,
}
"""What is said instead of the sentence of a reason."""
