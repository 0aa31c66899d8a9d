"""Opening hours against an oracle that looks at the wall clock minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.clock.holidays import holidays_of, is_region, regions
from nccodsl.clock.hours import DAY, DateRule, Hours, Opening, TimeRange

ZONES = ["Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]
MINUTE = timedelta(minutes=1)


def span(text: str) -> TimeRange:
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    return TimeRange(start, end)


WORKDAYS = [(span("09:00-12:30"), span("13:30-17:30"))] * 5 + [(span("10:00-14:00"),), ()]
LONDON = ZoneInfo("Europe/London")


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-30 09:00", Opening(True, london("2026-11-30 13:30"), london("2026-11-30 12:30"), "")),
        ("2026-11-30 12:30", Opening(False, london("2026-11-30 13:30"), london("2026-11-30 17:30"), "")),
        ("2026-11-28 14:00", Opening(False, london("2026-11-30 09:00"), london("2026-11-30 12:30"), "")),
        ("2026-12-25 10:00", Opening(False, london("2026-12-26 10:00"), london("2026-12-26 14:00"), "Christmas")),
        ("2026-12-31 11:00", Opening(True, london("2027-01-01 09:00"), london("2026-12-31 12:00"), "New Year's Eve")),
    ],
)
def test_a_week_with_dates(at: str, expected: Opening) -> None:
    dates = [
        DateRule(date(2026, 12, 25), date(2026, 12, 25), reason="Christmas"),
        DateRule(date(2026, 12, 31), date(2026, 12, 31), (span("10:00-12:00"),), "New Year's Eve"),
    ]
    assert Hours(LONDON, WORKDAYS, dates).at(london(at)) == expected


def test_holidays_lose_against_dates_and_win_over_weekdays() -> None:
    open_on_monday = DateRule(date(2026, 12, 28), date(2026, 12, 28), (span("10:00-12:00"),))
    hours = Hours(LONDON, WORKDAYS, [open_on_monday], holidays_of("GB-ENG"))
    assert hours.at(london("2026-12-25 10:00")).reason == "Christmas Day"
    assert hours.at(london("2026-12-28 11:00")) == Opening(
        True, london("2026-12-29 09:00"), london("2026-12-28 12:00"), ""
    )
    assert hours.at(london("2026-05-04 11:00")).reason == "May Day"


def test_a_range_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    closed = DateRule(date(2026, 12, 25), date(2026, 12, 25), reason="Christmas")
    hours = Hours(LONDON, [(span("22:00-02:00"),)] * 7, [closed])
    assert hours.at(london("2026-12-25 01:59")).open
    assert hours.at(london("2026-12-25 01:59")).closes == london("2026-12-25 02:00")
    assert hours.at(london("2026-12-25 02:00")) == Opening(
        False, london("2026-12-26 22:00"), london("2026-12-27 02:00"), "Christmas"
    )


def test_always_open_and_never_open() -> None:
    whole = (TimeRange(0, DAY),)
    assert Hours(LONDON, [whole] * 7).at(london("2026-10-25 01:30")) == Opening(True, None, None, "")
    assert Hours(LONDON, [()] * 7).at(london("2026-10-25 01:30")) == Opening(False, None, None, "")


def test_a_leap_day() -> None:
    leap = DateRule(date(2028, 2, 29), date(2028, 2, 29), (span("00:00-24:00"),), "Leap day")
    hours = Hours(LONDON, [()] * 7, [leap])
    assert hours.at(london("2028-02-28 12:00")).opens == london("2028-02-29 00:00")
    assert hours.at(london("2028-02-29 12:00")) == Opening(True, None, london("2028-03-01 00:00"), "Leap day")


def test_nights_of_a_change() -> None:
    night = Hours(LONDON, [(span("00:00-01:30"),)] * 7)
    # On 25 October the clocks show 01:00 to 02:00 twice, on 29 March not at all.
    back = london("2026-10-25 00:30")
    assert night.at(back).closes == london("2026-10-25 01:30")
    assert night.at(back).opens == london("2026-10-25 01:00").replace(fold=1)
    assert night.at(london("2026-03-29 00:30")).closes == london("2026-03-29 02:00")
    skipped = Hours(LONDON, [(span("01:10-01:50"),)] * 7)
    assert skipped.at(london("2026-03-28 12:00")).opens == london("2026-03-30 01:10")


def test_what_a_clock_shows_twice_are_two_moments() -> None:
    hours = Hours(LONDON, [(span("01:00-01:30"),)] * 7)
    first = london("2026-10-25 01:15")
    second = first.replace(fold=1)
    assert first == second  # Python says so of times in one zone
    ends = [hours.at(one).closes for one in (first, second)]
    assert [end.astimezone(UTC).hour for end in ends if end is not None] == [0, 1]
    # Asked again, in whatever zone, they say the same.
    assert hours.at(second.astimezone(UTC)) == hours.at(second)
    assert hours.at(first) == Opening(True, second.replace(minute=0), first.replace(minute=30), "")


# ---- the oracle

TIMES = st.integers(0, DAY // 10 - 1).map(lambda tens: tens * 10)
RANGES = st.lists(
    st.tuples(TIMES, TIMES | st.just(DAY)).filter(lambda ends: ends[0] != ends[1]).map(lambda ends: TimeRange(*ends)),
    max_size=2,
).map(tuple)
NEAR_CHANGES = st.sampled_from([date(2026, 3, 27), date(2026, 10, 23), date(2026, 4, 4), date(2026, 11, 1), date(2028, 2, 28), date(2026, 2, 14), date(2026, 3, 8)])  # fmt: skip


@st.composite
def date_rules(draw: st.DrawFn, around: date) -> DateRule:
    first = around + timedelta(days=draw(st.integers(-2, 4)))
    last = first + timedelta(days=draw(st.integers(0, 2)))
    return DateRule(first, last, draw(RANGES), draw(st.sampled_from(["", "A", "B"])))


def oracle(week: list[tuple[TimeRange, ...]], dates: list[DateRule], local: datetime) -> tuple[bool, str]:
    """What a clerk with a wall clock and the list would say."""

    def rule(day: date) -> tuple[tuple[TimeRange, ...], str]:
        for one in reversed(dates):
            if one.first <= day <= one.last:
                return one.ranges, one.reason
        return week[day.weekday()], ""

    shown = local.hour * 60 + local.minute
    today, yesterday = rule(local.date()), rule(local.date() - timedelta(days=1))
    for one in today[0]:
        if (one.end > one.start and one.start <= shown < one.end) or (one.end <= one.start and shown >= one.start):
            return True, today[1]
    for one in yesterday[0]:
        if one.end <= one.start and shown < one.end:
            return True, yesterday[1]
    return False, today[1]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_against_a_clerk_who_looks_every_minute(data: st.DataObject) -> None:
    zone = ZoneInfo(data.draw(st.sampled_from(ZONES)))
    around = data.draw(NEAR_CHANGES)
    week = data.draw(st.lists(RANGES, min_size=7, max_size=7))
    dates = data.draw(st.lists(date_rules(around), max_size=4))
    hours = Hours(zone, week, dates)
    begin = datetime.combine(around, datetime.min.time(), UTC) + data.draw(st.integers(0, 2000)) * MINUTE
    minutes = [(begin + number * MINUTE).astimezone(zone) for number in range(4 * DAY)]
    told = [oracle(week, dates, minute) for minute in minutes]
    changes = [number for number in range(1, len(told)) if told[number][0] != told[number - 1][0]]
    for number in data.draw(st.lists(st.integers(0, 2 * DAY), min_size=1, max_size=20)):
        found = hours.at(minutes[number])
        assert (found.open, found.reason) == told[number]
        later = [minutes[at] for at in changes if at > number][:2]
        first, second = (*later, None, None)[:2]
        expected = (second, first) if found.open else (first, second)
        for shown, right in zip((found.opens, found.closes), expected, strict=True):
            assert right is None or shown is not None
            if right is not None and shown is not None:
                assert shown.astimezone(UTC) == right.astimezone(UTC)
            elif shown is not None:
                assert shown.astimezone(UTC) > minutes[-1].astimezone(UTC)


def test_regions() -> None:
    assert is_region("GB-ENG")
    assert is_region("US")
    assert not is_region("GB-XX")
    assert not is_region("XX")
    assert not is_region("GB-")
    assert "GB-ENG" in regions("GB")
    assert "GB" in regions()
