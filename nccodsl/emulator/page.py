"""A call as a web page of its own: how it went, a picture of it over time, and every entry of its timeline.

One file without scripts and without anything from elsewhere. Works on what `Emulated.to_json` returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from pkgutil import get_data
from typing import Any

from nccodsl.emulator.picture import LEGEND, picture, shown_time

Call = Mapping[str, Any]
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def to_html(call: Call, title: str = "A call") -> str:
    """The page."""
    clean: Call = _clean(call)
    legs = clean["legs"]
    others = f", {len(legs)} legs" if len(legs) > 1 else ""
    name = legs[0]["name"] if legs else title
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}: {escape(name)}</title>",
            f"<style>\n{_style()}</style></head><body>",
            f"<h1>{escape(name)}: {escape(clean['outcome'])}</h1>",
            f"<p>{clean['seconds']:.1f} s{others}</p>",
            f'<div class="picture">{picture(clean)}</div>',
            f'<ul class="legend">{"".join(_legend())}</ul>',
            "<table><thead><tr><th>Time</th><th>Leg</th><th>What</th><th></th><th>Until</th></tr></thead><tbody>",
            *map(_row, clean["timeline"]),
            "</tbody></table></body></html>",
            "",
        ]
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return (get_data("nccodsl.emulator", "page.css") or b"").decode()


def _legend() -> Iterator[str]:
    for kind, meaning in LEGEND:
        square = f'<svg width="12" height="12"><rect class="{kind}" width="12" height="12" rx="2"/></svg>'
        yield f"<li>{square}{meaning}</li>"


def _row(entry: Mapping[str, Any]) -> str:
    until = shown_time(entry["until"]) if entry.get("until") is not None else ""
    answer = entry.get("data", {}).get("answer")
    text = f"{entry['text']} ({answer})" if answer else entry["text"]
    cut = ", cut short" if entry.get("cut") else ""
    kind = entry["kind"]
    return (
        f"<tr><td>{shown_time(entry['at'])}</td><td>{escape(entry['leg'])}</td>"
        f'<td class="kind-{escape(kind)}">{escape(kind)}</td><td dir="auto">{escape(text)}</td>'
        f"<td>{until}{cut}</td></tr>"
    )


def _clean(value: Any) -> Any:
    """Without characters that a page must not hold, or that turn the order of letters round."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value
