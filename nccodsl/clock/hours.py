"""Opening hours: are we open, why not, and when does that change?

A wall clock in the zone decides: the hours are open at an instant if the clock then shows a time within a range. So a
time that a change to summer time skips never comes, and one that a change back repeats comes twice. Days and instants
lie in the years `YEARS`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from heapq import heappop, heappush

from nccodsl.base.record import Record

YEARS = range(1970, 2200)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of a week, as scripts write them."""
DAY = 24 * 60
"""Minutes of a day; as the end of a range it is written `24:00`."""
LOOK_AHEAD = 366
"""Days in which a change is looked for."""
_MOMENTS = 64
"""Moments for which an answer is kept: all that happens in one move of a call is at the same moment."""
_MINUTE = timedelta(minutes=1)


class TimeRange(Record):
    """Minutes of a day, from `start` up to but without `end`. An `end` that is not behind `start` lies in the next day.

    Which is another day for the clock only: a range belongs to the day on which it begins.
    """

    start: int
    end: int

    @property
    def ends_next_day(self) -> bool:
        return self.end <= self.start


class DateRule(Record):
    """What holds from the day `first` to the day `last`, both included, instead of the rule of the weekday.

    No `ranges`: closed. `reason`: the words behind the date, or empty.
    """

    first: date
    last: date
    ranges: tuple[TimeRange, ...] = ()
    reason: str = ""


class Opening(Record):
    """What hours say at an instant.

    `opens` and `closes`: when they next change to open and to closed, in the zone; None where that does not happen
    within a year. `reason`: the words of the day's date, or the name of its holiday; empty on any other day.
    """

    open: bool
    opens: datetime | None
    closes: datetime | None
    reason: str


class Hours:
    """Opening hours in a zone.

    `week`: the ranges of Monday to Sunday. Of `dates`, the later rule wins; any of them wins over a holiday, and that
    over the weekday. `holiday`: the name of the public holiday on a day, or empty.
    """

    def __init__(
        self,
        zone: tzinfo,
        week: Sequence[tuple[TimeRange, ...]],
        dates: Sequence[DateRule] = (),
        holiday: Callable[[date], str] | None = None,
    ) -> None:
        self.zone = zone
        self._week = tuple(week)
        self._starts, self._rules = _painted(dates)
        self._holiday = holiday
        self._day = lru_cache(maxsize=2 * LOOK_AHEAD)(self._judge_day)
        self._said = lru_cache(maxsize=_MOMENTS)(self._opening)

    def at(self, instant: datetime) -> Opening:
        """What they say at `instant`, which has a zone of its own."""
        # In UTC, as two times that a clock shows twice are equal in their own zone.
        return self._said(instant.astimezone(UTC))

    def _opening(self, instant: datetime) -> Opening:
        local = instant.astimezone(self.zone)
        is_open, reason = self._at(local)
        opens = closes = None
        changes = self._changes(local, is_open)
        first = next(changes, None)
        second = next(changes, None) if first else None
        opens, closes = (second, first) if is_open else (first, second)
        return Opening(is_open, opens, closes, reason)

    def judge(self, instant: datetime) -> tuple[bool, str]:
        """Whether they are open at `instant`, and the words of its day."""
        return self._at(instant.astimezone(self.zone))

    def changes(self, instant: datetime, until: datetime | None = None) -> Iterator[datetime]:
        """When open becomes closed or closed becomes open after `instant`, in order, within a year, before `until`."""
        local = instant.astimezone(self.zone)
        return self._changes(local, self._at(local)[0], until)

    def dated_days(self) -> list[date]:
        """The first day of each of their dates."""
        return [day for day, rule in zip(self._starts, self._rules, strict=True) if rule is not None]

    def _at(self, local: datetime) -> tuple[bool, str]:
        minute, day = local.hour * 60 + local.minute, local.date()
        ranges, reason = self._day(day)
        if any(one.start <= minute and (one.ends_next_day or minute < one.end) for one in ranges):
            return True, reason
        ranges, yesterdays = self._day(day - timedelta(days=1))
        if any(one.ends_next_day and minute < one.end for one in ranges):
            return True, yesterdays
        return False, reason

    def _changes(self, local: datetime, is_open: bool, until: datetime | None = None) -> Iterator[datetime]:
        """The instants after `local` at which open becomes closed or closed becomes open, in order."""
        for instant in self._instants(local):
            if until is not None and instant >= until:
                return
            here = instant.astimezone(self.zone)
            if self._at(here)[0] != is_open:
                is_open = not is_open
                yield here

    def _instants(self, local: datetime) -> Iterator[datetime]:
        """All instants after `local` at which something may change, in UTC and in order, for a year."""
        now = local.astimezone(UTC)
        for number in range(-1, LOOK_AHEAD + 1):
            day = local.date() + timedelta(days=number)
            before = self._day(day - timedelta(days=1))[0]
            edges = {0, *(one.end for one in before if one.ends_next_day)}
            for one in self._day(day)[0]:
                edges |= {one.start} if one.ends_next_day else {one.start, one.end}
            found = {instant for edge in edges if edge < DAY for instant in self._at_wall(day, edge)}
            start, end = (min(self._at_wall(one, 0)) for one in (day, day + timedelta(days=1)))
            yield from sorted(one for one in found | set(_shifts(self.zone, start, end)) if now < one)

    def _at_wall(self, day: date, minute: int) -> set[datetime]:
        """The instants at which a wall clock shows a time: one, or two where the clock is set back."""
        wall = datetime.combine(day, time(*divmod(minute, 60)), self.zone)
        return {wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)}

    def _judge_day(self, day: date) -> tuple[tuple[TimeRange, ...], str]:
        """The ranges that begin on a day, and its words."""
        at = bisect_right(self._starts, day) - 1
        rule = self._rules[at] if at >= 0 else None
        if rule is not None:
            return rule.ranges, rule.reason
        if self._holiday is not None and (name := self._holiday(day)):
            return (), name
        return self._week[day.weekday()], ""


def _shifts(zone: tzinfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The instants between two at which the zone's offset changes, to the minute; as a rule there is none."""
    if end - start <= _MINUTE:
        if start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
            yield end
        return
    if start.astimezone(zone).utcoffset() == end.astimezone(zone).utcoffset():
        return
    middle = start + (end - start) // _MINUTE // 2 * _MINUTE
    yield from _shifts(zone, start, middle)
    yield from _shifts(zone, middle, end)


def _painted(rules: Sequence[DateRule]) -> tuple[list[date], list[DateRule | None]]:
    """Where another rule begins to hold, and which (None: none does), later rules over earlier ones."""
    edges: list[tuple[date, int]] = []
    for number, rule in enumerate(rules):
        edges.append((rule.first, number))
        edges.append((rule.last + timedelta(days=1), number))
    edges.sort()
    starts: list[date] = []
    holding: list[DateRule | None] = []
    held: list[int] = []
    for place, (day, number) in enumerate(edges):
        if rules[number].first == day:
            heappush(held, -number)
        if place + 1 < len(edges) and edges[place + 1][0] == day:
            continue
        while held and rules[-held[0]].last < day:
            heappop(held)
        starts.append(day)
        holding.append(rules[-held[0]] if held else None)
    return starts, holding
