"""Decisions: each reason by hand, and random people against what must hold of every decision."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.base.record import Record
from nccodsl.campaign.policy import candidate_zones, windows
from nccodsl.campaign.policy.call_target import CallTarget, CallTargets, CampaignPolicy
from nccodsl.campaign.policy.candidate_zones import Locality, locality, place_of
from nccodsl.campaign.policy.decide import CallFacts, Decision, decide
from nccodsl.campaign.policy.reasons import REASONS, sentence
from nccodsl.campaign.policy.retry_table import PastTry, caps_of
from nccodsl.campaign.policy.windows import Calendars, HoursLayer
from nccodsl.clock.hours import TimeRange
from tests.prose import forbidden
from tests.sizes import examples
from tests.unit.campaign.slow_clerk import may_begin

CALENDARS = Calendars()
BERLIN, PARIS, FLORIDA, SYDNEY = "4930123456", "33123456789", "13055550101", "61292345678"
DAY = 24 * 3600


class Terms(Record):
    outcome: str
    wait: float
    most: int = 1
    other_daypart: bool = False


def at(text: str, zone: str = "Europe/Berlin") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


MONDAY = at("2026-11-30 10:00")
AGREED = CallFacts(consent=True)
RETRIES = (Terms("busy", 900, 2), Terms("unanswered", 4 * 3600, 2, True))


def policy(**members: Any) -> CampaignPolicy:
    return CampaignPolicy(**{"purpose": "marketing", "retries": RETRIES, **members})


def decided(
    facts: CallFacts = AGREED, now: float = MONDAY, number: str = BERLIN, place: Locality | None = None, **members: Any
) -> Decision:
    wanted = policy(**members)
    return decide(wanted, CallTargets(wanted, CALENDARS).of(place or locality(number)), facts, now)


def tried(outcome: str, *moments: str, **more: Any) -> CallFacts:
    tries = tuple(PastTry(at(moment), at(moment) + 30, outcome) for moment in moments)
    return CallFacts(consent=True, tries=tries, calls=tuple(one.began for one in tries), **more)


def test_a_call_that_is_due() -> None:
    found = decided()
    assert (found.what, found.reason, found.rule) == ("call", "due", "DE@2026-11-29")
    assert found.closes == at("2026-11-30 19:59")
    assert found.words == "calls are allowed until 2026-11-30T18:59:00.000Z"


NEVER = HoursLayer(((),) * 7)
NIGHT = HoursLayer(((TimeRange(22 * 60, 23 * 60),),) * 7)
TODAY = {"deadline": at("2026-11-30 18:00")}
NOWHERE = Locality("DE", (), (), "number")
CASES: dict[str, tuple[str, Callable[[], Decision]]] = {
    "stopped": ("stop", lambda: decided(CallFacts(campaign="stopped"))),
    "suppressed": ("skip", lambda: decided(CallFacts(suppressed=True))),
    "opted_out": ("stop", lambda: decided(tried("busy", "2026-11-30 09:00", suppressed=True))),
    "unknown_country": ("skip", lambda: decided(number="34912345678")),
    "unknown_zone": ("skip", lambda: decided(number="4932123456789", place=NOWHERE)),
    "unknown_state": ("skip", lambda: decided(place=Locality("US", (), ("America/New_York",), "column"))),
    "duplicate": ("skip", lambda: decided(CallFacts(consent=True, duplicate=True))),
    "done": ("stop", lambda: decided(tried("completed", "2026-11-30 09:00"))),
    "no_consent": ("skip", lambda: decided(CallFacts())),
    "old_list": ("skip", lambda: decided(CallFacts(), number=SYDNEY, compared=MONDAY - 31 * DAY)),
    "paused": ("wait", lambda: decided(CallFacts(consent=True, campaign="paused"))),
    "exhausted": ("stop", lambda: decided(tried("rejected", "2026-11-30 09:00"))),
    "retry": ("wait", lambda: decided(tried("busy", "2026-11-30 09:50"))),
    "not_begun": ("wait", lambda: decided(begins=at("2026-12-01 10:00"))),
    "closed": ("wait", lambda: decided(now=at("2026-11-30 20:00"))),
    "capped": ("wait", lambda: decided(tried("busy", "2026-11-30 09:00"), caps=tuple(caps_of("own", 1, None)))),
    "refused": ("wait", lambda: decided(CallFacts(consent=True, refused=MONDAY - DAY), number=PARIS)),
    "no_window": ("skip", lambda: decided(hours=(NEVER,))),
    "deadline": ("skip", lambda: decided(now=at("2026-11-30 18:00"), **TODAY)),
    "cap": (
        "skip",
        lambda: decided(CallFacts(consent=True, calls=(MONDAY - 60,)), caps=tuple(caps_of("own", 1, None)), **TODAY),
    ),
    "no_more": ("stop", lambda: decided(tried("unanswered", "2026-11-30 13:00"), deadline=at("2026-11-30 13:10"))),
    "due": ("call", decided),
}


@pytest.mark.parametrize("reason", CASES)
def test_each_reason(reason: str) -> None:
    what, make = CASES[reason]
    found = make()
    assert (found.reason, found.what) == (reason, what), found.words
    assert what == REASONS[reason].what
    assert found.rule
    assert "{" not in found.words


def test_every_reason_is_decided_or_read_from_a_list() -> None:
    no_place = Locality("", (), (), "")
    invalid = decide(policy(), CallTarget(no_place, (), (), None, "invalid"), AGREED, MONDAY)
    assert (invalid.what, invalid.reason, invalid.words) == ("skip", "invalid", "the number is not valid")
    assert set(REASONS) - set(CASES) == {"invalid", "bad_row"}, "a bad row has no person to decide about"


def test_the_words_of_the_reasons() -> None:
    assert [found for one in REASONS.values() for found in forbidden(one.sentence)] == []
    assert all(one.sentence[0] != one.sentence[0].upper() or one.sentence[0] == "{" for one in REASONS.values())
    with pytest.raises(KeyError):
        sentence("luck", {})


def test_when_a_person_is_looked_at_again() -> None:
    assert decided(tried("busy", "2026-11-30 09:50")).until == at("2026-11-30 10:05") + 30
    assert decided(begins=at("2026-12-01 10:00")).until == at("2026-12-01 10:00")
    assert decided(now=at("2026-11-30 20:00")).until == at("2026-12-01 09:00")
    assert decided(begins=at("2026-12-01 04:00")).until == at("2026-12-01 09:00")
    refused = decided(CallFacts(consent=True, refused=MONDAY - DAY), number=PARIS)
    assert (refused.until, refused.rule) == (MONDAY + 59 * DAY, "FR@2026-11-29")
    assert decided(CallFacts(campaign="paused", consent=True)).until is None


def test_why_a_person_who_was_called_is_called_no_more() -> None:
    once = tried("busy", "2026-11-30 09:00")
    withdrawn = decided(CallFacts(tries=once.tries))
    assert (withdrawn.reason, withdrawn.rule) == ("no_more", "DE@2026-11-29")
    assert withdrawn.words == "no further call is possible: the rules need consent, and none is known"
    in_all = decided(once, caps=tuple(caps_of("own", None, None, 1)))
    assert (in_all.words, in_all.rule) == (
        "no further call is possible: the cap of 1 in all leaves no call in time",
        "own",
    )


def test_when_the_time_of_a_call_ends_is_known_before_it_begins() -> None:
    assert decided(now=at("2026-11-30 20:00")).closes == at("2026-12-01 19:59")
    assert decided(now=at("2026-11-30 08:00"), **TODAY).closes == TODAY["deadline"]


def test_rules_of_a_state_hold_besides_those_of_the_country() -> None:
    found = decided(CallFacts(), number=FLORIDA, purpose="informational")
    assert (found.reason, found.rule) == ("no_consent", "US@2026-11-29")
    evening = at("2026-11-30 20:30", "America/New_York")
    assert decided(number=FLORIDA, now=evening).reason == "closed"
    assert decided(number=FLORIDA, now=evening, purpose="informational").reason == "due"
    three = CallFacts(consent=True, calls=(evening - 9000, evening - 8000, evening - 7000))
    capped = decided(three, number=FLORIDA, now=evening - 3600)
    assert (capped.reason, capped.rule) == ("capped", "US-FL@2026-11-29")
    assert capped.until == evening - 9000 + DAY


def test_consent_makes_up_for_a_list() -> None:
    now = at("2026-11-30 12:00", "Australia/Sydney")
    assert decided(CallFacts(), number=SYDNEY, now=now).reason == "old_list"
    assert decided(CallFacts(), number=SYDNEY, now=now, compared=now - 30 * DAY).reason == "due"
    assert decided(CallFacts(consent=True), number=SYDNEY, now=now).reason == "due"


def test_an_emergency_needs_neither_consent_nor_hours_but_a_zone() -> None:
    night = at("2026-11-30 03:00")
    found = decided(CallFacts(), now=night, purpose="emergency")
    assert (found.what, found.closes, found.words) == ("call", None, "calls are allowed until further notice")
    assert decided(CallFacts(), now=night, purpose="emergency", number="18005550101").reason == "unknown_zone"


def test_a_deadline_ends_a_window() -> None:
    assert decided(**TODAY).closes == TODAY["deadline"]
    assert decided(hours=(NIGHT,)).reason == "no_window"
    called = CallFacts(consent=True, calls=(TODAY["deadline"] - DAY,))
    assert decided(called, caps=tuple(caps_of("own", 1, None)), **TODAY).reason == "cap"
    assert decided(now=at("2026-11-30 20:30"), deadline=at("2026-12-01 08:00")).reason == "deadline"


def test_a_country_without_rules_can_be_named() -> None:
    found = decided(number="34912345678", now=at("2026-11-30 12:00"), rules=("XX",))
    assert (found.what, found.rule) == ("call", "XX@2026-11-29")


def test_decisions_hold_no_numbers() -> None:
    for _, make in CASES.values():
        assert BERLIN not in json.dumps(dict(make().facts))


FACTS = st.builds(
    CallFacts,
    consent=st.booleans(),
    suppressed=st.sampled_from([False, False, False, True]),
    duplicate=st.sampled_from([False, False, True]),
    refused=st.none() | st.floats(MONDAY - 90 * DAY, MONDAY),
    calls=st.lists(st.floats(MONDAY - 40 * DAY, MONDAY), max_size=5).map(lambda calls: tuple(sorted(calls))),
    tries=st.lists(st.sampled_from(["busy", "unanswered", "rejected", "completed"]), max_size=3).map(
        lambda outcomes: tuple(
            PastTry(MONDAY - 9000 + n * 60, MONDAY - 8980 + n * 60, one) for n, one in enumerate(outcomes)
        )
    ),
    campaign=st.sampled_from(["running", "running", "running", "paused", "stopped"]),
)
NUMBERS = [
    BERLIN,
    PARIS,
    FLORIDA,
    SYDNEY,
    "61412345678",
    "447400123456",
    "34912345678",
    "18005550101",
    "14165550101",
    "12055550101",
]
POLICIES = st.builds(
    CampaignPolicy,
    purpose=st.sampled_from(["marketing", "informational", "emergency"]),
    rules=st.sampled_from([(), ("XX",), ("FR",)]),
    hours=st.sampled_from([(), (NIGHT,), (HoursLayer(((TimeRange(600, 1080),),) * 7, zone="Europe/London"),)]),
    retries=st.just(RETRIES),
    caps=st.sampled_from([(), tuple(caps_of("own", 2, 4))]),
    begins=st.none() | st.floats(MONDAY - DAY, MONDAY + 2 * DAY),
    deadline=st.none() | st.floats(MONDAY - DAY, MONDAY + 9 * DAY),
    compared=st.none() | st.floats(MONDAY - 60 * DAY, MONDAY),
)


def layers_of(wanted: CampaignPolicy, person: CallTarget) -> list[HoursLayer]:
    return [*wanted.hours, *(HoursLayer(rule.week, (), rule.holidays) for rule in person.rules)]


@settings(max_examples=examples(400))
@given(POLICIES, st.sampled_from(NUMBERS), FACTS, st.integers(0, 8 * DAY // 60))
def test_what_holds_of_every_decision(wanted: CampaignPolicy, number: str, facts: CallFacts, minute: int) -> None:
    now = int(MONDAY) + minute * 60
    person = CallTargets(wanted, CALENDARS).of(locality(number))
    found = decide(wanted, person, facts, now)
    assert found == decide(wanted, person, facts, now)
    assert found.what == REASONS[found.reason].what
    assert found.words
    assert json.loads(json.dumps(dict(found.facts))) == dict(found.facts)
    if found.what == "call":
        assert not person.flaw
        assert may_begin(now, person.locality.zones, layers_of(wanted, person))
        assert facts.consent or not any(rule.consent for rule in person.rules)
        assert facts.campaign == "running"
        assert not facts.suppressed
        assert wanted.begins is None or now >= wanted.begins
        assert wanted.deadline is None or now < wanted.deadline
        assert all(sum(call > now - cap.seconds for call in facts.calls) < cap.most for cap in person.caps)
        assert found.closes is None or found.closes > now
    elif found.until is not None:
        assert found.what == "wait"
        assert found.until > now
        then = decide(wanted, person, facts, found.until)
        assert then.reason != found.reason or then.until is None or then.until > found.until
        before = decide(wanted, person, facts, (now + found.until) / 2)
        assert before.what != "call", "nothing is called earlier"
    if found.what == "stop" and found.reason != "stopped":
        assert facts.tries
    if found.what == "skip" and facts.tries:
        assert found.reason in ("duplicate", person.flaw)


def test_many_people_share_what_does_not_depend_on_them() -> None:
    """A million people cost a look at their own facts: calendars are made by place, and not by person."""
    wanted, calendars = policy(), Calendars()
    targets = CallTargets(wanted, calendars)
    with mock.patch.object(windows, "_open_days", wraps=windows._open_days) as opened:
        for number in range(3_000):
            place = locality(f"1{(212, 415, 305)[number % 3]}555{number:04}")
            assert decide(wanted, targets.of(place), AGREED, MONDAY).what == "wait"
        assert (len(targets), len(calendars), opened.call_count) == (3, 3, 3)


@pytest.mark.slow
def test_three_hundred_thousand_people() -> None:
    """What is looked up, computed and kept is bounded by places, whatever the number of people."""
    people, chance = 300_000, random.Random(1)
    areas = [area for area in map(str, range(200, 1000)) if place_of(f"1{area}2345678").country in ("US", "CA")]
    wanted, calendars = policy(), Calendars()
    targets = CallTargets(wanted, calendars)
    candidate_zones._by_start.cache_clear()
    counts: Counter[str] = Counter()
    with mock.patch.object(candidate_zones, "_looked_up", wraps=candidate_zones._looked_up) as asked:
        for _ in range(people):
            number = f"1{chance.choice(areas)}{chance.randint(2, 9)}{chance.randrange(10**6):06}"
            counts[decide(wanted, targets.of(locality(number)), AGREED, MONDAY).what] += 1
    assert sum(counts.values()) == people
    assert asked.call_count <= candidate_zones._KEPT
    assert len(targets) < 400
    assert len(calendars) < 100
