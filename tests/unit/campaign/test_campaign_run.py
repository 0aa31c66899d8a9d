"""A run of a forecast does what a campaign would: held to an oracle that asks `decide` about each person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import inf
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.campaign.forecast.assumptions import divided
from nccodsl.campaign.forecast.campaign_run import CampaignOutcome, CampaignRun, RunPace, RunTerms, Tries
from nccodsl.campaign.forecast.people_groups import PeopleCount, PeopleGroup
from nccodsl.campaign.plan_policy import policy_of
from nccodsl.campaign.plan_reader import plan_of
from nccodsl.campaign.policy.call_target import CallTargets, CampaignPolicy
from nccodsl.campaign.policy.candidate_zones import locality
from tests.unit.campaign.slow_dispatcher import Placed, play

NEW_YORK, CHICAGO, LOS_ANGELES, BERLIN = "12125550101", "13125550101", "13105550101", "493012345678"
MONDAY = datetime(2026, 11, 30, 13, 58, tzinfo=UTC).timestamp()
"""Two minutes before nine in New York."""
TOP = {"name": "a", "script": "a.call", "purpose": "emergency", "recipients": {"file": "-"}}
SHORT = "mon-sun 9:00-9:04 13:00-13:04 18:00-18:04"


def terms(people: Mapping[str, int], step: int = 1, **more: Any) -> RunTerms:
    """People by their number; all of one are alike."""
    plan = plan_of(TOP | {"windows": {"hours": SHORT}} | more)
    policy = policy_of(plan)
    targets = CallTargets(policy)
    count = PeopleCount(plan.recipients.compared)
    for number, many in people.items():
        for _ in range(many):
            count.add(targets.of(locality(number)), True)
    calls = inf if plan.limits.calls is None else plan.limits.calls
    return RunTerms(policy, tuple(count.groups()), MONDAY, step, calls)


def run(wanted: RunTerms, a_second: float, pattern: Sequence[tuple[str, int]]) -> tuple[Placed, CampaignOutcome]:
    """A run in which the first, second … call to a person ends as the pattern says."""
    placed: Placed = Counter()

    def ends(now: float, tries: Tries, people: int) -> dict[str, int]:
        placed[int(now), len(tries)] += people
        return {pattern[min(len(tries), len(pattern) - 1)][0]: people}

    return placed, CampaignRun(wanted, RunPace(a_second, dict(pattern), ends)).outcome()


RETRIES: dict[str, Any] = {
    "busy": {"wait": "1m", "most": 2},
    "unanswered": {"wait": "2h", "most": 3, "other_daypart": True},
    "machine": {"wait": "20h", "most": 1},
}
BUSY, UNANSWERED, MACHINE, REACHED = ("busy", 3), ("unanswered", 60), ("machine", 25), ("completed", 40)


@pytest.mark.parametrize(
    ("people", "a_second", "pattern", "more"),
    [
        ({NEW_YORK: 5}, 1.0, [REACHED], {}),
        ({NEW_YORK: 3, LOS_ANGELES: 2}, 0.02, [BUSY, BUSY, REACHED], {}),
        ({NEW_YORK: 2, CHICAGO: 2}, 0.02, [UNANSWERED], {}),
        ({NEW_YORK: 4, CHICAGO: 3}, 2.5, [UNANSWERED, BUSY, MACHINE, REACHED], {"caps": {"in_24_hours": 2}}),
        ({NEW_YORK: 5}, 0.03, [BUSY], {"caps": {"in_24_hours": 1, "in_30_days": 2}}),
        ({CHICAGO: 6}, 0.02, [MACHINE], {"deadline": "2026-12-01T15:02:00Z"}),
        ({NEW_YORK: 3, CHICAGO: 3}, 0.02, [MACHINE, BUSY], {"begins": "2026-11-30T18:02:00Z"}),
        ({NEW_YORK: 3, BERLIN: 3}, 0.02, [UNANSWERED, REACHED], {"caps": {"in_all": 1}}),
    ],
)
def test_as_decide_has_it(
    people: dict[str, int], a_second: float, pattern: list[tuple[str, int]], more: dict[str, Any]
) -> None:
    wanted = terms(people, retries=RETRIES, **more)
    assert _same(wanted, a_second, pattern, every=False)


@pytest.mark.slow
def test_every_second_of_two_days() -> None:
    people = {NEW_YORK: 1, CHICAGO: 1}
    more = {"caps": {"in_24_hours": 2}, "deadline": "2026-12-02T14:02:00Z"}
    wanted = terms(people, retries=RETRIES, **more)
    assert _same(wanted, 0.02, [UNANSWERED, BUSY, MACHINE], every=True)


@pytest.mark.slow
@settings(max_examples=80)
@given(
    st.dictionaries(st.sampled_from([NEW_YORK, CHICAGO, LOS_ANGELES]), st.integers(1, 3), min_size=1),
    st.sampled_from([0.02, 0.07, 0.4, 1.0, 2.7]),
    st.lists(st.sampled_from([BUSY, UNANSWERED, MACHINE, REACHED]), min_size=1, max_size=5),
    st.fixed_dictionaries(
        {},
        optional={
            "caps": st.fixed_dictionaries({"in_24_hours": st.integers(1, 3)}, optional={"in_all": st.integers(1, 4)}),
            "deadline": st.sampled_from(["2026-12-01T14:02:30Z", "2026-12-02T23:01:00Z"]),
            "begins": st.sampled_from(["2026-11-30T14:01:30Z", "2026-12-01T02:03:00Z"]),
        },
    ),
)
def test_as_decide_has_it_for_any_campaign(
    people: dict[str, int], a_second: float, pattern: list[tuple[str, int]], more: dict[str, Any]
) -> None:
    _same(terms(people, retries=RETRIES, **more), a_second, pattern, every=False)


def _same(wanted: RunTerms, a_second: float, pattern: list[tuple[str, int]], *, every: bool) -> int:
    """Hold a run to the oracle; the number of its calls."""
    placed, outcome = run(wanted, a_second, pattern)
    expected, people = play(wanted, a_second, pattern, every=every)
    assert placed == expected
    assert sum(outcome.left) == sum(not one.tries for one in people)
    assert outcome.reached == sum(one.final == "done" for one in people)
    assert outcome.ended == max((one.free for one in people if one.tries), default=wanted.begins)
    assert outcome.calls == Counter(one.outcome for person in people for one in person.tries)
    return outcome.calls.total()


# ---- what holds for any run

CAMPAIGNS = st.builds(
    terms,
    st.dictionaries(st.sampled_from([NEW_YORK, CHICAGO, LOS_ANGELES, BERLIN]), st.integers(1, 300), min_size=1),
    step=st.sampled_from([1, 5, 60, 300]),
    retries=st.just(RETRIES),
    deadline=st.sampled_from(["2026-12-01T14:02:30Z", "2026-12-02T23:01:00Z"]),
    limits=st.sampled_from([{}, {"calls": 50}]),
)
SHARES = {"completed": 0.4, "unanswered": 0.3, "busy": 0.2, "machine": 0.1}
SECONDS = {"completed": 40.0, "unanswered": 60.0, "busy": 3.0, "machine": 25.0}


@settings(max_examples=25)
@given(CAMPAIGNS, st.sampled_from([0.1, 1.0, 2.67, 40.0]), st.integers(0, 5))
def test_no_one_is_lost_and_the_limits_are_kept(wanted: RunTerms, a_second: float, seed: int) -> None:
    random = Random(seed)
    begun: Counter[float] = Counter()
    first: list[int] = []

    def ends(now: float, tries: Tries, people: int) -> dict[str, int]:
        begun[now] += people
        first.append(0 if tries else people)
        return divided(random, people, SHARES)

    found = CampaignRun(wanted, RunPace(a_second, SECONDS, ends)).outcome()
    people = sum(group.people for group in wanted.groups)
    assert sum(first) + sum(found.left) == people
    assert found.reached <= sum(first)
    assert found.calls.total() == sum(found.hours.values()) == sum(begun.values()) <= wanted.calls
    assert found.stopped == (found.calls.total() == wanted.calls)
    calendars = [group.target.calendar for group in wanted.groups]
    assert wanted.policy.deadline is not None
    for moment, many in begun.items():
        assert moment < wanted.policy.deadline
        opened = [one.next(moment) for one in calendars if one is not None]
        assert any(one is not None and one.opens <= moment for one in opened)
        assert many <= wanted.step * a_second + 1


def _one_group(people: int, **more: Any) -> RunTerms:
    return terms({NEW_YORK: people}, retries={"busy": {"wait": "1m", "most": 2}}, **more)


@settings(max_examples=25)
@given(
    st.integers(1, 40),
    st.lists(st.sampled_from([BUSY, REACHED]), min_size=1, max_size=3),
    st.floats(0.05, 3),
    st.floats(1, 4),
)
def test_more_calls_a_second_end_no_later_and_leave_no_more(
    people: int, pattern: list[tuple[str, int]], a_second: float, faster: float
) -> None:
    one, other = (run(_one_group(people), rate, pattern)[1] for rate in (a_second, a_second * faster))
    # The first call of a second is made when a whole one is allowed: a rate that is no multiple may be a second late.
    assert other.ended <= one.ended + 1
    late = {"deadline": "2026-11-30T18:02:00Z"}
    one, other = (run(_one_group(people, **late), rate, pattern)[1] for rate in (a_second, a_second * faster))
    assert sum(other.left) <= sum(one.left) + 1


def test_large_steps_end_when_small_ones_do() -> None:
    hours = {"windows": {"hours": "mon-sun 9:00-20:00"}}
    ends = [run(_one_group(5_000, step=step, **hours), 2.5, [BUSY, REACHED])[1].ended for step in (1, 60, 600)]
    assert max(ends) - min(ends) <= 1200


def test_who_is_called_where_two_zones_close_together() -> None:
    """Those who wait equally long have equal parts, whichever group they are in."""
    wanted = terms({BERLIN: 300, "33140123456": 100}, deadline="2026-11-30T17:01:00Z")
    assert len(wanted.groups) == 2
    _, found = run(wanted, 1.0, [REACHED])
    assert sum(found.left) == 400 - found.calls.total() > 0
    assert abs(found.left[0] - 3 * found.left[1]) <= 4


def test_a_list_that_becomes_too_old_ends_the_calls() -> None:
    """Australia: the list was compared 29 days ago, and has to be at most 30 days old."""
    compared = datetime(2026, 11, 1, 14, tzinfo=UTC).timestamp()
    policy = policy_of(plan_of({**TOP, "purpose": "marketing"}))
    policy = CampaignPolicy(**{**vars(policy), "compared": compared})
    target = CallTargets(policy).of(locality("61291234567"))
    days = max(rule.list_days or 0 for rule in target.rules)
    assert days
    count = PeopleCount(compared)
    for consent in (False, False, True):
        count.add(target, consent)
    groups = count.groups()
    assert [(one.people, one.until) for one in groups] == [(2, compared + days * 86400 + 1), (1, inf)]
    late = compared + days * 86400 + 60
    _, found = run(RunTerms(policy, tuple(groups), late), 1.0, [REACHED])
    assert (found.left, found.reached) == ((2, 0), 1)


def test_a_calendar_that_stays_open_for_long() -> None:
    wanted = terms({NEW_YORK: 3}, windows={"hours": "mon-sun 0:00-24:00"}, retries=RETRIES, caps={"in_24_hours": 1})
    placed, found = run(wanted, 1.0, [MACHINE, REACHED])
    assert (found.reached, sum(placed.values())) == (3, 6)


def test_no_window_leaves_everyone() -> None:
    wanted = terms({NEW_YORK: 3}, windows={"hours": "open 2026-11-01 9:00-10:00"})
    _, found = run(wanted, 1.0, [REACHED])
    assert (found.left, found.ended, found.hours) == ((3,), MONDAY, Counter())


def test_people_who_are_alike_are_one_group() -> None:
    def groups(*numbers: str, **more: Any) -> list[PeopleGroup]:
        return list(terms(dict.fromkeys(numbers, 1), **more).groups)

    assert [one.people for one in groups(NEW_YORK, "17185550101", CHICAGO)] == [2, 1]
