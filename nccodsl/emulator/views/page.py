"""A call as a web page of its own: how it went, a picture of it over time, and every entry of its timeline.

One file without anything from elsewhere, and without scripts where there is no sound to play. Works on what
`Emulated.to_json` returns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from itertools import zip_longest
from typing import Any

from nccodsl.base.package_data import package_data
from nccodsl.base.plural import counted
from nccodsl.emulator.views.bars import WAVE, kind_of, told
from nccodsl.emulator.views.lines import clock
from nccodsl.emulator.views.page_sound import SILENT, PageSound
from nccodsl.emulator.views.sound_player import media_policy, play_button, player, script
from nccodsl.emulator.views.swimlanes import ENDERS, MOMENTS, legend, picture

Call = Mapping[str, Any]
_HEADS = "".join(f'<th scope="col">{head}</th>' for head in ("Time", "Leg", "What", "Words", "Until"))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page loads nothing and runs nothing but its own script, even if a text should get into it as something else."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def to_html(call: Call, title: str = "A call", sound: PageSound = SILENT) -> str:
    """The page. `title` stands before the name of the first leg in the title of the window."""
    clean: Call = _clean(call)
    legs = clean["legs"]
    number = counted(len(legs), "leg")
    name = legs[0]["name"] if legs else title
    shown = picture(_with_waves(clean, sound), head=sound.plays)
    policy = f"{_POLICY}; {media_policy(sound)}" if sound.plays else _POLICY
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}: {escape(name)}</title>",
            f"<style>\n{_style()}</style></head><body><main>",
            f"<h1><bdi>{escape(name)}</bdi>: {escape(clean['outcome'])}</h1>",
            f"<p>{clock(clean['seconds'])} long, {number}</p>",
            f'<ul class="legs">{"".join(map(_leg, legs))}</ul>',
            *(player(legs, sound, shown) if sound.plays else ()),
            '<div class="picture" tabindex="0" role="region" aria-label="Timeline of the call (scrollable)">',
            f"{shown.svg}</div>",
            f'<ul class="legend">{"".join(f"<li>{small}{meaning}</li>" for small, meaning in legend(clean))}</ul>',
            f"<table><caption>Full timeline</caption><thead><tr>{_HEADS}</tr></thead><tbody>",
            *(_row(entry, play_button(entry, legs, sound)) for entry in clean["timeline"]),
            f"</tbody></table></main>{script() if sound.plays else ''}</body></html>",
            "",
        ]
    )


def _with_waves(call: Call, sound: PageSound) -> Call:
    """The call, each entry with its wave."""
    waved = [
        {**entry, WAVE: wave} if wave is not None else entry
        for entry, wave in zip_longest(call["timeline"], sound.waves)
    ]
    return {**call, "timeline": waved}


@lru_cache(maxsize=1)
def _style() -> str:
    return package_data(__file__, "page.css").decode()


def _leg(leg: Mapping[str, Any]) -> str:
    parts = [f"<bdi>{escape(leg['name'])}</bdi>, {escape(leg['direction'])}: {escape(leg['outcome'])}"]
    parts += [f"{done} at {clock(round(leg[done], 3))}" for done in MOMENTS if leg[done] is not None]
    return f"<li>{', '.join(parts)}{ENDERS.get(leg['ended_by'] or '', '')}</li>"


def _row(entry: Mapping[str, Any], button: str) -> str:
    """A row of the table. `button` plays the entry; it is empty where there is nothing to play."""
    until = clock(entry["until"]) if entry.get("until") is not None else ""
    cut = ", cut short" if entry.get("cut") else ""
    kind = kind_of(entry)
    return (
        f"<tr><td>{button or clock(entry['at'])}</td><td>{escape(entry['leg'])}</td>"
        f'<td class="kind-{escape(kind)}">{escape(kind)}</td><td dir="auto">{escape(told(entry))}</td>'
        f"<td>{until}{cut}</td></tr>"
    )


def _clean(value: Any) -> Any:
    """Without characters that a page must not hold, or that turn the order of letters round."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value
