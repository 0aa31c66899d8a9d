"""Calendars: when a call may begin, as intervals of Unix time.

A call must be allowed in each zone in which the person may be, by each rule, and by the campaign's own hours. Few
places and rules serve many people, so people share calendars: `Calendars` makes each one once, and its id says what it
is made of. Opening hours of one zone and layer are computed a UTC day at a time, and shared by all calendars.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from nccodsl.base.record import Record
from nccodsl.base.text_hash import text_hash
from nccodsl.clock.holidays import holidays_of_all
from nccodsl.clock.hours import LOOK_AHEAD, DateRule, Hours, TimeRange
from nccodsl.clock.zones import zone_of

LAST_MINUTE = 60
"""Seconds before closing in which no call begins any more."""
_DAY = 24 * 3600
_FAR = 8
"""Days after which a calendar that stays open counts as one that does not close."""
_ID_LENGTH = 16

Span = tuple[int, int]
"""From, and up to but without, in Unix time."""


class HoursLayer(Record):
    """Hours that calls must fit: `week` has the ranges of Monday to Sunday, of `dates` the later rule wins.

    On the holidays of `regions` they are closed, unless one of `dates` says otherwise. `zone`: whose time they mean;
    empty: that of the called person.
    """

    week: tuple[tuple[TimeRange, ...], ...]
    dates: tuple[DateRule, ...] = ()
    regions: tuple[str, ...] = ()
    zone: str = ""


class OpenInterval(Record):
    """Calls may begin from `opens` up to but without `closes`, in Unix time; None: it does not close within a week."""

    opens: int
    closes: int | None


class Calendar:
    """When calls may begin. `id` depends on nothing but the zones and the layers."""

    def __init__(self, id: str, parts: Sequence[Callable[[int], tuple[Span, ...]]]) -> None:
        self.id = id
        self._parts = parts
        self._days = lru_cache(maxsize=2 * LOOK_AHEAD)(self._day)
        self._closed_until: dict[int, int] = {}

    def next(self, now: float, until: float | None = None) -> OpenInterval | None:
        """The first interval that is open at `now` or opens later; one that is open keeps when it has opened that day.

        None: there is none in which a call can begin before `until`, or within `LOOK_AHEAD` days.
        """
        first = int(now // _DAY)
        last = first + LOOK_AHEAD if until is None else min(int(until // _DAY), first + LOOK_AHEAD)
        day = self._open_day(first, last)
        while day is not None:
            for opens, closes in self._days(day):
                found = self._whole(day, opens, closes)
                begins = max(now, found.opens)
                if found.closes is None or begins < found.closes:
                    return found if until is None or begins < until else None
            day = self._open_day(day + 1, last)
        return None

    def _whole(self, day: int, opens: int, closes: int) -> OpenInterval:
        """An interval of a day with what follows it without a gap on the next days, less the last minute."""
        for later in range(day + 1, day + _FAR):
            if closes < later * _DAY:
                break
            follows = self._days(later)
            if not follows or follows[0][0] > closes:
                break
            closes = follows[0][1]
        else:
            return OpenInterval(opens, None)
        return OpenInterval(opens, closes - LAST_MINUTE)

    def _open_day(self, first: int, last: int) -> int | None:
        """The first day with an interval, counted from 1970."""
        day = self._closed_until.get(first, first)
        while day <= last and not self._days(day):
            day += 1
        self._closed_until[first] = day
        return day if day <= last else None

    def _day(self, day: int) -> tuple[Span, ...]:
        found: tuple[Span, ...] = ((day * _DAY, (day + 1) * _DAY),)
        for part in self._parts:
            if not found:
                break
            found = intersection(found, part(day))
        return found


class Calendars:
    """Makes calendars, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[str, ...], tuple[HoursLayer, ...]], Calendar] = {}
        self._parts: dict[tuple[str, HoursLayer], Callable[[int], tuple[Span, ...]]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, zones: Iterable[str], layers: Iterable[HoursLayer]) -> Calendar:
        """The calendar of people who may be in these zones, whose names exist. Without layers it is always open."""
        key = tuple(sorted(set(zones))), tuple(dict.fromkeys(layers))
        if key not in self._known:
            wanted = dict.fromkeys((layer.zone or zone, layer) for layer in key[1] for zone in key[0])
            parts = [self._part(zone, layer) for zone, layer in wanted]
            self._known[key] = Calendar(text_hash(repr(key))[:_ID_LENGTH], parts)
        return self._known[key]

    def _part(self, name: str, layer: HoursLayer) -> Callable[[int], tuple[Span, ...]]:
        if (name, layer) not in self._parts:
            zone = zone_of(name)
            assert zone is not None, "zones are judged before"
            self._parts[name, layer] = _open_days(zone, layer)
        return self._parts[name, layer]


def intersection(one: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    """What lies in both of two lists of spans, each in order and without overlaps."""
    found: list[Span] = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < end:
            found.append((start, end))
        if one[i][1] <= other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def _open_days(zone: tzinfo, layer: HoursLayer) -> Callable[[int], tuple[Span, ...]]:
    """For a UTC day, counted from 1970: when a layer is open in a zone."""
    hours = Hours(zone, layer.week, layer.dates, holidays_of_all(layer.regions))

    def spans(day: int) -> tuple[Span, ...]:
        start = datetime.fromtimestamp(day * _DAY, UTC)
        end = start + timedelta(days=1)
        is_open, _ = hours.judge(start)
        edges = [*([start] if is_open else ()), *hours.changes(start, end)]
        seconds = [int(edge.timestamp()) for edge in edges] + [(day + 1) * _DAY]
        return tuple(zip(seconds[0:-1:2], seconds[1::2], strict=False))

    return lru_cache(maxsize=2 * LOOK_AHEAD)(spans)
