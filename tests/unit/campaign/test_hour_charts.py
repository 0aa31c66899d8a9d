"""The charts of a forecast: columns that fit, for terminals without color and as SVG."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from nccodsl.campaign.forecast.hour_chart_svg import hour_chart_svg
from nccodsl.campaign.forecast.hour_columns import WIDTHS, busy_hours, chart_hours, chart_lines, hour_columns

FIRST = 496_118
"""An hour counted from 1970: Thursday, 6 August 2026, 14:00 UTC."""
CALLS = st.dictionaries(st.integers(FIRST, FIRST + 366 * 24), st.floats(0.1, 1e7), min_size=1)


def test_a_chart() -> None:
    calls = {FIRST: 8.0, FIRST + 1: 16.0, FIRST + 3: 1.0}
    assert list(chart_lines(calls, 40, ZoneInfo("Europe/Berlin"))) == [
        "16 │      ██████",
        "   │      ██████",
        "   │      ██████",
        "   │      ██████",
        "   │████████████",
        "   │████████████",
        "   │████████████",
        " 0 │████████████      ▄▄▄▄▄▄",
        "   └────────────────────────",
        "    Thu 6 16:00       Thu 6 19:00",
    ]


def test_late_retries_get_no_room() -> None:
    calls = {FIRST: 500.0, FIRST + 1: 495.0, FIRST + 700: 5.0}
    assert busy_hours(calls) == {FIRST: 500.0, FIRST + 1: 495.0}
    assert busy_hours({FIRST: 1.0, FIRST + 700: 1.0}) == {FIRST: 1.0, FIRST + 700: 1.0}
    assert busy_hours({}) == {}


def test_several_hours_in_a_column() -> None:
    calls = {FIRST + hour: 5.0 for hour in range(100)}
    found = hour_columns(calls, 60)
    assert (found.hours, len(found.heights), set(found.heights)) == (2, 50, {5.0})
    assert chart_hours(calls, 62) == 2


@given(CALLS, st.integers(20, 300))
def test_it_fits_into_the_terminal(calls: dict[int, float], width: int) -> None:
    lines = list(chart_lines(calls, width, UTC))
    assert max(map(len, lines)) <= max(width, 20 + len(f"{max(calls.values()):,.0f}") + 3)
    assert len(lines) == 10
    assert all(line.isprintable() for line in lines)
    columns = hour_columns(calls, width)
    assert sum(columns.heights) * columns.hours == pytest.approx(sum(calls.values()))
    assert columns.hours in WIDTHS
    assert len(columns.heights) <= width


@given(CALLS | st.just({}), st.text())
def test_an_svg_is_xml_and_stays_within_its_frame(calls: dict[int, float], title: str) -> None:
    title = "".join(letter for letter in title if letter.isprintable())
    root = ET.fromstring(hour_chart_svg(calls, title, UTC))
    name = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{name}svg"
    assert root.findtext(f"{name}title") == title
    bars = root.findall(f"{name}rect")
    assert bool(bars) == bool(calls)
    for bar in bars:
        x, y, wide, tall = (float(bar.attrib[one]) for one in ("x", "y", "width", "height"))
        assert x >= 60
        assert x + wide <= 800.1
        assert y >= 39.9
        assert y + tall == pytest.approx(230, abs=0.2)
