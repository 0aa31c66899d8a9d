"""The oracle of calendars: a clerk who looks at a wall clock in each zone, minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from nccodsl.campaign.policy.windows import HoursLayer
from nccodsl.clock.holidays import holidays_of
from nccodsl.clock.hours import TimeRange

MINUTE = 60


def open_at(moment: int, zones: Sequence[str], layers: Sequence[HoursLayer]) -> bool:
    """Whether all layers are open in all zones at a moment."""
    return all(_open(moment, layer.zone or zone, layer) for layer in layers for zone in zones)


def may_begin(moment: int, zones: Sequence[str], layers: Sequence[HoursLayer]) -> bool:
    """Whether a call may begin at a full minute: it is open, and more than a minute is left."""
    return open_at(moment, zones, layers) and open_at(moment + MINUTE, zones, layers)


def _open(moment: int, zone: str, layer: HoursLayer) -> bool:
    local = datetime.fromtimestamp(moment, ZoneInfo(zone))
    shown = local.hour * 60 + local.minute
    for one in _ranges(local.date(), layer):
        if (one.start <= shown < one.end) if one.end > one.start else shown >= one.start:
            return True
    yesterday = _ranges(local.date() - timedelta(days=1), layer)
    return any(one.end <= one.start and shown < one.end for one in yesterday)


_known = cache(holidays_of)


def _ranges(day: date, layer: HoursLayer) -> tuple[TimeRange, ...]:
    for rule in reversed(layer.dates):
        if rule.first <= day <= rule.last:
            return rule.ranges
    if any(_known(region)(day) for region in layer.regions):
        return ()
    return layer.week[day.weekday()]
