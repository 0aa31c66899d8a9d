"""A call over time as SVG: a lane for each leg, with what it hears, what is said there, and what was sent.

Works on what `Emulated.to_json` returns. Long stretches in which nothing begins or ends are cut short.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

Call = Mapping[str, Any]
LONGEST_GAP, CUT_TO = 20.0, 4.0
"""Seconds: a longer stretch without anything is drawn as if it took `CUT_TO`."""
MOST_MARKS = 1500
MARGIN, LANE, NARROWEST, WIDEST = 16, 104, 900, 6000
_ROWS = {"status": (20, 8), "hears": (32, 20), "says": (55, 20), "marks": (84, 0)}
"""Top and height of the rows of a lane, in pixels."""
_BAR_ROWS = {"hears": "hears", "says": "says", "presses": "says", "records": "status"}
_MARKS = {"webhook": "M0 -5 L5 5 L-5 5 Z", "request": "M-5 -5 H5 V5 H-5 Z", "note": "M0 -6 L6 0 L0 6 L-6 0 Z"}
"""Shapes of what has no length."""
LEGEND = (
    ("ringing", "rings"),
    ("talking", "is on the line"),
    ("hears", "hears"),
    ("says", "says or presses"),
    ("webhook", "webhook"),
    ("request", "request to the API"),
    ("note", "note"),
)
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_ROOM = 70  # pixels from one tick to the next, at least


class Scale:
    """Seconds to pixels, with the long stretches cut short."""

    def __init__(self, instants: Sequence[float]) -> None:
        times = sorted({0.0, *instants})
        self.times = times
        self.cuts: list[float] = []
        self._drawn = [0.0]
        for before, after in pairwise(times):
            gap = after - before
            if gap > LONGEST_GAP:
                self.cuts.append(before + gap / 2)
            self._drawn.append(self._drawn[-1] + (CUT_TO if gap > LONGEST_GAP else gap))
        total = max(self._drawn[-1], 1.0)
        self.width = min(max(NARROWEST, round(total * 30)), WIDEST)
        self._pixels = (self.width - 2 * MARGIN) / total

    def x(self, seconds: float) -> float:
        """Pixels from the left."""
        at = min(max(bisect_right(self.times, seconds) - 1, 0), len(self.times) - 1)
        drawn = self._drawn[at]
        if at + 1 < len(self.times):
            share = (seconds - self.times[at]) / (self.times[at + 1] - self.times[at])
            drawn += share * (self._drawn[at + 1] - drawn)
        return round(MARGIN + drawn * self._pixels, 1)

    def ticks(self) -> Iterator[tuple[float, float]]:
        """Round seconds and where they stand, with room between them."""
        step = next((step for step in _STEPS if step * self._pixels >= _ROOM), _STEPS[-1])
        last, seconds, ends = -_ROOM, 0, self.times[-1]
        while seconds <= ends:
            x = self.x(seconds)
            if x - last >= _ROOM * 0.8:
                yield seconds, x
                last = round(x)
            # A cut is stepped over, not walked through.
            following = next((time for time in self.times if time > seconds + LONGEST_GAP), ends + step)
            here = bisect_right(self.times, seconds)
            inside = here < len(self.times) and self.times[here] - seconds > LONGEST_GAP
            seconds = max(seconds + step, int(following // step) * step if inside else 0)


def picture(call: Call) -> str:
    """The SVG."""
    entries = [entry for entry in call["timeline"] if entry["kind"] != "action"][:MOST_MARKS]
    legs = call["legs"]
    instants = [time for entry in entries for time in (entry["at"], entry.get("until")) if time is not None]
    instants += [leg[name] for leg in legs for name in ("started", "answered", "ended") if leg[name] is not None]
    begins = min(instants, default=0.0)
    scale = Scale([time - begins for time in instants])
    height = len(legs) * LANE + 44
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {scale.width} {height}" '
        f'width="{scale.width}" height="{height}">',
        "<title>The call over time</title>",
        f"<desc>{escape(', '.join(leg['name'] + ': ' + leg['outcome'] for leg in legs))}</desc>",
        *_axis(scale, height, begins),
    ]
    lanes = {leg["name"]: 30 + number * LANE for number, leg in enumerate(legs)}
    for leg in legs:
        parts += _lane(leg, lanes[leg["name"]], scale, begins, scale.times[-1] + begins)
    for entry in entries:
        if entry["leg"] in lanes:
            parts += _entry(entry, lanes[entry["leg"]], scale, begins, scale.times[-1] + begins)
    return "\n".join([*parts, "</svg>"])


def shown_time(seconds: float) -> str:
    """`m:ss`, or `h:mm:ss`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _axis(scale: Scale, height: int, begins: float) -> Iterator[str]:
    for seconds, x in scale.ticks():
        yield f'<line class="tick" x1="{x}" x2="{x}" y1="20" y2="{height - 14}"/>'
        yield f'<text class="time" x="{x}" y="14">{shown_time(seconds + begins)}</text>'
    for seconds in scale.cuts:
        x = scale.x(seconds)
        yield (
            f'<g class="cut" transform="translate({x} 0)"><title>time is cut short here</title>'
            f'<path d="M-4 20 V{height - 14} M4 20 V{height - 14}"/><text y="{height - 3}">cut</text></g>'
        )


def _lane(leg: Mapping[str, Any], top: int, scale: Scale, begins: float, ends: float) -> Iterator[str]:
    y, height = _ROWS["status"]
    yield f'<text class="leg" x="{MARGIN}" y="{top + 13}">{escape(leg["name"])} · {escape(leg["outcome"])}</text>'
    ended = leg["ended"] if leg["ended"] is not None else ends
    answered = leg["answered"] if leg["answered"] is not None else ended
    for name, start, end in (("ringing", leg["started"], answered), ("talking", answered, ended)):
        x, right = scale.x(start - begins), scale.x(end - begins)
        if right > x:
            told = f"{name}, {shown_time(start)} to {shown_time(end)}"
            yield (
                f'<rect class="{name}" x="{x}" y="{top + y}" width="{round(right - x, 1)}" height="{height}">'
                f"<title>{told}</title></rect>"
            )


def _entry(entry: Mapping[str, Any], top: int, scale: Scale, begins: float, ends: float) -> Iterator[str]:
    kind = entry["kind"]
    tip = f"<title>{shown_time(entry['at'])} {escape(kind)}: {escape(entry['text'])}</title>"
    x = scale.x(entry["at"] - begins)
    if kind in _MARKS:
        place = f"translate({x} {top + _ROWS['marks'][0]})"
        yield f'<path class="{kind}" d="{_MARKS[kind]}" transform="{place}">{tip}</path>'
        return
    row = _BAR_ROWS.get(kind)
    if row is None or row == "status":
        return
    y, height = _ROWS[row]
    until = entry.get("until")
    right = scale.x((until if until is not None else ends) - begins) if kind != "presses" else x + 12
    width = max(round(right - x, 1), 3.0)
    cut = " short" if entry.get("cut") else ""
    words = str(entry.get("data", {}).get("text") or entry["text"])
    if kind == "presses":
        words = str(entry.get("data", {}).get("keys") or "")
        width = 8.0 + 8.0 * len(words)
    width = min(width, scale.width - x)
    yield (
        f'<svg x="{x}" y="{top + y}" width="{round(width, 1)}" height="{height}" overflow="hidden">{tip}'
        f'<rect class="{kind}{cut}" width="100%" height="100%" rx="3"/>'
        f'<text class="words" x="4" y="14">{escape(words[: int(width / 5) + 1])}</text></svg>'
    )
