"""When a call is tried again, by its outcome, and when caps allow another call to a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from math import inf
from typing import Protocol

from nccodsl.base.record import Record
from nccodsl.campaign.policy.windows import Calendar
from nccodsl.clock.zones import zone_of

_DAY = 24 * 3600
DAYPARTS = (12, 17)
"""Hours at which the afternoon and the evening begin."""
_MOST_STEPS = 64
"""So many intervals are looked at for another part of the day: weeks, as a day has few."""


class RetryTerms(Protocol):
    """A row of a retry table: after `outcome`, `wait` seconds, at most `most` times.

    `other_daypart`: and not in the part of the day (morning, afternoon, evening) of the last try.
    """

    @property
    def outcome(self) -> str: ...
    @property
    def wait(self) -> float: ...
    @property
    def most(self) -> int: ...
    @property
    def other_daypart(self) -> bool: ...


class CallCap(Record):
    """At most `most` calls to a number in any `seconds`, over all campaigns."""

    most: int
    seconds: float
    rule: str


class PastTry(Record):
    """A call of the campaign to the person that has ended: when it began and ended, and how, in Unix time."""

    began: float
    ended: float
    outcome: str


def caps_of(rule: str, in_24_hours: int | None, in_30_days: int | None, in_all: int | None = None) -> list[CallCap]:
    """The caps that are given, in the name of a rule."""
    given = ((in_24_hours, _DAY), (in_30_days, 30 * _DAY), (in_all, inf))
    return [CallCap(most, seconds, rule) for most, seconds in given if most is not None]


def allowed_from(cap: CallCap, calls: Sequence[float], now: float) -> float:
    """When a cap allows another call, in Unix time; `now` or earlier: at once; infinite: never.

    `calls`: when the calls to the number began, over all campaigns, in order.
    """
    if cap.most <= 0:
        return inf
    recent = [call for call in calls if call > now - cap.seconds]
    return recent[-cap.most] + cap.seconds if len(recent) >= cap.most else now


def terms_left(table: Iterable[RetryTerms], tries: Sequence[PastTry]) -> RetryTerms | None:
    """The row by which a person is called again after these tries; None where no retry is left."""
    last = tries[-1].outcome
    for terms in table:
        if terms.outcome == last:
            return terms if sum(one.outcome == last for one in tries) <= terms.most else None
    return None


def next_try(
    table: Iterable[RetryTerms], tries: Sequence[PastTry], calendar: Calendar, zones: Sequence[str]
) -> float | None:
    """When a person is called again after these tries, in Unix time; None: never. There is at least one try.

    The calendar may allow a call only later, and the next part of the day is one in which it is open. Where it is open
    in one part of the day only, that will do.
    """
    last = tries[-1]
    terms = terms_left(table, tries)
    if terms is None:
        return None
    due = last.ended + terms.wait
    if not terms.other_daypart:
        return due
    return _in_other_daypart(due, daypart(last.began, zones), calendar, zones)


def _in_other_daypart(due: float, avoided: int, calendar: Calendar, zones: Sequence[str]) -> float:
    moment = due
    for _ in range(_MOST_STEPS):
        found = calendar.next(moment)
        if found is None:
            break
        begins = max(moment, found.opens)
        if daypart(begins, zones) != avoided:
            return begins
        moment = _end_of_daypart(begins, zones)
    return due


def daypart(moment: float, zones: Sequence[str]) -> int:
    """0: night and morning, 1: afternoon, 2: evening, in the first of the zones."""
    hour = _local(moment, zones).hour
    return sum(hour >= begins for begins in DAYPARTS)


def _end_of_daypart(moment: float, zones: Sequence[str]) -> float:
    """The next moment that is in another part of the day."""
    local = _local(moment, zones)
    begins = next((hour for hour in DAYPARTS if hour > local.hour), 0)
    day = local.date() + timedelta(days=not begins)
    return datetime.combine(day, time(begins), local.tzinfo).timestamp()


def _local(moment: float, zones: Sequence[str]) -> datetime:
    zone = zone_of(zones[0])
    assert zone is not None, "zones are judged before"
    return datetime.fromtimestamp(moment, zone)
