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
MOMENTS = ("started", "answered", "ended")
"""Members of a leg that are times."""
FIRST_MARKS, LAST_MARKS = 1000, 500
"""Of a timeline with more entries, those at its beginning and at its end are drawn."""
MOST_TIPS = 600_000
"""Characters of all tooltips together; each gets its share, and the table has the whole texts."""
MARGIN, LANE, NARROWEST, WIDEST = 16, 116, 900, 6000
_ROWS = {"status": (20, 8), "hears": (32, 20), "says": (55, 20)}
"""Top and height of the rows of a lane, in pixels."""
_BAR_ROWS = {"hears": "hears", "says": "says", "presses": "says"}
_MARKS = {
    "webhook": (84, "M0 -5 L5 5 L-5 5 Z"),
    "request": (98, "M-5 -5 H5 V5 H-5 Z"),
    "note": (98, "M0 -6 L6 0 L0 6 L-6 0 Z"),
}
"""Top and shape of what has no length. Webhooks have a row of their own, so that they hide no note."""
_SIDE, _FARTHEST = 12, 48
"""Pixels from one mark to the next, and how far one may be moved to the right to be seen."""
_END = "M0 -3 V11 M-4 -3 H4 M-4 11 H4"
_TORN = 14  # pixels at the end of what was cut
_WORDS_FROM = 14  # pixels of a bar that has room for words
_CUT_LABEL = 64  # pixels that one takes
_SMALL = '<svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">{}</svg>'
_SQUARE = '<rect class="{}" x="-6" y="-6" width="12" height="12" rx="2"/>'
ENDERS = {"platform": " by the platform", "user": " by the callee"}
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_ROOM = 70  # pixels from one tick to the next, at least


class Scale:
    """Seconds to pixels, with the long stretches cut short."""

    def __init__(self, instants: Sequence[float]) -> None:
        times = sorted({0.0, *instants})
        self.times = times
        self.cuts: list[tuple[float, float]] = []
        """Middle and length of each, in seconds."""
        self._drawn = [0.0]
        for before, after in pairwise(times):
            gap = after - before
            if gap > LONGEST_GAP:
                self.cuts.append((before + gap / 2, gap))
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
    entries = [entry for entry in call["timeline"] if entry["kind"] != "action"]
    legs = call["legs"]
    few = len(entries) <= FIRST_MARKS + LAST_MARKS
    drawn = entries if few else entries[:FIRST_MARKS] + entries[-LAST_MARKS:]
    instants = [time for entry in entries for time in (entry["at"], entry.get("until")) if time is not None]
    instants += [leg[name] for leg in legs for name in MOMENTS if leg[name] is not None]
    begins = min(instants, default=0.0)
    scale = Scale([time - begins for time in instants])
    height = len(legs) * LANE + 48
    whole = height if few else height + 18
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {scale.width} {whole}" '
        f'width="{scale.width}" height="{whole}">',
        "<title>The call over time</title>",
        f"<desc>{escape(', '.join(leg['name'] + ': ' + leg['outcome'] for leg in legs))}</desc>",
        *_axis(scale, height, begins),
    ]
    lanes = {leg["name"]: 30 + number * LANE for number, leg in enumerate(legs)}
    for leg in legs:
        parts += _lane(leg, lanes[leg["name"]], scale, begins, scale.times[-1] + begins)
    longest = MOST_TIPS // max(len(drawn), 1)
    taken: dict[float, float] = {}
    for entry in drawn:
        if entry["leg"] not in lanes:
            continue
        top, x = lanes[entry["leg"]], scale.x(entry["at"] - begins)
        if entry["kind"] in _MARKS:
            y = top + _MARKS[entry["kind"]][0]
            taken[y] = x = _beside(x, taken.get(y), scale.width)
            parts.append(_mark(entry, x, y, longest))
        elif entry["kind"] in _BAR_ROWS:
            until = entry.get("until")
            right = scale.x(until - begins if until is not None else scale.times[-1])
            parts.append(_bar(entry, x, right, top, scale.width, longest))
    if not few:
        told = f"Drawn are the first {FIRST_MARKS:,} and the last {LAST_MARKS} of {len(entries):,} entries."
        parts.append(f'<text class="fewer" x="{MARGIN}" y="{whole - 5}">{told} The table has all.</text>')
    return "\n".join([*parts, "</svg>"])


def legend() -> Iterator[tuple[str, str]]:
    """A small picture of each thing that is drawn, and what it means."""
    squares = {"ringing": "rings", "talking": "is on the line", "hears": "hears", "says": "says or presses"}
    for name, meaning in squares.items():
        yield _SMALL.format(_SQUARE.format(name)), meaning
    yield _SMALL.format(_SQUARE.format("hears") + '<path class="torn" d="M-3 6 L1 -6 M1 6 L5 -6"/>'), "cut short"
    yield _SMALL.format(f'<path class="end" d="{_END}" transform="translate(0 -4)"/>'), "ended"
    marks = {
        "webhook": "webhook",
        "webhook unsent": "webhook not sent",
        "request": "request to the API",
        "note": "note",
    }
    for name, meaning in marks.items():
        yield _SMALL.format(f'<path class="{name}" d="{_MARKS[name.split()[0]][1]}"/>'), meaning


def told(entry: Mapping[str, Any]) -> str:
    """The text of an entry, with what came back."""
    answer = entry.get("data", {}).get("answer")
    return f"{entry['text']} ({answer})" if answer else str(entry["text"])


def shown_time(seconds: float) -> str:
    """`m:ss`, or `h:mm:ss`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _axis(scale: Scale, height: int, begins: float) -> Iterator[str]:
    for seconds, x in scale.ticks():
        yield f'<line class="tick" x1="{x}" x2="{x}" y1="20" y2="{height - 14}"/>'
        yield f'<text class="time" x="{x}" y="14">{shown_time(seconds + begins)}</text>'
    last = -float(_CUT_LABEL)
    for seconds, length in scale.cuts:
        x = scale.x(seconds)
        label = f"{shown_time(length)} cut"
        text = f'<text y="{height - 3}">{label}</text>' if x - last >= _CUT_LABEL else ""
        last = x if text else last
        yield (
            f'<g class="cut" transform="translate({x} 0)"><title>time is cut short here: {label}</title>'
            f'<path d="M-4 20 V{height - 14} M4 20 V{height - 14}"/>{text}</g>'
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
    if leg["ended"] is not None:
        place = f"translate({scale.x(leg['ended'] - begins)} {top + y})"
        told_end = f"ended at {shown_time(leg['ended'])}{ENDERS.get(leg['ended_by'] or '', '')}"
        yield f'<path class="end" d="{_END}" transform="{place}"><title>{told_end}</title></path>'


def _beside(x: float, before: float | None, width: int) -> float:
    """Where a mark can be seen beside the one before it in its row; where it belongs if that is too far."""
    beside = x if before is None else max(x, before + _SIDE)
    return round(beside if beside - x <= _FARTHEST and beside <= width - 6 else x, 1)


def _tip(entry: Mapping[str, Any], longest: int) -> str:
    text = told(entry)
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return f"<title>{shown_time(entry['at'])} {escape(entry['kind'])}: {escape(short)}</title>"


def _mark(entry: Mapping[str, Any], x: float, y: float, longest: int) -> str:
    kind = entry["kind"]
    unsent = " unsent" if entry.get("data", {}).get("sent") is False else ""
    shape, tip = _MARKS[kind][1], _tip(entry, longest)
    return f'<path class="{kind}{unsent}" d="{shape}" transform="translate({x} {y})">{tip}</path>'


def _bar(entry: Mapping[str, Any], x: float, right: float, top: int, whole: int, longest: int) -> str:
    kind, data = entry["kind"], entry.get("data", {})
    y, height = _ROWS[_BAR_ROWS[kind]]
    if kind == "presses":
        words = str(data.get("keys") or "")
        width = 8.0 + 8.0 * len(words)
    else:
        words = str(data.get("text") or entry["text"])
        width = max(right - x, 3.0)
    width = round(min(width, whole - x), 1)
    shape = f'<rect class="{kind}" width="100%" height="100%" rx="3"/>'
    shown = escape(words[: int(width / 5) + 1])
    text = f'<text class="words" x="4" y="14">{shown}</text>' if width >= _WORDS_FROM else ""
    torn = _torn(kind, width, height) if entry.get("cut") else ""
    return (
        f'<svg x="{x}" y="{top + y}" width="{width}" height="{height}" overflow="hidden">'
        f"{_tip(entry, longest)}{shape}{text}{torn}</svg>"
    )


def _torn(kind: str, width: float, height: int) -> str:
    """The hatched end of a bar, over its words."""
    left = round(max(width - _TORN, 0.0), 1)
    lines = " ".join(f"M{round(left + at, 1)} {height} l5 -{height}" for at in (0, 5, 10))
    return (
        f'<rect class="{kind}" x="{left}" width="{round(width - left, 1)}" height="{height}"/>'
        f'<path class="torn" d="{lines}"/>'
    )
