"""What several runs of a campaign come to: the middle of each figure, and the range in which eight of ten runs lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import inf
from random import Random

from nccodsl.base.record import Record
from nccodsl.campaign.forecast.assumptions import ANSWERED, Assumptions, CallPace, divided
from nccodsl.campaign.forecast.campaign_run import HOUR, CampaignOutcome, CampaignRun, RunPace, RunTerms
from nccodsl.campaign.forecast.people_groups import PeopleGroup
from nccodsl.campaign.policy.call_target import CampaignPolicy
from nccodsl.campaign.policy.decide import REACHED

STEPS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds that a step of a run may last."""
_WANTED_STEPS = 150
"""So many steps, at least, call everyone once."""


class Band(Record):
    """Of ten runs, one is below `p10`, five are below `p50`, and nine are below `p90`."""

    p10: float
    p50: float
    p90: float


class ZoneForecast(Record):
    """People in the same time zones, and how many of them are never called."""

    zones: tuple[str, ...]
    people: int
    left: Band


class Forecast(Record):
    """What is to be expected. Moments are Unix time; `mostly`: when nine of ten calls have begun, to the hour.

    `legs`: calls and what they connect. `minutes`: those that cost. `hours`: calls by the hour, counted from 1970, on
    average. `stopped`: whether the campaign's most calls end some of the runs. `a_second`: calls that can begin.
    """

    ends: Band
    mostly: Band
    calls: Band
    legs: Band
    reached: Band
    left: Band
    minutes: Band
    cost: Band | None
    zones: tuple[ZoneForecast, ...]
    hours: Mapping[int, float]
    people: int
    runs: int
    stopped: bool
    a_second: float


class CampaignCase(Record):
    """What is forecast: people who are called by a policy from `begins` on, in Unix time, as fast as `pace` lets it."""

    policy: CampaignPolicy
    groups: tuple[PeopleGroup, ...]
    pace: CallPace
    assumptions: Assumptions
    begins: float


class _Played(Record):
    outcome: CampaignOutcome
    calls: int
    connects: float
    minutes: float


def forecast(wanted: CampaignCase, runs: int, seed: int) -> Forecast:
    """Let a campaign run so many times. The same seed leads to the same forecast."""
    assert runs > 0
    people = sum(group.people for group in wanted.groups)
    step = step_for(people / wanted.assumptions.a_second(wanted.pace))
    calls = inf if wanted.pace.calls is None else wanted.pace.calls
    terms = RunTerms(wanted.policy, wanted.groups, wanted.begins, step, calls)
    played = [_play(wanted, terms, Random(f"{seed}/{number}")) for number in range(runs)]
    price = wanted.assumptions.price
    minutes = band([one.minutes for one in played])
    hours: Counter[int] = Counter()
    for one in played:
        hours.update(one.outcome.hours)
    return Forecast(
        ends=band([one.outcome.ended for one in played]),
        mostly=band([mostly(one.outcome) for one in played]),
        calls=band([one.calls for one in played]),
        legs=band([one.calls + one.connects for one in played]),
        reached=band([one.outcome.reached for one in played]),
        left=band([sum(one.outcome.left) for one in played]),
        minutes=minutes,
        cost=None if price is None else Band(*(price * one for one in (minutes.p10, minutes.p50, minutes.p90))),
        zones=_by_zone(wanted.groups, [one.outcome.left for one in played]),
        hours={hour: count / runs for hour, count in sorted(hours.items())},
        people=people,
        runs=runs,
        stopped=any(one.outcome.stopped for one in played),
        a_second=wanted.assumptions.a_second(wanted.pace),
    )


def step_for(seconds: float) -> int:
    """How long the steps of a run last, if calling everyone once takes so many seconds."""
    fitting = [step for step in STEPS if step * _WANTED_STEPS <= seconds]
    return fitting[-1] if fitting else STEPS[0]


def band(values: Sequence[float]) -> Band:
    """The band of some figures, at least one; between two of them it is interpolated."""
    ordered = sorted(values)

    def at(part: float) -> float:
        place = part * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

    return Band(at(0.1), at(0.5), at(0.9))


def mostly(outcome: CampaignOutcome) -> float:
    """When nine of ten calls of a run have begun, to the hour: a few late retries may take weeks."""
    wanted = 0.9 * outcome.calls.total()
    for hour in sorted(outcome.hours):
        wanted -= outcome.hours[hour]
        if wanted <= 0:
            return min((hour + 1) * HOUR, outcome.ended)
    return outcome.ended


def _play(wanted: CampaignCase, terms: RunTerms, random: Random) -> _Played:
    drawn = wanted.assumptions.drawn(random)
    ends: Callable[[int, Mapping[str, float]], dict[str, int]] = partial(divided, random)
    pace = RunPace(drawn.a_second(wanted.pace), drawn.seconds, lambda _now, _tries, people: ends(people, drawn.shares))
    outcome = CampaignRun(terms, pace).outcome()
    connects = outcome.calls[REACHED] * drawn.connects
    seconds = sum(outcome.calls[one] * drawn.billed.get(one, 0.0) for one in ANSWERED) + connects * drawn.connected
    return _Played(outcome, outcome.calls.total(), connects, seconds / 60)


def _by_zone(groups: Sequence[PeopleGroup], left: Sequence[Sequence[int]]) -> tuple[ZoneForecast, ...]:
    """Those first who have most people."""
    members: dict[tuple[str, ...], list[int]] = {}
    for number, group in enumerate(groups):
        members.setdefault(group.target.locality.zones, []).append(number)
    found = [
        ZoneForecast(
            zones,
            sum(groups[number].people for number in numbers),
            band([sum(one[n] for n in numbers) for one in left]),
        )
        for zones, numbers in members.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.people, one.zones)))
