"""What plays the sound of a call on its page: a button, a slider, the choice of a leg, and the script behind them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from html import escape
from typing import Any

from nccodsl.base.package_data import package_data
from nccodsl.emulator.views.bars import BAR_ROWS
from nccodsl.emulator.views.lines import clock
from nccodsl.emulator.views.page_sound import PageSound
from nccodsl.emulator.views.swimlanes import DrawnCall
from nccodsl.emulator.views.time_scale import shown_time

Leg = Mapping[str, Any]
_EMBEDDED = "data:"


def player(legs: Sequence[Leg], sound: PageSound, picture: DrawnCall) -> Iterator[str]:
    """The controls. Places in time are seconds of the sound, which begins with the first leg."""
    began = legs[0]["started"]
    knees = [[round(seconds - began, 3), x] for seconds, x in picture.knees]
    end = f"{sound.seconds:.1f}"
    yield (
        f'<div class="player" role="group" aria-label="Sound of the call" data-seconds="{end}" '
        f'data-knees="{json.dumps(knees, separators=(",", ":"))}" '
        f'data-lanes="{json.dumps(picture.lanes, separators=(",", ":"))}">'
    )
    yield '<button type="button" class="play">Play</button>'
    yield f'<input type="range" min="0" max="{end}" step="any" value="0" aria-label="Position">'
    yield f'<span class="clock">0:00 / {shown_time(sound.seconds)}</span>'
    heard = [(number, leg["name"]) for number, leg in enumerate(legs) if _track(sound, number)]
    options = "".join(f'<option value="{number}">{escape(name)}</option>' for number, name in heard)
    if len(heard) > 1:
        yield f"<label>Heard at <select>{options}</select></label>"
    for number, _ in heard:
        track = escape(_track(sound, number))
        source = f'src="{track}"' if track.startswith(_EMBEDDED) else f'data-source="{track}"'
        yield f'<audio preload="none" data-leg="{number}" {source}></audio>'
    yield '<p role="status">Click into a lane to hear the call there, or on a time below to hear that part alone.</p>'
    yield "</div>"


def play_button(entry: Mapping[str, Any], legs: Sequence[Leg], sound: PageSound) -> str:
    """The time of an entry as a button that plays it, or nothing where it cannot be played."""
    number = next((number for number, leg in enumerate(legs) if leg["name"] == entry["leg"]), -1)
    if entry["kind"] not in BAR_ROWS or number < 0 or not _track(sound, number):
        return ""
    began = legs[0]["started"]
    at, until = entry["at"] - began, entry.get("until")
    if at >= sound.seconds:
        return ""
    ends = f' data-until="{round(until - began, 3)}"' if until is not None else ""
    time = clock(entry["at"])
    return (
        f'<button type="button" class="part" data-at="{round(at, 3)}"{ends} data-leg="{number}" '
        f'aria-label="Play {time}">{time}</button>'
    )


def script() -> str:
    """The script of the page."""
    return f"<script>{_code()}</script>"


def media_policy(sound: PageSound) -> str:
    """What a page with sound may do: run its script, and play its tracks."""
    runs = f"script-src 'sha256-{b64encode(sha256(_code().encode()).digest()).decode()}'"
    if any(track.startswith(_EMBEDDED) for track in sound.tracks):
        return f"{runs}; media-src data:"
    # A track is fetched whole: parts of it can be played only so where a server does not send parts.
    return f"{runs}; connect-src 'self'; media-src blob:"


def _track(sound: PageSound, number: int) -> str:
    return sound.tracks[number] if number < len(sound.tracks) else ""


@lru_cache(maxsize=1)
def _code() -> str:
    return package_data(__file__, "page.js").decode()
