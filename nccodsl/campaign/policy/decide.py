"""What happens to a person at a moment: call now, wait until a moment, skip or stop, with the reason and the rule.

`decide` only computes: the same arguments give the same decision, so a ledger can be replayed. Facts in a decision are
counts, names and moments, and no values of the person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Literal

from nccodsl.base.record import Record
from nccodsl.base.utc import utc_text
from nccodsl.campaign.policy.call_target import CallTarget, CampaignPolicy
from nccodsl.campaign.policy.reasons import REASONS, What, sentence
from nccodsl.campaign.policy.retry_table import PastTry, allowed_from, next_try

_DAY = 24 * 3600
CAMPAIGN = "campaign"
"""The rule of what the campaign itself says."""
SUPPRESSION = "suppression"
"""The rule that who has opted out is not called."""
REACHED = "completed"
"""The outcome of a call after which a person is called no more."""


class CallFacts(Record):
    """What is known of a person at a moment. Moments are Unix time, lists are in order.

    `suppressed`: whether the number is. `calls`: when calls to the number began, of all campaigns.
    `tries`: the calls of this campaign that have ended.
    """

    consent: bool = False
    suppressed: bool = False
    duplicate: bool = False
    refused: float | None = None
    calls: tuple[float, ...] = ()
    tries: tuple[PastTry, ...] = ()
    campaign: Literal["running", "paused", "stopped"] = "running"


class Decision(Record):
    """What to do, why, by which rule, and from which facts.

    `until`: when a person who waits is looked at again, in Unix time (None: when the campaign goes on). `closes`: when
    the time in which they are called ends (None: it is open for a week or more, or not known). `facts` can be written
    as JSON.
    """

    what: What
    reason: str
    rule: str
    facts: Mapping[str, object]
    until: float | None = None
    closes: float | None = None

    @property
    def words(self) -> str:
        """The decision for people."""
        return sentence(self.reason, dict(self.facts))


def decide(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Decision:
    """What happens to a person now."""
    for check in _CHECKS:
        found = check(policy, person, facts, now)
        if found is not None:
            return found
    return _when(policy, person, facts, now)


def _stopped(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Decision | None:
    return _decision("stopped", CAMPAIGN) if facts.campaign == "stopped" else None


def _flawed(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Decision | None:
    rules = "+".join(rule.name for rule in person.rules) or CAMPAIGN
    return _decision(person.flaw, rules, {"country": person.locality.country}) if person.flaw else None


def _suppressed(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Decision | None:
    if not facts.suppressed:
        return None
    return _decision("opted_out" if facts.tries else "suppressed", SUPPRESSION)


def _duplicate(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Decision | None:
    return _decision("duplicate", CAMPAIGN) if facts.duplicate else None


def _reached(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Decision | None:
    reached = any(one.outcome == REACHED for one in facts.tries)
    return _decision("done", CAMPAIGN, {"tries": len(facts.tries)}) if reached else None


def _without_consent(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Decision | None:
    rule = next((one for one in person.rules if one.consent), None)
    if rule is None or facts.consent:
        return None
    return _barred("no_consent", rule.name, facts, {"consent": False})


def _with_old_list(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Decision | None:
    if facts.consent:
        return None
    compared = -inf if policy.compared is None else policy.compared
    rule = next((one for one in person.rules if one.list_days and compared < now - one.list_days * _DAY), None)
    if rule is None:
        return None
    return _barred("old_list", rule.name, facts, {"list_days": rule.list_days, "compared": policy.compared})


def _paused(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Decision | None:
    return _decision("paused", CAMPAIGN) if facts.campaign == "paused" else None


Check = Callable[[CampaignPolicy, CallTarget, CallFacts, float], Decision | None]
_CHECKS: tuple[Check, ...] = (
    _stopped,
    _suppressed,
    _flawed,
    _duplicate,
    _reached,
    _without_consent,
    _with_old_list,
    _paused,
)
"""What ends or holds up a person whatever the time is; the first one that applies decides."""


class _Bound(Record):
    """A moment before which no call begins, the reason that it has, and the rule; infinite: never."""

    moment: float
    waits_for: str
    rule: str
    facts: Mapping[str, object] = {}


def _when(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Decision:
    """Call or wait; or skip or stop, where no time is left."""
    calendar = person.calendar
    assert calendar is not None, "a person without a flaw has a calendar"
    last = facts.tries[-1].outcome if facts.tries else ""
    retry = next_try(policy.retries, facts.tries, calendar, person.locality.zones) if last else now
    if retry is None:
        return _decision("exhausted", CAMPAIGN, {"outcome": last, "tries": len(facts.tries)})
    bounds = [_Bound(now, "closed", CAMPAIGN), *_bounds(policy, person, facts, now)]
    if last:
        bounds.append(_Bound(retry, "retry", CAMPAIGN, {"outcome": last}))
    latest = max(bounds, key=lambda one: one.moment)
    deadline = inf if policy.deadline is None else policy.deadline
    if latest.moment >= deadline or latest.moment == inf:
        return _barred("cap" if latest.waits_for == "capped" else "deadline", latest.rule, facts, latest.facts)
    found = calendar.next(latest.moment, policy.deadline)
    hours = "+".join(rule.name for rule in person.rules)
    if found is None:
        beyond = policy.deadline is not None and calendar.next(latest.moment) is not None
        return _barred("deadline" if beyond else "no_window", hours, facts, {"calendar": calendar.id})
    closes = min((one for one in (found.closes, policy.deadline) if one is not None), default=None)
    if found.opens > latest.moment:
        latest = _Bound(found.opens, "closed", hours)
    if latest.moment > now:
        told = {**latest.facts, "until": utc_text(latest.moment), "calendar": calendar.id}
        return _decision(latest.waits_for, latest.rule, told, latest.moment, closes)
    told = {"calendar": calendar.id, "closes": "further notice" if closes is None else utc_text(closes)}
    return _decision("due", hours, {**told, "calls": len(facts.calls), "tries": len(facts.tries)}, None, closes)


def _bounds(policy: CampaignPolicy, person: CallTarget, facts: CallFacts, now: float) -> Iterable[_Bound]:
    if policy.begins is not None:
        yield _Bound(policy.begins, "not_begun", CAMPAIGN)
    for cap in person.caps:
        span = "all" if cap.seconds == inf else f"{cap.seconds / 3600:g} h"
        told = {"cap": f"{cap.most} in {span}", "calls": len(facts.calls)}
        yield _Bound(allowed_from(cap, facts.calls, now), "capped", cap.rule, told)
    if facts.refused is not None:
        for rule in person.rules:
            yield _Bound(facts.refused + rule.days_after_refusal * _DAY, "refused", rule.name)


def _barred(reason: str, rule: str, facts: CallFacts, told: Mapping[str, object]) -> Decision:
    """No call any more: a person who was never called is skipped for this reason, others are stopped."""
    if not facts.tries:
        return _decision(reason, rule, told)
    return _decision("no_more", rule, {**told, "because": sentence(reason, dict(told))})


def _decision(
    reason: str,
    rule: str,
    told: Mapping[str, object] | None = None,
    until: float | None = None,
    closes: float | None = None,
) -> Decision:
    return Decision(REASONS[reason].what, reason, rule, told or {}, until, closes)
