"""Decides about the recipients of a campaign: what its policy says, as a verdict with the request of the call.

The facts of a verdict hold all that the policy looked at but the place of the person, so that the decision can be made
again from the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from nccodsl.campaign.book import NEVER, Verdict, Waiting
from nccodsl.campaign.called_script import CalledScript
from nccodsl.campaign.campaign_plan import CampaignPlan
from nccodsl.campaign.plan_policy import has_agreed, policy_of
from nccodsl.campaign.policy.call_target import CallTarget, CallTargets
from nccodsl.campaign.policy.candidate_zones import locality
from nccodsl.campaign.policy.decide import CallFacts, Decision, decide
from nccodsl.campaign.policy.retry_table import PastTry
from nccodsl.campaign.recipients import Recipient
from nccodsl.errors import RenderError

SEEN = "seen"
"""The fact that holds what the policy looked at."""
_PLACE = ("zone", "postal_code", "consent")
Suppressed = Callable[[str], bool]
"""Whether a number (E.164 digits) is suppressed. What it raises ends a claim: no one is called then."""


def kept_of(recipient: Recipient, script: CalledScript) -> dict[str, object]:
    """What is kept of a recipient for the call."""
    place = {name: value for name in _PLACE if (value := getattr(recipient, name)) is not None}
    return {**place, "values": script.values(recipient.values)}


class Decider:
    """Implements `Decide` for a campaign."""

    def __init__(self, plan: CampaignPlan, script: CalledScript, suppressed: Suppressed) -> None:
        """Raises BadHours."""
        self._policy = policy_of(plan)
        self._targets = CallTargets(self._policy)
        self._script = script
        self._suppressed = suppressed

    def __call__(self, one: Waiting, now: float) -> Verdict:
        facts = CallFacts(
            consent=has_agreed(_text(one, "consent")),
            suppressed=self._suppressed(one.callee),
            calls=one.calls,
            tries=one.tries,
        )
        verdict = verdict_of(decide(self._policy, self._target(one), facts, now), facts)
        return self._with_body(one, verdict) if verdict.what == "call" else verdict

    def again(self, one: Waiting, facts: Mapping[str, object], at: float) -> Verdict:
        """The verdict of an entry of the ledger, made again from what it had seen; without a request."""
        seen = _facts_of(one, cast("Mapping[str, Any]", facts.get(SEEN, {})))
        return verdict_of(decide(self._policy, self._target(one), seen, at), seen)

    def values(self, one: Waiting) -> dict[str, object]:
        """The values of a recipient for the script."""
        return dict(cast("Mapping[str, object]", one.kept.get("values", {})))

    def _target(self, one: Waiting) -> CallTarget:
        return self._targets.of(locality(one.callee, _text(one, "zone"), _text(one, "postal_code")))

    def _with_body(self, one: Waiting, verdict: Verdict) -> Verdict:
        """The verdict with what is sent; who cannot be called with the values is skipped."""
        try:
            body = self._script.body(self.values(one))
        except RenderError as error:
            return Verdict("skip", "invalid", "script", {"code": error.diagnostics[0].code})
        starts = self._script.starts(body)
        body_now = None if self._script.interactive else body
        return Verdict("call", verdict.reason, verdict.rule, verdict.facts, 0.0, verdict.closes, body_now, starts)


def _text(one: Waiting, name: str) -> str:
    """What is kept of a recipient for the rules; empty where nothing is."""
    return str(one.kept.get(name, ""))


def verdict_of(decision: Decision, facts: CallFacts) -> Verdict:
    """A decision of the policy for the book."""
    seen: dict[str, object] = {}
    if facts.calls:
        seen["calls"] = list(facts.calls)
    if facts.tries:
        seen["tries"] = [[one.began, one.ended, one.outcome] for one in facts.tries]
    if facts.suppressed:
        seen["suppressed"] = True
    told = {**decision.facts, SEEN: seen} if seen else decision.facts
    until, closes = decision.until or 0.0, NEVER if decision.closes is None else decision.closes
    return Verdict(decision.what, decision.reason, decision.rule, told, until, closes)


def _facts_of(one: Waiting, seen: Mapping[str, Any]) -> CallFacts:
    tries = tuple(PastTry(began, ended, outcome) for began, ended, outcome in seen.get("tries", ()))
    return CallFacts(
        consent=has_agreed(_text(one, "consent")),
        suppressed=bool(seen.get("suppressed")),
        calls=tuple(seen.get("calls", ())),
        tries=tries,
    )
