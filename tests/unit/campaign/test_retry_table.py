"""Retries by outcome, parts of the day, and caps over all campaigns."""

from __future__ import annotations

from datetime import datetime
from math import inf
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from nccodsl.base.record import Record
from nccodsl.campaign.policy.retry_table import (
    CallCap,
    PastTry,
    _end_of_daypart,
    allowed_from,
    caps_of,
    daypart,
    next_try,
)
from nccodsl.campaign.policy.windows import Calendar, Calendars, HoursLayer
from nccodsl.clock.hours import TimeRange

BERLIN = ["Europe/Berlin"]
HOUR = 3600


class Terms(Record):
    outcome: str
    wait: float
    most: int = 1
    other_daypart: bool = False


TABLE = [Terms("busy", 900, 3), Terms("unanswered", 4 * HOUR, 2, other_daypart=True), Terms("machine", 20 * HOUR)]


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()


def calendar(*ranges: TimeRange) -> Calendar:
    return Calendars().of(BERLIN, [HoursLayer((ranges,) * 7)])


ALL_DAY = calendar(TimeRange(540, 20 * 60))
MORNINGS = calendar(TimeRange(540, 720))


def tried(outcome: str, *moments: str) -> list[PastTry]:
    return [PastTry(at(moment), at(moment) + 30, outcome) for moment in moments]


def again(*tries: PastTry, hours: Calendar = ALL_DAY) -> float | None:
    return next_try(TABLE, tries, hours, BERLIN)


def test_a_busy_line_is_called_again_after_its_wait() -> None:
    assert again(*tried("busy", "2026-11-30 10:00")) == at("2026-11-30 10:15") + 30


def test_what_the_table_does_not_name_is_not_tried_again() -> None:
    assert again(*tried("rejected", "2026-11-30 10:00")) is None
    assert next_try([], tried("busy", "2026-11-30 10:00"), ALL_DAY, BERLIN) is None


def test_each_outcome_has_its_most() -> None:
    busy = tried("busy", "2026-11-30 10:00", "2026-11-30 10:20", "2026-11-30 10:40")
    assert again(*busy) is not None
    assert again(*busy, *tried("busy", "2026-11-30 11:00")) is None
    assert again(*busy, *tried("machine", "2026-11-30 11:00")) is not None
    assert again(*tried("machine", "2026-11-30 11:00", "2026-12-01 11:00")) is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-30 09:30", "2026-11-30 13:30:30"),  # the afternoon: after the wait
        ("2026-11-30 07:30", "2026-11-30 12:00"),  # the wait ends in the same part: the next one
        ("2026-11-30 13:30", "2026-11-30 17:30:30"),
        ("2026-11-30 12:30", "2026-11-30 17:00"),
        ("2026-11-30 17:30", "2026-12-01 09:00"),  # the next morning, when it opens
    ],
)
def test_another_part_of_the_day(moment: str, expected: str) -> None:
    assert again(*tried("unanswered", moment)) == at(expected)


def test_where_a_calendar_has_one_part_of_the_day_that_will_do() -> None:
    due = again(*tried("unanswered", "2026-11-30 09:30"), hours=MORNINGS)
    assert due == at("2026-11-30 13:30:30")
    found = MORNINGS.next(due)
    assert found is not None
    assert found.opens == at("2026-12-01 09:00")


def test_a_calendar_that_never_opens_changes_nothing() -> None:
    never = Calendars().of(BERLIN, [HoursLayer(((),) * 7)])
    assert again(*tried("unanswered", "2026-11-30 09:30"), hours=never) == at("2026-11-30 13:30:30")


@given(st.integers(0, 7 * 24 * 60), st.integers(0, 30 * 60))
def test_another_part_is_another_part_and_open(began: int, wait: int) -> None:
    start = at("2026-10-22 00:00") + began * 60
    table = [Terms("unanswered", wait * 60, 9, other_daypart=True)]
    due = next_try(table, [PastTry(start, start, "unanswered")], ALL_DAY, BERLIN)
    assert due is not None
    assert due >= start + wait * 60
    found = ALL_DAY.next(due)
    assert found is not None
    assert found.opens <= due
    assert daypart(due, BERLIN) != daypart(start, BERLIN)


@pytest.mark.parametrize(
    ("clock", "part"), [("00:00", 0), ("11:59", 0), ("12:00", 1), ("16:59", 1), ("17:00", 2), ("23:59", 2)]
)
def test_parts_of_the_day(clock: str, part: int) -> None:
    assert daypart(at(f"2026-10-25 {clock}"), BERLIN) == part


def test_caps_that_are_given() -> None:
    assert caps_of("a", 3, None) == [CallCap(3, 86400, "a")]
    assert caps_of("a", None, 4, 9) == [CallCap(4, 30 * 86400, "a"), CallCap(9, inf, "a")]


def test_a_cap_that_allows_nothing() -> None:
    assert allowed_from(CallCap(0, 60, "a"), (), 100) == inf
    assert allowed_from(CallCap(1, inf, "a"), (5,), 100) == inf


@given(
    st.integers(1, 4), st.integers(1, 50), st.lists(st.integers(0, 200), max_size=12).map(sorted), st.integers(0, 200)
)
def test_caps_against_a_clerk_who_tries_every_second(most: int, span: int, calls: list[int], now: int) -> None:
    calls = [call for call in calls if call <= now]
    allowed = next(
        second for second in range(now, now + 1000) if sum(second - span < call <= second for call in calls) < most
    )
    assert allowed_from(CallCap(most, span, "a"), calls, now) == allowed


@given(
    st.integers(1_750_000_000, 1_830_000_000),
    st.sampled_from(["America/New_York", "America/Havana", "Africa/Cairo", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_a_part_of_the_day_ends_where_the_next_begins(moment: int, zone: str) -> None:
    """Also in nights in which clocks change; the next quarter of an hour in another part is looked for."""
    later = moment // 900 * 900 + 900
    while daypart(later, [zone]) == daypart(moment, [zone]):
        later += 900
    assert _end_of_daypart(moment, [zone]) == later
