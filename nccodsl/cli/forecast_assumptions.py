"""What a forecast assumes of a campaign: settings of its file first, then what its script tells, then defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.campaign.called_script import detects_machines
from nccodsl.campaign.campaign_plan import RETRIED, CampaignPlan
from nccodsl.campaign.forecast.assumptions import MACHINE, Assumptions, CallPace
from nccodsl.campaign.policy.decide import REACHED
from nccodsl.campaign.recipients import Recipient
from nccodsl.cli.campaign_input import CampaignScript
from nccodsl.cli.emulated_sample import ANSWERS, VOICEMAIL, CallSample, emulated_sample
from nccodsl.emulator.core.dial import RING_SECONDS

SHARES = {MACHINE: 30, "unanswered": 25, "busy": 5, "failed": 5}
"""How calls end, in percent, where a campaign says nothing; the rest reach a person."""
SAMPLE, RING, ROUND_TRIP = 100, 10.0, 0.2
_TALK, _CONNECTED = 30.0, 60.0
_SHORT = 3.0
"""Seconds until a call is known to be busy, or cannot be put through."""


class SampledPerson(Record):
    """A recipient, and when the first call to them may begin, in Unix time."""

    recipient: Recipient
    due: float


class Assumed(Record):
    """The assumptions of a forecast, and where the share of each outcome and the seconds of a call are from."""

    assumptions: Assumptions
    pace: CallPace
    shares_from: str
    talk_from: str
    detects: bool


def assumed(plan: CampaignPlan, script: CampaignScript, sample: Sequence[SampledPerson], limit: int) -> Assumed:
    """What is assumed of the calls of a campaign; `sample` has some of its recipients, at least one.

    Raises RenderError, ScriptError.
    """
    terms, called = plan.forecast, script.judge.script
    given = [(called.values(one.recipient.values), datetime.fromtimestamp(one.due, UTC)) for one in sample]
    bodies = [called.body(values) for values, _ in given]
    detects = any(map(detects_machines, bodies))
    shares, shares_from = outcome_shares(plan, detects)
    answered = emulated_sample(script.flow, given, ANSWERS)
    by_machine = emulated_sample(script.flow, given, VOICEMAIL) if detects else answered
    talk, talk_from = _talk(terms.talk, answered)
    rings = max(float(body.get("ringing_timer") or RING_SECONDS) for body in bodies)
    ring = RING if terms.ring is None else terms.ring
    billed = {REACHED: talk, MACHINE: talk if by_machine is None or terms.talk is not None else by_machine.talk}
    seconds = {outcome: ring + lasts for outcome, lasts in billed.items()}
    seconds |= {"unanswered": rings, "timeout": rings, "rejected": ring, "busy": _SHORT, "failed": _SHORT}
    connected = _CONNECTED if answered is None or answered.connected is None else answered.connected
    connects = 0.0 if answered is None else answered.connects
    assumptions = Assumptions(
        shares,
        SAMPLE if terms.sample is None else terms.sample,
        seconds,
        billed,
        connects if terms.connects is None else terms.connects,
        connected if terms.connected is None else terms.connected,
        called.interactive,
        ROUND_TRIP if terms.round_trip is None else terms.round_trip,
        terms.price,
    )
    limits = plan.limits
    # Nothing can time the connects of an NCCO that is fixed: its call is charged for all of them.
    starts = max(map(called.starts, bodies))
    pace = CallPace(limit, starts, limits.calls_per_second, limits.calls_at_once, limits.calls)
    return Assumed(assumptions, pace, shares_from, talk_from, detects)


def outcome_shares(plan: CampaignPlan, detects: bool) -> tuple[dict[str, float], str]:
    """By outcome, the largest first, and where they are from."""
    given = {outcome: share for outcome in RETRIED if (share := getattr(plan.forecast, outcome)) is not None}
    percent: Mapping[str, int] = given or SHARES
    if not given and not detects:
        # To a script that does not look, a machine is a person.
        percent = {outcome: share for outcome, share in SHARES.items() if outcome != MACHINE}
    whole = {REACHED: 100 - sum(percent.values()), **percent}
    ordered = sorted(whole.items(), key=lambda one: (-one[1], one[0]))
    return {outcome: share / 100 for outcome, share in ordered if share}, "the campaign file" if given else "defaults"


def _talk(given: float | None, answered: CallSample | None) -> tuple[float, str]:
    if given is not None:
        return given, "the campaign file"
    if answered is None:
        return _TALK, "a default"
    return answered.talk, f"{counted(answered.calls, 'emulated call')} in which nothing is said or pressed"
