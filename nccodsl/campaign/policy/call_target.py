"""What follows for a person from a campaign and from where the person may be, whatever the time and the past."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.base.record import Record
from nccodsl.campaign.policy.candidate_zones import Locality
from nccodsl.campaign.policy.retry_table import CallCap, RetryTerms, caps_of
from nccodsl.campaign.policy.rule_sets import CallRule, has_states, rules_for
from nccodsl.campaign.policy.windows import Calendar, Calendars, HoursLayer


class CampaignPolicy(Record):
    """What a campaign says about when and how often: its part of each decision.

    `rules` are names of rule sets that hold for all. `begins` and `deadline` are Unix time. `compared`: when the list
    was last compared with the do-not-call list of the country.
    """

    purpose: str
    rules: tuple[str, ...] = ()
    hours: tuple[HoursLayer, ...] = ()
    retries: tuple[RetryTerms, ...] = ()
    caps: tuple[CallCap, ...] = ()
    begins: float | None = None
    deadline: float | None = None
    compared: float | None = None


class CallTarget(Record):
    """What all people have in common who may be in the same places.

    `flaw`: why they cannot be called whatever happens, as a reason, or empty. `calendar` is None if there is one.
    """

    locality: Locality
    rules: tuple[CallRule, ...]
    caps: tuple[CallCap, ...]
    calendar: Calendar | None
    flaw: str


class CallTargets:
    """The targets of one campaign, each made once: there are few places, and many people in them."""

    def __init__(self, policy: CampaignPolicy, calendars: Calendars | None = None) -> None:
        self._policy = policy
        self._calendars = Calendars() if calendars is None else calendars
        self._known: dict[Locality, CallTarget] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, place: Locality) -> CallTarget:
        """What follows for a person who may be there. Raises UsageError for a rule set or purpose that there is not."""
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = self._made(place)
        return found

    def _made(self, place: Locality) -> CallTarget:
        policy = self._policy
        rules = rules_for(place.country, place.states, policy.purpose, policy.rules)
        flaw = self._flaw(place, rules)
        caps = [*policy.caps, *(cap for rule in rules for cap in caps_of(rule.name, rule.in_24_hours, rule.in_30_days))]
        layers = [*policy.hours, *(HoursLayer(rule.week, (), rule.holidays) for rule in rules)]
        calendar = None if flaw else self._calendars.of(place.zones, layers)
        return CallTarget(place, rules, tuple(caps), calendar, flaw)

    def _flaw(self, place: Locality, rules: Sequence[CallRule]) -> str:
        flaws = {
            "unknown_country": not place.country or not rules,
            "unknown_zone": not place.zones,
            "unknown_state": not place.states and has_states(place.country, self._policy.purpose),
        }
        return next((flaw for flaw, holds in flaws.items() if holds), "")
