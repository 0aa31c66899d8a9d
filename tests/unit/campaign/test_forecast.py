"""What a forecast assumes, and what it makes of several runs."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from functools import partial
from math import inf, sqrt
from random import Random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from nccodsl.campaign.forecast.assumptions import Assumptions, CallPace, divided
from nccodsl.campaign.forecast.bands import STEPS, Band, CampaignCase, Forecast, band, forecast, mostly, step_for
from nccodsl.campaign.forecast.campaign_run import CampaignOutcome, CampaignRun, RunPace, RunTerms
from nccodsl.campaign.forecast.people_groups import PeopleGroup
from nccodsl.client import start_slots
from nccodsl.client.clock import Reading
from nccodsl.client.start_slots import SlotClaim
from tests.unit.campaign.test_campaign_run import CHICAGO, NEW_YORK, RETRIES, terms

SHARES = {"completed": 0.35, "machine": 0.3, "unanswered": 0.25, "busy": 0.05, "failed": 0.05}
SECONDS = {"completed": 40.0, "machine": 30.0, "unanswered": 60.0, "busy": 3.0, "failed": 3.0}
BILLED = {"completed": 30.0, "machine": 20.0}


def assumptions(**more: Any) -> Assumptions:
    return Assumptions(**{"shares": SHARES, "sample": 100, "seconds": SECONDS, "billed": BILLED, **more})


def case(people: dict[str, int], pace: CallPace | None = None, *, plan: Any = None, **more: Any) -> CampaignCase:
    made = terms(people, **{"windows": {"hours": "mon-sun 9:00-20:00"}, "retries": RETRIES, **(plan or {})})
    return CampaignCase(made.policy, made.groups, pace or CallPace(3), assumptions(**more), made.begins)


# ---- how fast


def test_the_slots_of_an_account_as_measured() -> None:
    """0.12 s of round trip: 2.67 calls a second of 3."""
    assert assumptions(round_trip=0.12).a_second(CallPace(3)) == pytest.approx(2.67, abs=0.01)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
@pytest.mark.parametrize("starts", [1, 2, 3, 4, 9])
def test_as_fast_as_slots_are_free(limit: int, starts: int) -> None:
    """Requests that are each answered after half a second, for 100 s, one begun as soon as the slots allow it."""
    db = sqlite3.connect(":memory:")
    db.execute(start_slots.TABLE)
    seconds, trip, step = 100, 0.5, 0.05
    free: list[tuple[float, SlotClaim]] = []
    begun = 0
    for tick in range(int(seconds / step)):
        now = Reading(tick * step, 1e9 + tick * step, "boot")
        for at, claim in list(free):
            if at <= now.ticks:
                start_slots.free(db, claim, now)
                free.remove((at, claim))
        while start_slots.take(db, claim := SlotClaim("a", limit, starts, str(begun), 30.0), now) == 0:
            begun += 1
            free.append((now.ticks + trip, claim))
    expected = assumptions(round_trip=trip).a_second(CallPace(limit, starts)) * seconds
    assert begun == pytest.approx(expected, rel=0.1, abs=limit)


def test_limits_of_the_campaign_and_connects() -> None:
    ours = assumptions(round_trip=0.25)
    free = ours.a_second(CallPace(10))
    assert free == pytest.approx(8.0)
    assert ours.a_second(CallPace(10, per_second=2)) == pytest.approx(1.6)
    lasts = sum(SHARES[one] * SECONDS[one] for one in SHARES)
    assert ours.a_second(CallPace(10, at_once=20)) == pytest.approx(20 / lasts)
    assert assumptions(round_trip=0.25, connects=2.0).a_second(CallPace(10)) == pytest.approx(8 / 1.7)
    assert assumptions(round_trip=0.25, connects=2.0, timed=False).a_second(CallPace(10)) == free


# ---- how calls end


@given(st.integers(0, 10_000), st.integers(0, 100))
def test_every_call_ends_once(count: int, seed: int) -> None:
    found = divided(Random(seed), count, SHARES)
    assert sum(found.values()) == count
    assert all(number > 0 for number in found.values())


@pytest.mark.parametrize("count", [1, 20, 100, 5000])
def test_shares_are_those_that_are_assumed(count: int) -> None:
    """Also where few calls are drawn one by one, and many by the normal distribution."""
    random, times = Random(7), 4000
    total = dict.fromkeys(SHARES, 0)
    squares = 0.0
    for _ in range(times):
        found = divided(random, count, SHARES)
        for outcome, number in found.items():
            total[outcome] += number
        squares += (found.get("unanswered", 0) - count * SHARES["unanswered"]) ** 2
    for outcome, share in SHARES.items():
        error = sqrt(share * (1 - share) / (count * times))
        assert abs(total[outcome] / (count * times) - share) < 4.5 * error, outcome
    assert squares / times == pytest.approx(count * 0.25 * 0.75, rel=0.12)


def test_certain_outcomes_and_no_calls() -> None:
    assert divided(Random(1), 5, {"completed": 1.0}) == {"completed": 5}
    assert divided(Random(1), 0, SHARES) == {}


def test_what_is_drawn_differs_as_much_as_a_sample_does() -> None:
    random = Random(3)
    drawn = [assumptions(sample=400).drawn(random) for _ in range(2000)]
    assert all(sum(one.shares.values()) == pytest.approx(1.0) for one in drawn)
    shares = [one.shares["completed"] for one in drawn]
    mean = sum(shares) / len(shares)
    assert mean == pytest.approx(0.35, abs=0.005)
    spread = sqrt(sum((one - mean) ** 2 for one in shares) / len(shares))
    assert spread == pytest.approx(sqrt(0.35 * 0.65 / 400), rel=0.1)
    only = assumptions(shares={"completed": 1.0, "busy": 0.0}).drawn(random)
    assert only.shares == {"completed": 1.0, "busy": 0.0}


# ---- several runs


def test_when_nine_of_ten_calls_are_made() -> None:
    outcome = CampaignOutcome(40_000.0, Counter(busy=100), Counter({1: 80, 5: 10, 9: 10}), (), 0, False)
    assert mostly(outcome) == 6 * 3600
    assert mostly(CampaignOutcome(7000.0, Counter(busy=5), Counter({1: 5}), (), 0, False)) == 7000.0
    assert mostly(CampaignOutcome(7000.0, Counter(), Counter(), (), 0, False)) == 7000.0


def test_bands() -> None:
    assert band([5]) == Band(5, 5, 5)
    assert band(list(range(11))) == Band(1, 5, 9)
    assert band([0, 10]) == Band(1, 5, 9)


def test_steps_are_as_many_as_are_needed() -> None:
    assert (step_for(10), step_for(385_000), step_for(inf)) == (1, 1800, STEPS[-1])
    assert [step_for(150 * step) for step in STEPS] == list(STEPS)


def test_the_same_seed_leads_to_the_same_forecast() -> None:
    wanted = case({NEW_YORK: 300, CHICAGO: 100})
    one = forecast(wanted, 5, 1)
    assert forecast(wanted, 5, 1) == one
    assert forecast(wanted, 5, 2) != one


def _ordered(found: Forecast) -> bool:
    bands = [found.ends, found.mostly, found.calls, found.legs, found.reached, found.left, found.minutes]
    return all(one.p10 <= one.p50 <= one.p90 for one in bands)


def test_what_is_in_a_forecast() -> None:
    found = forecast(case({NEW_YORK: 300, CHICAGO: 100}, connects=0.5, connected=60.0, price=0.02), 8, 1)
    assert _ordered(found)
    assert (found.people, found.runs, found.stopped, found.left) == (400, 8, False, Band(0, 0, 0))
    assert found.calls.p10 >= 400
    assert found.ends.p50 - found.mostly.p50 > 3600
    assert found.legs.p50 > found.calls.p50
    assert found.cost == Band(found.minutes.p10 * 0.02, found.minutes.p50 * 0.02, found.minutes.p90 * 0.02)
    # Half a minute for each person, half of them with another minute, and 20 s for each machine; all called again.
    assert 400 * (0.35 * 1.0 + 0.3 / 3) < found.minutes.p50 < 2 * 400 * (0.35 + 0.3 / 3)
    assert sum(found.hours.values()) == pytest.approx(found.calls.p50, rel=0.2)
    assert [(one.zones, one.people) for one in found.zones] == [
        (("America/New_York",), 300),
        (("America/Chicago",), 100),
    ]


def test_a_smaller_sample_makes_the_bands_wider() -> None:
    narrow, wide = (forecast(case({NEW_YORK: 500}, sample=sample), 20, 1) for sample in (100_000, 20))
    assert wide.reached.p90 - wide.reached.p10 > 3 * (narrow.reached.p90 - narrow.reached.p10)


def test_left_over_by_zone_before_the_deadline() -> None:
    """Chicago opens an hour after New York, so it loses more."""
    people = {NEW_YORK: 20_000, CHICAGO: 20_000}
    found = forecast(case(people, plan={"deadline": "2026-11-30T18:00:00Z"}), 6, 1)
    east, west = sorted(found.zones, key=lambda one: one.zones, reverse=True)
    assert east.zones == ("America/New_York",)
    assert 0 <= east.left.p50 < west.left.p50 <= 20_000
    assert found.ends.p90 <= 1796061600 + 120
    assert found.left.p50 > 0


def test_the_most_calls_end_a_campaign() -> None:
    found = forecast(case({NEW_YORK: 500}, CallPace(3, calls=100)), 3, 1)
    assert (found.stopped, found.calls, found.left) == (True, Band(100, 100, 100), Band(400, 400, 400))


def test_more_slots_end_earlier() -> None:
    paces = [CallPace(limit) for limit in (1, 3, 30)]
    ends = [forecast(case({NEW_YORK: 3000}, pace, plan={"retries": {}}), 5, 1).ends.p50 for pace in paces]
    assert ends == sorted(ends, reverse=True)


def test_a_hundred_times_the_people_are_not_a_hundred_times_the_work() -> None:
    """Counted in cohorts that are called: groups and steps matter, and people do not."""
    called = []
    for people in (10_000, 1_000_000):
        wanted = case({NEW_YORK: 1})
        group = PeopleGroup(**{**vars(wanted.groups[0]), "people": people})
        count = 0

        def counting(random: Random, many: int, shares: Mapping[str, float]) -> dict[str, int]:
            nonlocal count
            count += 1
            return divided(random, many, shares)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("nccodsl.campaign.forecast.bands.divided", counting)
            found = forecast(CampaignCase(**{**vars(wanted), "groups": (group,)}), 1, 1)
        assert found.calls.p50 > people
        called.append(count)
    assert called[1] < 10 * called[0]


def test_campaigns_that_are_as_assumed_end_within_the_band() -> None:
    """At least nine of ten, each with the shares that are assumed and outcomes of its own."""
    wanted = case({NEW_YORK: 6000, CHICAGO: 2000}, plan={"retries": {"busy": RETRIES["busy"]}})
    expected = forecast(wanted, 40, 1)
    ours = wanted.assumptions
    terms = RunTerms(wanted.policy, wanted.groups, wanted.begins)
    within = 0
    for seed in range(20):
        ends = partial(divided, Random(seed))
        pace = RunPace(ours.a_second(wanted.pace), ours.seconds, lambda _now, _tries, people, e=ends: e(people, SHARES))
        found = CampaignRun(terms, pace).outcome()
        within += (
            expected.ends.p10 <= found.ended <= expected.ends.p90
            and expected.calls.p10 <= found.calls.total() <= expected.calls.p90
            and expected.reached.p10 <= found.reached <= expected.reached.p90
        )
    assert within >= 18
