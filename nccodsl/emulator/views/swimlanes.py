"""A call over time as SVG: a lane for each leg, with what it hears, what is said there, and what was sent.

Works on what `Emulated.to_json` returns. Places are percents of the width, so the picture fits its window.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from nccodsl.base.record import Record
from nccodsl.emulator.views.bars import (
    BAR_ROWS,
    LINE,
    WAVE_HEIGHT,
    Bar,
    bars_of,
    box,
    drawn,
    kind_of,
    lines_of_row,
    tip,
    told,
    wave_on,
    words_on,
)
from nccodsl.emulator.views.time_scale import Scale, shown_time

Call = Mapping[str, Any]
MOMENTS = ("started", "answered", "ended")
"""Members of a leg that are times."""
FIRST_MARKS, LAST_MARKS = 1000, 500
"""Of a timeline with more entries, those at its beginning and at its end are drawn."""
MOST_TIPS = 600_000
"""Characters of all tooltips together; each gets its share, and the table has the whole texts."""
_AXIS, _NAME, _STATUS, _MARK, _GAP = 30, 20, 8, 18, 4
"""Heights of rows, in pixels. Rows of words have a line for what they hold; those without anything are left out."""
_SHAPES = {
    "webhook": "M0 -5 L5 5 L-5 5 Z",
    "request": "M-5 -5 H5 V5 H-5 Z",
    "note": "M-5 -6 H2 L5 -3 V6 H-5 Z M2 -6 V-3 H5 M-2.5 0 H2.5 M-2.5 3 H2.5",
    "problem": "M0 -6 L6 0 L0 6 L-6 0 Z",
}
"""Shapes of what has no length: a note is a sheet of paper."""
_ROWS = ("hears", "says", "webhook", "note")
_MARK_ROWS = {"webhook": "webhook", "request": "note", "note": "note"}
"""Webhooks have a row of their own, so that they hide no note."""
_SIDE, _FARTHEST = 14, 56
"""Pixels from one mark to the next, and how far one may be moved aside to be seen."""
_END = "M0 -3 V11 M-4 -3 H4 M-4 11 H4"
_CUT_LABEL = 64  # pixels that one takes
_NOTE_FROM, _NOTE = 80, 300  # pixels that the words of a note need, and may take
_SMALL = '<svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">{}</svg>'
_SQUARE = '<rect class="{}" x="-6" y="-6" width="12" height="12" rx="2"/>'
ENDERS = {"platform": " by the platform", "user": " by the callee"}


class LaneRow(Record):
    """A part of a lane; of its `height`, the last `wave` pixels are for waveforms."""

    top: int
    height: int
    wave: int = 0


class Lane(Record):
    """Where a leg is drawn: `rows` are those that have something, with the bars and marks in them."""

    leg: Mapping[str, Any]
    top: int
    bottom: int
    rows: dict[str, LaneRow]
    bars: dict[str, list[Bar]]
    marks: dict[str, list[Mapping[str, Any]]]


class DrawnCall(Record):
    """An SVG. `knees` are seconds of the timeline and percents of the width between which time goes evenly.

    `lanes`: the pixels where each leg's begins and ends.
    """

    svg: str
    knees: list[tuple[float, float]]
    lanes: list[tuple[int, int]]


def picture(call: Call, *, head: bool = False) -> DrawnCall:
    """The picture of a call. `head`: with the line that moves while it is played."""
    entries = [entry for entry in call["timeline"] if entry["kind"] != "action"]
    few = len(entries) <= FIRST_MARKS + LAST_MARKS
    shown = entries if few else entries[:FIRST_MARKS] + entries[-LAST_MARKS:]
    instants = [time for entry in entries for time in (entry["at"], entry.get("until")) if time is not None]
    instants += [leg[name] for leg in call["legs"] for name in MOMENTS if leg[name] is not None]
    begins = min(instants, default=0.0)
    scale = Scale([time - begins for time in instants])
    lanes = list(_lanes(call["legs"], shown, scale, begins))
    height = (lanes[-1].bottom if lanes else _AXIS) + 16
    whole = height if few else height + 18
    names = escape(", ".join(f"{leg['name']}: {leg['outcome']}" for leg in call["legs"]))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lanes" role="img" width="100%" height="{whole}" '
        f'style="--seconds: {round(scale.seconds)}">',
        "<title>Timeline of the call</title>",
        f"<desc>{names}</desc>",
        *_axis(scale, height, begins),
    ]
    longest = MOST_TIPS // max(len(shown), 1)
    for lane in lanes:
        parts += _status(lane, scale, begins, scale.times[-1] + begins)
        for name, bars in lane.bars.items():
            parts += _bars(bars, lane.rows[name], scale, begins, longest)
        for name, marks in lane.marks.items():
            parts += _marks(marks, lane.rows[name].top, scale, begins, longest)
    if head:
        parts.append(f'<line class="head" x1="0%" x2="0%" y1="18" y2="{height - 14}"/>')
    if not few:
        text = f"The picture shows the first {FIRST_MARKS:,} and the last {LAST_MARKS} of {len(entries):,} entries."
        parts.append(f'<text class="fewer" y="{whole - 5}">{text} The table shows all of them.</text>')
    knees = [(seconds + begins, x) for seconds, x in scale.knees()]
    return DrawnCall("\n".join([*filter(None, parts), "</svg>"]), knees, [(lane.top, lane.bottom) for lane in lanes])


def _bars(bars: Sequence[Bar], row: LaneRow, scale: Scale, begins: float, longest: int) -> Iterator[str]:
    """The bars of one row; then their waveforms and words, which are over all of them."""
    yield from (drawn(bar, row.top, row.height, longest) for bar in bars)
    words = row.height - row.wave
    yield from (wave_on(bar, row.top + words - 2, scale, begins) for bar in bars)
    yield f'<g style="--lines: {words // LINE}">'
    yield from (words_on(bar, row.top, words, scale) for bar in bars)
    yield "</g>"


def legend(call: Call) -> Iterator[tuple[str, str]]:
    """A small picture of each thing that is drawn in this call, and what it means."""
    kinds = {_look(entry) for entry in call["timeline"]}
    squares = {"ringing": "rings", "talking": "is on the line", "hears": "hears", "says": "says or presses"}
    for name, meaning in squares.items():
        if name in ("ringing", "talking") or name in kinds or (name == "says" and "presses" in kinds):
            yield _SMALL.format(_SQUARE.format(name)), meaning
    if any(entry.get("cut") for entry in call["timeline"]):
        torn = _SQUARE.format("hears") + '<path class="torn" d="M-3 6 L1 -6 M1 6 L5 -6"/>'
        yield _SMALL.format(torn), "cut short"
    yield _SMALL.format(f'<path class="end" d="{_END}" transform="translate(0 -4)"/>'), "ended"
    marks = {
        "webhook": "webhook",
        "webhook unsent": "webhook not sent",
        "request": "request to the API",
        "note": "note",
        "problem": "problem",
    }
    for name, meaning in marks.items():
        if name in kinds:
            yield _SMALL.format(f'<path class="{name}" d="{_SHAPES[name.split()[0]]}"/>'), meaning


def _look(entry: Mapping[str, Any]) -> str:
    """The class of what an entry is drawn as."""
    kind = kind_of(entry)
    return f"{kind} unsent" if kind == "webhook" and entry.get("data", {}).get("sent") is False else kind


def _lanes(
    legs: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]], scale: Scale, begins: float
) -> Iterator[Lane]:
    """The lanes, each as high as what is in it."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries:
        if row := BAR_ROWS.get(entry["kind"]) or _MARK_ROWS.get(entry["kind"]):
            found[entry["leg"], row].append(entry)
    top = _AXIS
    for leg in legs:
        inside = {row: found[leg["name"], row] for row in _ROWS if found[leg["name"], row]}
        bars = {row: bars_of(inside[row], scale, begins) for row in inside if row in BAR_ROWS}
        marks = {row: inside[row] for row in inside if row not in BAR_ROWS}
        y, rows = top + _NAME + _STATUS + _GAP, {}
        for row in inside:
            rows[row] = _row(y, bars[row]) if row in bars else LaneRow(y, _MARK)
            y += rows[row].height + _GAP
        yield Lane(leg, top, y, rows, bars, marks)
        top = y + 2 * _GAP


def _row(top: int, bars: Sequence[Bar]) -> LaneRow:
    """A row as high as its bars."""
    wave = WAVE_HEIGHT if any(bar.wave is not None for bar in bars) else 0
    return LaneRow(top, LINE * lines_of_row(bars) + 7 + wave, wave)


def _axis(scale: Scale, height: int, begins: float) -> Iterator[str]:
    for seconds, x in scale.ticks():
        yield f'<line class="tick" x1="{x}%" x2="{x}%" y1="20" y2="{height - 14}"/>'
        yield f'<text class="time" x="{x}%" y="14">{shown_time(seconds + begins)}</text>'
    last = -100.0
    for seconds, length in scale.cuts:
        x = scale.x(seconds)
        label = f"{shown_time(length)} cut"
        text = f'<text y="{height - 3}">{label}</text>' if x - last >= 100 * _CUT_LABEL / scale.width else ""
        last = x if text else last
        yield (
            f'<svg class="cut" x="{x}%" overflow="visible"><title>time is shortened here: {label}</title>'
            f'<path d="M-4 20 V{height - 14} M4 20 V{height - 14}"/>{text}</svg>'
        )


def _status(lane: Lane, scale: Scale, begins: float, ends: float) -> Iterator[str]:
    leg, y = lane.leg, lane.top + _NAME
    yield f'<text class="leg" y="{lane.top + 13}">{escape(leg["name"])} · {escape(leg["outcome"])}</text>'
    ended = leg["ended"] if leg["ended"] is not None else ends
    answered = leg["answered"] if leg["answered"] is not None else ended
    for name, start, end in (("ringing", leg["started"], answered), ("talking", answered, ended)):
        x, right = scale.x(start - begins), scale.x(end - begins)
        if right > x:
            text = f"{name}, {shown_time(start)} to {shown_time(end)}"
            yield (
                f'<rect class="{name}" x="{x}%" y="{y}" width="{round(right - x, 3)}%" height="{_STATUS}">'
                f"<title>{text}</title></rect>"
            )
    if leg["ended"] is not None:
        text = f"ended at {shown_time(leg['ended'])}{ENDERS.get(leg['ended_by'] or '', '')}"
        yield _at(scale.x(leg["ended"] - begins), y, f'<path class="end" d="{_END}"><title>{text}</title></path>')


def _marks(marks: Sequence[Mapping[str, Any]], top: int, scale: Scale, begins: float, longest: int) -> Iterator[str]:
    """Marks of one row, side by side where they would hide each other, and the words of notes behind them."""
    percents = [scale.x(entry["at"] - begins) for entry in marks]
    pixels = [x * scale.width / 100 for x in percents]
    seen = _side_by_side(pixels, scale.width + _MARK / 2)
    for entry, x, at, place, after in zip(marks, percents, pixels, seen, [*seen[1:], scale.width], strict=True):
        aside = round(place - at, 1)
        look = _look(entry)
        shape = f'<path class="{look}" d="{_SHAPES[look.split()[0]]}" transform="translate({aside} 0)">'
        yield _at(x, top + _MARK // 2, f"{shape}{tip(entry, longest)}</path>")
        room = min(after - place - 2 * _SIDE, _NOTE)
        if entry["kind"] == "note" and room >= _NOTE_FROM:
            where = f'x="{aside + 9}" width="{round(room * 100 / scale.width, 3)}%" height="{_MARK}"'
            yield _at(x, top, box(where, f'<div class="aside" dir="auto">{escape(told(entry)[:_NOTE])}</div>'))


def _side_by_side(places: Sequence[float], end: float) -> list[float]:
    """The places of marks, moved to the right where they would hide each other, and to the left at the end."""
    seen: list[float] = []
    for place in places:
        beside = max(place, seen[-1] + _SIDE) if seen else place
        seen.append(beside if beside - place <= _FARTHEST else place)
    for number in range(len(seen) - 1, -1, -1):
        moved = min(seen[number], end)
        if places[number] - moved <= _FARTHEST:
            seen[number] = moved
        end = seen[number] - _SIDE
        if number and seen[number - 1] <= end:
            break
    return seen


def _at(x: float, y: float, inside: str) -> str:
    """Something at a point."""
    return f'<svg x="{x}%" y="{y}" overflow="visible">{inside}</svg>'
