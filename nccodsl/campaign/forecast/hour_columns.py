"""Calls by the hour as columns: what both charts draw, and the chart for terminals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from math import ceil

from nccodsl.base.record import Record

_HOUR = 3600
WIDTHS = (1, 2, 3, 4, 6, 12, 24, 48, 168, 336, 672)
"""Hours that a column may stand for."""
_HEIGHT = 8
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_NARROW = 20
_SHOWN = 0.99
_WIDEST = 6
"""Cells of a column, at most."""


class HourColumns(Record):
    """Calls per hour on average, a column each, which stands for `hours`. `begins`: that of the first, in Unix time."""

    begins: int
    hours: int
    heights: tuple[float, ...]


def hour_columns(calls: Mapping[int, float], most: int) -> HourColumns:
    """At most so many columns of calls by the hour, counted from 1970; not empty."""
    first, last = min(calls), max(calls)
    hours = next((one for one in WIDTHS if ceil((last - first + 1) / one) <= most), WIDTHS[-1])
    heights = [0.0] * ceil((last - first + 1) / hours)
    for hour, count in calls.items():
        heights[(hour - first) // hours] += count / hours
    return HourColumns(first * _HOUR, hours, tuple(heights))


def busy_hours(calls: Mapping[int, float]) -> Mapping[int, float]:
    """The hours until 99 of 100 calls have begun: a few late retries would leave no room for the others."""
    wanted = _SHOWN * sum(calls.values())
    found: dict[int, float] = {}
    for hour in sorted(calls):
        if wanted <= 0:
            break
        found[hour] = calls[hour]
        wanted -= calls[hour]
    return found


def chart_hours(calls: Mapping[int, float], width: int) -> int:
    """For how many hours a column stands in a terminal with so many columns."""
    return hour_columns(calls, _room(calls, width)).hours


def _room(calls: Mapping[int, float], width: int) -> int:
    return max(width - len(f"{max(calls.values()):,.0f}") - 3, _NARROW)


def chart_lines(calls: Mapping[int, float], width: int, zone: tzinfo) -> Iterator[str]:
    """Calls per hour, not empty, in so many columns of a terminal; times are those of a zone."""
    columns = hour_columns(calls, _room(calls, width))
    highest = max(columns.heights)
    top = f"{highest:,.0f}"
    wide = min(_room(calls, width) // len(columns.heights), _WIDEST)
    for row in reversed(range(_HEIGHT)):
        label = {_HEIGHT - 1: top, 0: "0"}.get(row, "")
        line = "".join(_cell(height / highest * _HEIGHT - row) * wide for height in columns.heights)
        yield f"{label:>{len(top)}} │{line}".rstrip()
    yield f"{'':>{len(top)}} └{'─' * wide * len(columns.heights)}"
    yield f"{'':>{len(top)}}  {_times(columns, zone, wide, _room(calls, width))}".rstrip()


def _cell(height: float) -> str:
    """The part of a column that is in a row: what there is above its floor, of 1."""
    if height <= 0:
        return " "
    return _EIGHTHS[min(max(round(height * 8), 1), 8)]


def _times(columns: HourColumns, zone: tzinfo, wide: int, room: int) -> str:
    """When columns begin, as far as there is room."""
    line = ""
    for number in range(len(columns.heights)):
        text = time_text(columns.begins + number * columns.hours * _HOUR, zone)
        place = number * wide
        if place >= len(line) + 2 * bool(line) and place + len(text) <= room:
            line = f"{line:<{place}}{text}"
    return line


def time_text(moment: float, zone: tzinfo) -> str:
    """A moment on an axis: `Mon 7 09:00`."""
    local = datetime.fromtimestamp(moment, zone)
    return f"{local:%a} {local.day} {local:%H:%M}"
