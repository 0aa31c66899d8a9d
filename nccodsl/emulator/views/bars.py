"""What takes time in a leg's lane (prompts, speech, keys) and the words on it, which wrap into the room there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from math import sqrt
from typing import Any

from nccodsl.base.record import Record
from nccodsl.emulator.core.sounds import language_of
from nccodsl.emulator.core.waves import LOUDEST, Wave
from nccodsl.emulator.views.time_scale import Scale, shown_time

BAR_ROWS = {"hears": "hears", "says": "says", "presses": "says"}
"""The kinds of entries that are drawn as bars, and the row of each."""
LINE = 13
"""Pixels of a line of words."""
WAVE = "wave"
"""The member of an entry that holds its Wave, where one is known."""
WAVE_HEIGHT = 20
"""Pixels that a waveform has in a bar, below its words."""
_MOST_LINES = 10
_LETTER = 5.6  # pixels of a letter, on average
_EDGE = 8  # pixels that a bar has beside its words
_WORDS_FROM = 40  # pixels that words need
_LOOSE = 170  # pixels that the words of a short bar may take, where nothing follows
_TORN = 14  # pixels at the end of what was cut
_KEY, _MOST_KEYS = 8, 12
_MOST_WORDS = 400  # letters; more have no room in any bar
_COLUMN, _MOST_COLUMNS = 3, 500  # pixels of a column of a waveform, and how many one has


class Bar(Record):
    """`x` and `width` in percents, `room` in pixels: what its words may take. `language` of a prompt, or empty."""

    entry: Mapping[str, Any]
    x: float
    width: float
    room: float
    words: str
    language: str

    @property
    def wave(self) -> Wave | None:
        """How it sounds. Keys have none: a bar of them shows no time."""
        return self.entry.get(WAVE) if self.entry["kind"] != "presses" else None

    @property
    def lines(self) -> int:
        """How many lines the words need, about."""
        if self.room < _WORDS_FROM:
            return 1
        letters = max(int((self.room - _EDGE) / _LETTER), 1)
        # A line ends before the word that does not fit: some four letters stay empty.
        needed = -(-len(self.words) * (1 + 4 / letters) // letters) + bool(self.language)
        return max(1, min(int(needed), _MOST_LINES))


def bars_of(entries: Iterable[Mapping[str, Any]], scale: Scale, begins: float) -> list[Bar]:
    """The bars of one row, which begins one after the other."""
    row = sorted(entries, key=lambda entry: entry["at"])
    starts = [scale.x(entry["at"] - begins) for entry in row] + [100.0]
    return [_bar(entry, x, after, scale, begins) for entry, (x, after) in zip(row, pairwise(starts), strict=True)]


def _bar(entry: Mapping[str, Any], x: float, after: float, scale: Scale, begins: float) -> Bar:
    data, until = entry.get("data", {}), entry.get("until")
    if entry["kind"] == "presses":
        words = str(data.get("keys") or "")
        words = words if len(words) <= _MOST_KEYS else words[: _MOST_KEYS - 1] + "…"
        width = _keys_width(words) * 100 / scale.width
        return Bar(entry, min(x, max(100 - width, 0.0)), width, 0, words, "")
    right = scale.x(until - begins if until is not None else scale.times[-1])
    width = max(right - x, 0.3)
    own, free = width * scale.width / 100, (after - x) * scale.width / 100
    # The words of a short bar go on behind it, up to the next one.
    room = own if own >= _LOOSE or entry.get("cut") else max(min(free, _LOOSE), min(own, free))
    return Bar(entry, x, width, round(room), str(data.get("text") or entry["text"]), language_of(data))


def _keys_width(keys: str) -> int:
    """Pixels of a bar of keys: pressing them takes no time that could be seen."""
    return _EDGE + _KEY * len(keys)


def lines_of_row(row: Sequence[Bar]) -> int:
    """How many lines of words the row has."""
    return max((bar.lines for bar in row), default=0)


def drawn(bar: Bar, top: int, height: int, longest: int) -> str:
    """The SVG of a bar; the tooltip has at most `longest` letters."""
    kind = bar.entry["kind"]
    width = f"{_keys_width(bar.words)}" if kind == "presses" else f"{round(min(bar.width, 100 - bar.x), 3)}%"
    place = f'<svg x="{bar.x}%" y="{top}" width="{width}" height="{height}">'
    torn = _torn(kind, height) if bar.entry.get("cut") else ""
    return f'{place}{tip(bar.entry, longest)}<rect class="{kind}" width="100%" height="100%" rx="3"/>{torn}</svg>'


def wave_on(bar: Bar, top: int, scale: Scale, begins: float) -> str:
    """The waveform of a bar, which takes its width, or nothing."""
    wave, at = bar.wave, bar.entry["at"] - begins
    if wave is None:
        return ""
    width = round(min(bar.width, 100 - bar.x), 3)
    count = max(1, min(round(width * scale.width / 100 / _COLUMN), _MOST_COLUMNS))
    edges = [scale.seconds_at(bar.x + width * number / count) - at for number in range(count + 1)]
    half = WAVE_HEIGHT // 2
    columns = []
    for number, (begin, end) in enumerate(pairwise(edges)):
        # Quiet speech is seen, too: the square root is nearer to how loud it seems.
        high = round(half * sqrt(wave.loudest(max(begin, 0.0), end) / LOUDEST))
        if high:
            columns.append(f"M{_COLUMN * number} {half - high}h2v{2 * high}h-2z")
    if not columns:
        return ""
    return (
        f'<svg x="{bar.x}%" y="{top}" width="{width}%" height="{WAVE_HEIGHT}" preserveAspectRatio="none" '
        f'viewBox="0 0 {_COLUMN * count} {WAVE_HEIGHT}"><path class="wave-{bar.entry["kind"]}" d="{"".join(columns)}"/>'
        "</svg>"
    )


def words_on(bar: Bar, top: int, height: int, scale: Scale) -> str:
    """The words of a bar as a box of their own, or nothing where they have no room."""
    if bar.entry["kind"] == "presses":
        keys = f'<text class="keys" x="4" y="14">{escape(bar.words)}</text>'
        return f'<svg x="{bar.x}%" y="{top}" overflow="visible">{keys}</svg>'
    if bar.room < _WORDS_FROM:
        return ""
    width = round(min(bar.room * 100 / scale.width, 100 - bar.x), 3)
    tag = f"<b>{escape(bar.language)}</b> " if bar.language else ""
    said_in = f' lang="{escape(bar.language)}"' if bar.language else ""
    return box(
        f'x="{bar.x}%" y="{top}" width="{width}%" height="{height}"',
        f'<div class="words"{said_in} dir="auto">{tag}{escape(bar.words[:_MOST_WORDS])}</div>',
    )


def box(place: str, inside: str) -> str:
    """HTML in the picture: there texts wrap."""
    return (
        f'<foreignObject {place}><div xmlns="http://www.w3.org/1999/xhtml" class="box">{inside}</div></foreignObject>'
    )


def tip(entry: Mapping[str, Any], longest: int) -> str:
    """The tooltip of an entry."""
    text = told(entry)
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return f"<title>{shown_time(entry['at'])} {escape(kind_of(entry))}: {escape(short)}</title>"


def kind_of(entry: Mapping[str, Any]) -> str:
    """What an entry is for people: a note with a code reports a problem."""
    return "problem" if entry["kind"] == "note" and entry.get("data", {}).get("code") else str(entry["kind"])


def told(entry: Mapping[str, Any]) -> str:
    """The text of an entry, with the code of a problem, the language of a prompt, and with what came back."""
    data, text = entry.get("data", {}), str(entry["text"])
    if kind_of(entry) == "problem":
        text = f"{data['code']} {text}"
    if "language" not in data and (language := language_of(data)):
        words = f"“{data.get('text', '')}”"
        text = text.replace(words, f"{words} in {language}", 1)
    return f"{text} ({data['answer']})" if data.get("answer") else text


def _torn(kind: str, height: int) -> str:
    """The hatched end of a bar."""
    lines = " ".join(f"M{at - _TORN} {height} l5 -{height}" for at in (0, 5, 10))
    return (
        f'<svg x="100%" overflow="visible"><rect class="{kind}" x="-{_TORN}" width="{_TORN}" height="{height}"/>'
        f'<path class="torn" d="{lines}"/></svg>'
    )
