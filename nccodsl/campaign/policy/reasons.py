"""Why a recipient is called, waits, or is called no more: one table, with a sentence for each reason."""

from __future__ import annotations

from typing import Literal

from nccodsl.base.record import Record

What = Literal["call", "wait", "skip", "stop"]


class Reason(Record):
    """What a reason leads to, and its sentence. `{…}` are facts of the decision.

    `skip` and `stop` are final: who is skipped was not called by the campaign, who is stopped was.
    """

    what: What
    sentence: str


REASONS: dict[str, Reason] = {
    "due": Reason("call", "calls are allowed until {closes}"),
    "paused": Reason("wait", "the campaign is paused"),
    "not_begun": Reason("wait", "the campaign begins at {until}"),
    "closed": Reason("wait", "calls are allowed from {until}"),
    "retry": Reason("wait", "the last call ended with {outcome}; the next one is due at {until}"),
    "capped": Reason("wait", "the cap of {cap} is reached until {until}"),
    "refused": Reason("wait", "the person refused; no call before {until}"),
    "invalid": Reason("skip", "the number is not valid"),
    "bad_row": Reason("skip", "the row cannot be read"),
    "duplicate": Reason("skip", "the number is in the list already"),
    "suppressed": Reason("skip", "the number is suppressed"),
    "unknown_country": Reason("skip", "there is no rule set for the country of the number"),
    "unknown_state": Reason("skip", "the state of the number is unknown, and states have rules of their own"),
    "unknown_zone": Reason("skip", "the time zone is unknown"),
    "no_consent": Reason("skip", "the rules need consent, and none is known"),
    "old_list": Reason(
        "skip", "the last comparison with the do-not-call list is over {list_days} days old, or missing"
    ),
    "no_window": Reason("skip", "there is no time at which all zones and rules allow a call"),
    "cap": Reason("skip", "the cap of {cap} leaves no call in time"),
    "deadline": Reason("skip", "no call is possible before the deadline"),
    "done": Reason("stop", "the call reached the person"),
    "exhausted": Reason("stop", "the last call ended with {outcome}, and no further try is left"),
    "opted_out": Reason("stop", "the person opted out after a call"),
    "stopped": Reason("stop", "the campaign is stopped"),
    "no_more": Reason("stop", "no further call is possible: {because}"),
}
"""All reasons, in the order in which pages list them."""


def sentence(reason: str, facts: dict[str, object]) -> str:
    """The words of a reason for people. Raises KeyError if there is no such reason, or a fact is missing."""
    return REASONS[reason].sentence.format_map(facts)
