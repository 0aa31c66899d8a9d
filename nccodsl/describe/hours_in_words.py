"""Opening hours as people write them on a door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from nccodsl.analysis.program import HoursItem
from nccodsl.clock.hours import DAY, DateRule, TimeRange
from nccodsl.describe.phrases import Saying

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours_in_words(say: Saying, item: HoursItem, zone: object) -> Iterator[str]:
    """A heading and a line for each rule: `Monday to Friday 9:00-17:30`. `zone`: that of the script."""
    place = say.value(item.zone if item.zone is not None else zone)
    yield f"Hours {item.name} (times in {place}):"
    for ranges, days in groupby(range(len(_DAYS)), key=lambda day: item.week[day]):
        first, *more = list(days)
        until = f" {'and' if len(more) == 1 else 'to'} {_DAYS[more[-1]]}" if more else ""
        yield f"  {_DAYS[first]}{until} {_ranges(ranges)}"
    for rule in item.dates:
        yield f"  {_dates(rule)}: {_ranges(rule.ranges)}" + (f" ({rule.reason})" if rule.reason else "")
    for region in item.regions:
        yield f"  Public holidays of {region}: closed"


def _ranges(ranges: Sequence[TimeRange]) -> str:
    if not ranges:
        return "closed"
    if ranges == (TimeRange(0, DAY),):
        return "all day"
    return " and ".join(f"{_time(one.start)}-{_time(one.end)}" for one in ranges)


def _time(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _dates(rule: DateRule) -> str:
    return _date(rule.first) if rule.first == rule.last else f"{_date(rule.first)} to {_date(rule.last)}"


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
