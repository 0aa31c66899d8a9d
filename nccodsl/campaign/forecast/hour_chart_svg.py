"""Calls by the hour as SVG: a file of its own, that needs no script and no fonts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from html import escape

from nccodsl.campaign.forecast.hour_columns import busy_hours, hour_columns, time_text

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 800, 260, 60, 30, 40
_COLUMNS = 180
_LABELS = 6
_STYLE = (
    "text{font:12px sans-serif;fill:#333}.title{font-size:14px}rect{fill:#2a6fb0}line{stroke:#888}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}rect{fill:#6aa9e6}}"
)


def hour_chart_svg(calls: Mapping[int, float], title: str, zone: tzinfo) -> str:
    """Calls by the hour, counted from 1970, as a document; times are those of a zone."""
    return "\n".join(_parts(calls, title, zone)) + "\n"


def _parts(calls: Mapping[int, float], title: str, zone: tzinfo) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" role="img">'
    )
    yield f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    yield f'<text class="title" x="{_LEFT}" y="20">{escape(title)}</text>'
    floor = _HEIGHT - _BOTTOM
    yield f'<line x1="{_LEFT}" y1="{floor}" x2="{_WIDTH}" y2="{floor}"/>'
    if calls:
        columns = hour_columns(busy_hours(calls), _COLUMNS)
        highest = max(columns.heights)
        wide = (_WIDTH - _LEFT) / len(columns.heights)
        yield f'<text x="{_LEFT - 6}" y="{_TOP + 10}" text-anchor="end">{highest:,.0f}</text>'
        yield f'<text x="{_LEFT - 6}" y="{floor}" text-anchor="end">0</text>'
        labelled = max(len(columns.heights) // _LABELS, 1)
        for number, height in enumerate(columns.heights):
            when = time_text(columns.begins + number * columns.hours * 3600, zone)
            x, tall = _LEFT + number * wide, height / highest * (floor - _TOP)
            if tall:
                yield (
                    f'<rect x="{x:.1f}" y="{floor - tall:.1f}" width="{max(wide - 1, 0.5):.1f}" height="{tall:.1f}">'
                    f"<title>{when}: {height:,.0f} calls per hour</title></rect>"
                )
            if number % labelled == 0 and number * wide < _WIDTH - _LEFT - 80:
                yield f'<text x="{x:.1f}" y="{_HEIGHT - 10}">{when}</text>'
    yield "</svg>"
