"""A plan as a policy, and what that decides about a recipient whom no campaign has called yet."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.campaign.campaign_plan import CampaignPlan
from nccodsl.campaign.own_hours import opening_hours
from nccodsl.campaign.policy.call_target import CallTarget, CallTargets, CampaignPolicy
from nccodsl.campaign.policy.candidate_zones import locality
from nccodsl.campaign.policy.decide import CAMPAIGN, CallFacts, Decision, decide
from nccodsl.campaign.policy.retry_table import caps_of
from nccodsl.campaign.policy.windows import Calendars, HoursLayer
from nccodsl.campaign.recipients import Recipient

AGREED = frozenset(("yes", "true", "1", "y"))
"""What a column of consent says of a recipient who has agreed, in small letters; anything else is no consent."""
_LAST_ZONE = "Pacific/Pago_Pago"
"""Where people live for whom each hour comes last."""


def has_agreed(consent: str | None) -> bool:
    """Whether what is kept of a recipient in that column is consent."""
    return (consent or "").casefold() in AGREED


def policy_of(plan: CampaignPlan) -> CampaignPolicy:
    """What a plan says about when and how often people are called. Raises BadHours."""
    hours: tuple[HoursLayer, ...] = ()
    if plan.windows.hours is not None:
        item = opening_hours(plan.windows.hours)
        hours = (HoursLayer(item.week, item.dates, item.regions, plan.windows.zone or ""),)
    caps = caps_of(CAMPAIGN, plan.caps.in_24_hours, plan.caps.in_30_days, plan.caps.in_all)
    return CampaignPolicy(
        plan.purpose,
        plan.windows.rules,
        hours,
        plan.retries,
        tuple(caps),
        plan.begins,
        plan.deadline,
        plan.recipients.compared,
    )


def hours_are_over(plan: CampaignPlan, now: float) -> bool:
    """Whether the hours of the campaign file itself do not come any more after a moment. Raises BadHours."""
    hours = policy_of(plan).hours
    calendar = Calendars().of((_LAST_ZONE,), hours) if hours else None
    return calendar is not None and calendar.next(now, plan.deadline) is None


class Outlook(Record):
    """A recipient before the first call: where they may be, whether they agreed, and what is decided."""

    target: CallTarget
    consent: bool
    decision: Decision


class FirstLook:
    """Decides about recipients at a moment, in Unix time, as if there had been no calls before."""

    def __init__(self, plan: CampaignPlan, now: float) -> None:
        self._policy = policy_of(plan)
        self._targets = CallTargets(self._policy)
        self._now = now

    def outlook(self, recipient: Recipient, *, suppressed: bool) -> Outlook:
        """Whether a recipient is called now, later or not at all."""
        target = self._targets.of(locality(recipient.number, recipient.zone or "", recipient.postal_code or ""))
        consent = has_agreed(recipient.consent)
        facts = CallFacts(consent=consent, suppressed=suppressed)
        return Outlook(target, consent, decide(self._policy, target, facts, self._now))
