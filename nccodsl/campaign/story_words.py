"""The entries of the ledger in words for people."""

from __future__ import annotations

from nccodsl.campaign.decision_ledger import LedgerEntry
from nccodsl.campaign.policy.reasons import REASONS, sentence

_EVENTS = {
    "began": "the campaign began",
    "running": "the campaign goes on",
    "paused": "the campaign was paused",
    "stopped": "the campaign was stopped",
    "limit": "the campaign has placed all the calls that it may",
    "listed": "the row is in the list",
    "not_listed": "the row is not in the list any more",
    "placed": "the call was placed",
    "refused": "the API refused the call",
    "unsent": "the request was not sent",
    "unknown": "no answer came: the phone may have rung",
    "absent": "the API does not list the call: the phone did not ring",
    "elsewhere": "another campaign is calling the number",
    "taken": "another call has the reference of this one",
    "again": "the recipient waits again, since a person wanted it",
    "forgotten": "the number and the values were removed",
}
"""What else can happen, by the reason of its entry."""
ENDED = "ended"


def words_of(entry: LedgerEntry) -> str:
    """One sentence, without its period."""
    if entry.what == ENDED:
        return f"the call ended: {entry.reason}{_seconds(entry)}"
    if entry.what != entry.reason and entry.reason in REASONS:
        words = _sentence(entry)
    else:
        words = _EVENTS.get(entry.reason, entry.reason)
    detail = entry.facts.get("detail") or entry.facts.get("code")
    return f"{words} ({detail})" if detail else words


def _sentence(entry: LedgerEntry) -> str:
    """The words of a decision; its reason alone where the entry lacks a fact, since it was changed."""
    try:
        return sentence(entry.reason, dict(entry.facts))
    except KeyError:
        return entry.reason


def _seconds(entry: LedgerEntry) -> str:
    seconds = entry.facts.get("seconds")
    return f" after {seconds:g} s" if isinstance(seconds, int | float) and seconds else ""
