"""The moments that exploring begins at: one of each kind that the opening hours of a script tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from nccodsl.analysis.built_in_names import NOW
from nccodsl.clock.hours import LOOK_AHEAD, Hours
from nccodsl.lowering.compiled import Compiled

MOST_KINDS = 24
_MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
"""Where looking begins: no exploration depends on the day that it is made."""
_TIMES = tuple(timedelta(days=day, hours=hour) for day in (0, 5) for hour in (9, 14, 19, 2))
"""For scripts that read `now`: parts of a working day and of a Saturday."""


def moments_of(flow: Compiled, values: Mapping[str, object]) -> list[datetime]:
    """The moments, each of another kind; one for a script that reads no clock. Raises RenderError, Failed."""
    if not flow.reads_clock:
        return [flow.moment(values)]
    scope = flow.binder.convert(values)
    hours = flow.binder.clock.hours(scope)
    found: dict[tuple[object, ...], datetime] = {}
    for moment in _candidates(hours):
        found.setdefault(tuple(one.judge(moment) for one in hours), moment)
        if len(found) >= MOST_KINDS:
            break
    moments = list(found.values())
    if any(name == NOW for name, _ in flow.program.clock):
        zone = flow.binder.clock.zone(scope)
        moments += [_MONDAY.replace(tzinfo=zone) + time for time in _TIMES]
    return moments


def _candidates(hours: list[Hours]) -> Iterator[datetime]:
    """Where the hours may be of another kind: over a week, at their dates, and on the holidays of a year."""
    for one in hours:
        monday = _MONDAY.replace(tzinfo=one.zone)
        yield monday + timedelta(hours=12)
        for change in one.changes(monday):
            if change > monday + timedelta(days=8):
                break
            yield change
        for day in one.dated_days():
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=one.zone)
            yield noon
            for change in one.changes(noon - timedelta(hours=12)):
                if change > noon + timedelta(hours=12):
                    break
                yield change
        yield from (monday + timedelta(days=number, hours=12) for number in range(LOOK_AHEAD))
