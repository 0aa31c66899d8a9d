"""Calendars: against a clerk who looks every minute, and by hand on the nights of a change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.campaign.policy import windows
from nccodsl.campaign.policy.rule_sets import rules_for
from nccodsl.campaign.policy.windows import Calendars, HoursLayer, OpenInterval, intersection
from nccodsl.clock.hours import DAY, DateRule, Hours, TimeRange
from tests.sizes import examples
from tests.unit.campaign.slow_clerk import MINUTE, may_begin, open_at

ZONES = [
    *("America/New_York", "America/Chicago", "America/Phoenix", "America/St_Johns", "Pacific/Honolulu"),
    *("Europe/London", "Europe/Paris", "Australia/Lord_Howe", "Australia/Adelaide", "Asia/Kathmandu", "Pacific/Apia"),
    *("Africa/Casablanca", "America/Santiago", "UTC"),
]
DAYS = [
    date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25), date(2026, 11, 1),
    date(2028, 2, 29), date(2027, 2, 28), date(2026, 12, 31), date(2026, 12, 25), date(2026, 7, 15), date(2026, 2, 15),
]  # fmt: skip
TIMES = st.integers(0, DAY // 15 - 1).map(lambda quarters: quarters * 15) | st.integers(0, DAY - 1)
RANGES = st.lists(st.tuples(TIMES, TIMES | st.just(DAY)).map(lambda ends: TimeRange(*ends)), max_size=2).map(tuple)
LONG = st.integers(0, 11 * 60).map(lambda start: (TimeRange(start, start + 12 * 60),))
LOOKED_AT = 18 * 3600
WHOLE = ((TimeRange(0, DAY),),) * 7


@st.composite
def layers(draw: st.DrawFn, around: date) -> HoursLayer:
    week = tuple(draw(st.lists(LONG | RANGES, min_size=7, max_size=7)))
    first = around + timedelta(days=draw(st.integers(-1, 1)))
    dates = draw(st.lists(st.builds(DateRule, st.just(first), st.just(first), RANGES | LONG), max_size=1))
    regions = draw(st.sampled_from([(), (), ("US",), ("GB-SCT", "FR")]))
    return HoursLayer(week, tuple(dates), regions, draw(st.sampled_from(["", "", "", "Europe/Berlin"])))


def seconds(text: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@settings(max_examples=examples(90))
@given(st.data())
def test_against_a_clerk_who_looks_every_minute(data: st.DataObject) -> None:
    around = data.draw(st.sampled_from(DAYS))
    zones = data.draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True))
    wanted = data.draw(st.lists(layers(around), min_size=1, max_size=3))
    calendar = Calendars().of(zones, wanted)
    start = seconds(f"{around - timedelta(days=1)} 12:00") + data.draw(st.integers(0, 24 * 60)) * MINUTE
    found = calendar.next(start)
    is_open = [open_at(moment, zones, wanted) for moment in range(start, start + LOOKED_AT + MINUTE, MINUTE)]
    for minute, moment in enumerate(range(start, start + LOOKED_AT, MINUTE)):
        if found is not None and found.closes is not None and moment >= found.closes:
            found = calendar.next(moment)
        said = found is not None and found.opens <= moment
        assert said == (is_open[minute] and is_open[minute + 1]), datetime.fromtimestamp(moment, UTC)
        if moment % (97 * MINUTE) == 0:
            again = calendar.next(moment)
            assert (again is not None and again.opens <= moment) == said


@settings(max_examples=examples(60))
@given(st.data())
def test_the_next_interval_is_the_first_one(data: st.DataObject) -> None:
    around = data.draw(st.sampled_from(DAYS))
    zones = data.draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True))
    wanted = [data.draw(layers(around))]
    now = seconds(f"{around} 00:00") + data.draw(st.integers(0, 24 * 60)) * MINUTE
    found = Calendars().of(zones, wanted).next(now)
    moment = now
    while moment < now + 4 * 24 * 3600 and not may_begin(moment, zones, wanted):
        moment += MINUTE
    if moment < now + 4 * 24 * 3600:
        assert found is not None
        assert max(now, found.opens) == moment
        if found.closes is not None:
            assert not open_at(found.closes + MINUTE, zones, wanted)
            assert open_at(found.closes, zones, wanted)
    else:
        assert found is None or found.opens >= moment


def week(*ranges: TimeRange) -> tuple[tuple[TimeRange, ...], ...]:
    return (ranges,) * 7


def test_no_call_begins_in_the_last_minute() -> None:
    calendar = Calendars().of(["UTC"], [HoursLayer(week(TimeRange(540, 600)))])
    assert calendar.next(seconds("2026-11-30 09:00")) == OpenInterval(
        seconds("2026-11-30 09:00"), seconds("2026-11-30 09:59")
    )
    assert calendar.next(seconds("2026-11-30 09:58") + 59.9) == calendar.next(seconds("2026-11-30 09:00"))
    following = calendar.next(seconds("2026-11-30 09:59"))
    assert following is not None
    assert following.opens == seconds("2026-12-01 09:00")


def test_a_window_of_a_minute_never_opens() -> None:
    assert Calendars().of(["UTC"], [HoursLayer(week(TimeRange(540, 541)))]).next(0) is None
    assert Calendars().of(["UTC"], [HoursLayer(week(TimeRange(540, 542)))]).next(0) == OpenInterval(32400, 32460)


def test_zones_leave_what_they_have_in_common() -> None:
    layer = HoursLayer(week(TimeRange(540, 20 * 60)))
    calendar = Calendars().of(["America/New_York", "America/Los_Angeles"], [layer])
    found = calendar.next(seconds("2026-11-30 00:00", "America/New_York"))
    assert found == OpenInterval(
        seconds("2026-11-30 09:00", "America/Los_Angeles"), seconds("2026-11-30 19:59", "America/New_York")
    )


def test_zones_on_two_sides_of_the_world_leave_nothing() -> None:
    layer = HoursLayer(week(TimeRange(540, 18 * 60)))
    calendar = Calendars().of(["Europe/Lisbon", "Pacific/Auckland"], [layer])
    assert calendar.next(seconds("2026-11-30 00:00")) is None
    assert calendar.next(seconds("2026-11-30 00:00")) is None, "asked again it says the same"


def test_campaign_hours_may_mean_one_zone() -> None:
    own = HoursLayer(week(TimeRange(540, 17 * 60)), zone="Europe/Berlin")
    found = (
        Calendars()
        .of(["America/New_York"], [own, HoursLayer(week(TimeRange(480, 1260)))])
        .next(seconds("2026-07-01 00:00"))
    )
    assert found == OpenInterval(
        seconds("2026-07-01 08:00", "America/New_York"), seconds("2026-07-01 16:59", "Europe/Berlin")
    )


def test_a_calendar_over_midnight_and_one_that_never_closes() -> None:
    night = Calendars().of(["Europe/London"], [HoursLayer(week(TimeRange(22 * 60, 2 * 60)))])
    found = night.next(seconds("2026-11-30 23:00"))
    assert found == OpenInterval(seconds("2026-11-30 22:00"), seconds("2026-12-01 01:59"))
    always = Calendars().of(["Europe/London"], [HoursLayer(WHOLE)])
    found = always.next(seconds("2026-10-25 00:30"))
    assert found is not None
    assert (found.opens <= seconds("2026-10-25 00:30"), found.closes) == (True, None)
    assert Calendars().of(["Europe/London"], []).next(seconds("2026-10-25 00:30")) == found


@pytest.mark.parametrize(
    ("zone", "day", "open_hours"),
    [
        ("Europe/London", "2026-03-29", 2),
        ("Europe/London", "2026-10-25", 4),
        ("Australia/Lord_Howe", "2026-04-05", 3.5),
    ],
)
def test_nights_of_a_change_are_as_long_as_the_clock_says(zone: str, day: str, open_hours: float) -> None:
    calendar = Calendars().of([zone], [HoursLayer(week(TimeRange(0, 180)))])
    found = calendar.next(seconds(f"{day} 00:00", zone))
    assert found is not None
    assert found.closes is not None
    assert found.closes + MINUTE - seconds(f"{day} 00:00", zone) == open_hours * 3600


def test_the_leap_day_is_a_day() -> None:
    only = HoursLayer(((),) * 7, (DateRule(date(2028, 2, 29), date(2028, 2, 29), (TimeRange(600, 720),)),))
    found = Calendars().of(["Europe/Paris"], [only]).next(seconds("2028-01-01 00:00"))
    assert found == OpenInterval(
        seconds("2028-02-29 10:00", "Europe/Paris"), seconds("2028-02-29 11:59", "Europe/Paris")
    )


def test_holidays_are_closed_where_the_person_is() -> None:
    (rule,) = rules_for("FR", (), "marketing")
    calendar = Calendars().of(["Europe/Paris"], [HoursLayer(rule.week, (), rule.holidays)])
    found = calendar.next(seconds("2026-07-14 00:00", "Europe/Paris"))
    assert found is not None
    assert found.opens == seconds("2026-07-15 10:00", "Europe/Paris")


def test_nothing_opens_behind_a_deadline() -> None:
    calendar = Calendars().of(["UTC"], [HoursLayer(week(TimeRange(540, 600)))])
    nine = seconds("2026-12-01 09:00")
    assert calendar.next(nine - 3600, nine) is None
    assert calendar.next(nine - 3600, nine + 1) == OpenInterval(nine, nine + 59 * MINUTE)
    assert calendar.next(nine + 60, nine + 60) is None


def test_calendars_are_shared_and_have_an_id_of_their_own() -> None:
    calendars = Calendars()
    nine, ten = HoursLayer(week(TimeRange(540, 720))), HoursLayer(week(TimeRange(600, 720)))
    one = calendars.of(["UTC", "Europe/London"], [nine, ten])
    assert calendars.of(("Europe/London", "UTC"), (nine, ten, nine)) is one
    assert calendars.of(["UTC"], [nine, ten]).id != one.id != calendars.of(["UTC", "Europe/London"], [ten]).id
    assert Calendars().of(["UTC", "Europe/London"], [nine, ten]).id == one.id == "2ada5b2055987180", (
        "it is stored: it is the same in each run"
    )
    assert len(calendars) == 3


def test_people_cost_nothing_once_their_calendar_is_known() -> None:
    """Of many people in few places, each calendar and each of its days is computed once."""
    computed = 0
    original = windows._open_days

    def counted(*given: object) -> object:
        nonlocal computed
        computed += 1
        return original(*given)  # type: ignore[arg-type]

    calendars = Calendars()
    layer = HoursLayer(week(TimeRange(540, 720)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "_open_days", counted)
        for number in range(1_000):
            calendars.of([ZONES[number % len(ZONES)], "UTC"], [layer]).next(seconds("2026-11-30 09:00"))
    assert (computed, len(calendars)) == (len(ZONES), len(ZONES))


def test_closed_days_are_looked_at_once() -> None:
    looked = 0

    class Counted(Hours):
        def judge(self, instant: datetime) -> tuple[bool, str]:
            nonlocal looked
            looked += 1
            return super().judge(instant)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "Hours", Counted)
        calendar = Calendars().of(["Europe/London"], [HoursLayer(((),) * 7)])
        for days in (30, 300):
            assert calendar.next(0, days * 24 * 3600) is None
            assert looked == days + 1
        assert calendar.next(24 * 3600, 300 * 24 * 3600) is None
        assert looked == 301


SPANS = st.lists(st.integers(0, 60), unique=True, max_size=10).map(
    lambda edges: [(a, b) for a, b in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False)]
)


@given(SPANS, SPANS)
def test_intersection(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    def minutes(spans: object) -> set[int]:
        return {minute for start, end in spans for minute in range(start, end)}  # type: ignore[attr-defined]

    found = intersection(one, other)
    assert minutes(found) == minutes(one) & minutes(other)
    assert list(found) == sorted(found)
