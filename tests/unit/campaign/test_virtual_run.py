"""Whole campaigns in virtual time: limits, retries, caps and opt-outs hold, and the ledger can be replayed."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import pytest

from nccodsl.campaign.campaign_plan import CallLimits, Caps, OutcomeRetry
from nccodsl.campaign.decision_ledger import verify
from nccodsl.campaign.replay import replay
from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule
from tests.unit.campaign.virtual import BEGINS, Virtual, most_in_a_second, plan_for

DAY = 86_400.0
OPT_OUT = """\
param number: phone
call { to phone {{ number }} from phone 14155550100 }
step main {
  talk "To hear no more of us, press 9."
  input dtmf max_digits=1 {
    on "9" { opt_out reason="pressed 9" }
    otherwise { talk "Goodbye." }
  }
}
"""
MIXED = {"completed": 0.5, "busy": 0.2, "unanswered": 0.2, "failed": 0.1}
RETRIES = (OutcomeRetry("busy", 600, 2), OutcomeRetry("unanswered", 7200, 2, True))


def people(count: int, area: int = 415) -> list[str]:
    return [f"1{area}555{number:04}" for number in range(1000, 1000 + count)]


def test_everyone_is_called_once_within_the_limit(tmp_path: Path) -> None:
    book = Virtual(tmp_path, plan_for(), people(50)).run()
    assert book.status("a").counts == {"ended": 50}
    begun = [one.claimed for one in book.attempts("a")]
    assert len(begun) == 50
    assert most_in_a_second(begun) == 3
    assert max(begun) - min(begun) < 50 / 3 + 1


@pytest.mark.parametrize(
    ("limits", "most", "calls"),
    [(CallLimits(calls_per_second=2), 2, 20), (CallLimits(calls=7), 3, 7), (CallLimits(calls_at_once=1), 1, 20)],
)
def test_a_campaign_has_limits_of_its_own(tmp_path: Path, limits: CallLimits, most: int, calls: int) -> None:
    book = Virtual(tmp_path, plan_for(limits=limits), people(20)).run()
    attempts = list(book.attempts("a"))
    assert len(attempts) == calls
    assert most_in_a_second([one.claimed for one in attempts]) == most
    if limits.calls_at_once:
        ended = [one.ended or 0.0 for one in attempts]
        assert all(later.claimed >= end for later, end in zip(attempts[1:], ended, strict=False))
    if limits.calls:
        assert book.status("a").counts == {"ended": 7, "stopped": 13}
        assert [one.reason for one in book.story("a", 0)] == ["began", "limit"]


def test_retries_by_outcome(tmp_path: Path) -> None:
    book = Virtual(tmp_path, plan_for(retries=RETRIES), people(80), shares=MIXED, seed=3).run()
    tries: dict[int, list[tuple[str, float, float]]] = {}
    for one in book.attempts("a"):
        assert one.outcome is not None
        assert one.ended is not None
        tries.setdefault(one.recipient, []).append((one.outcome, one.claimed, one.ended))
    assert len(tries) == 80
    seen = Counter(len(one) for one in tries.values())
    assert seen[1] > 40
    assert seen[3] > 0
    for calls in tries.values():
        outcomes = Counter(outcome for outcome, _, _ in calls)
        assert outcomes["completed"] <= 1
        assert outcomes["busy"] <= 3
        assert max(outcomes.values()) <= 3
        assert [outcome for outcome, _, _ in calls[:-1]].count("completed") == 0
        for (outcome, _, ended), (_, claimed, _) in itertools.pairwise(calls):
            assert claimed >= ended + {"busy": 600, "unanswered": 7200}[outcome]
    assert book.status("a").counts == {"ended": 80}


def test_caps_count_the_calls_of_all_campaigns(tmp_path: Path) -> None:
    plan = plan_for(retries=(OutcomeRetry("busy", 60, 9),), caps=Caps(in_24_hours=2, in_30_days=4))
    book = Virtual(tmp_path, plan, people(1), shares={"busy": 1.0}).run()
    begun = [one.claimed - BEGINS for one in book.attempts("a")]
    # Two in the first 24 hours, two in the next, and then not before 30 days after the first one.
    assert len(begun) == 9 + 1
    for first, third in zip(begun, begun[2:], strict=False):
        assert third - first >= DAY
    for first, fifth in zip(begun, begun[4:], strict=False):
        assert fifth - first >= 30 * DAY


def test_who_opts_out_is_called_no_more(tmp_path: Path) -> None:
    leaving = Persona("leaving", does=(Rule((Act("press", "9"),), hears="press 9"),))
    plan = plan_for(retries=(OutcomeRetry("completed", 60, 3),))
    virtual = Virtual(tmp_path, plan, people(3), script=OPT_OUT, person=Cast((leaving,)))
    book = virtual.run()
    assert virtual.played.opted_out == set(people(3))
    assert {(one.state, one.reason) for one in book.lines("a")} == {("ended", "opted_out")}
    assert [one.reason for one in book.story("a", 1)] == ["due", "placed", "completed", "opted_out"]


def test_hours_hold_until_the_next_day(tmp_path: Path) -> None:
    # At 20:26 UTC it is evening in New York only in six hours: calls wait for the morning.
    plan = plan_for(purpose="informational", caps=Caps())
    virtual = Virtual(tmp_path, plan, people(5, area=212), begins=BEGINS + 7 * 3600)
    book = virtual.run()
    # Nobody has agreed, and the rules for recorded voices ask for it.
    assert {one.reason for one in book.lines("a")} == {"no_consent"}
    assert not list(book.attempts("a"))


def test_the_ledger_can_be_replayed_byte_for_byte(tmp_path: Path) -> None:
    virtual = Virtual(tmp_path, plan_for(retries=RETRIES), people(40), shares=MIXED, seed=5)
    book = virtual.run()
    assert verify(book.story("a")) is None
    found = replay(book, "a", virtual.snapshot)
    assert (found.differing, found.forgotten) == ((), 0)
    assert found.same == sum(one.what in ("call", "wait", "stop") and one.recipient > 0 for one in book.story("a"))
    # Decided by another policy, it would be another ledger.
    other = virtual.snapshot
    stricter = plan_for(retries=RETRIES, caps=Caps(in_24_hours=1))
    found = replay(book, "a", type(other)(stricter, other.version, other.address, other.texts))
    assert found.differing


def test_the_same_seed_leads_to_the_same_ledger(tmp_path: Path) -> None:
    heads = []
    for number in range(2):
        virtual = Virtual(tmp_path / str(number), plan_for(retries=RETRIES), people(30), shares=MIXED, seed=7)
        heads.append([one.hash for one in virtual.run().story("a")][-1])
    assert heads[0] == heads[1]
