"""What is plainly a placeholder in a text: `YOUR_NUMBER`, `$NAME`, `{name}`, `<number>`."""

from __future__ import annotations

import re
from typing import Any

from nccodsl.decompiler.param_holes import ParamHole, name_for
from nccodsl.voice.catalogue import Option
from nccodsl.voice.forms import is_ssml
from nccodsl.voice.text_rules import ADDRESSES, PHONES

_TAGS = frozenset(("audio", "break", "emphasis", "lang", "mark", "p", "prosody", "s", "speak", "sub", "voice", "w"))
"""Of SSML: no names of placeholders."""

_BRACED = r"\{\{ *(?P<mustache>[A-Za-z_]\w*) *\}\}|\$?\{(?P<braced>[A-Za-z_]\w*)\}"
_ANYWHERE = rf"{_BRACED}|\$(?P<dollar>[A-Za-z_]\w*)|\b(?P<your>YOUR_[A-Z0-9_]+)\b"
_ANGLED = r"|<(?P<angled>[A-Za-z_][\w -]*)>"
_SHOUTED = r"|(?<![A-Za-z0-9])(?P<shouted>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"
_IN_TEXT = re.compile(_ANYWHERE + _ANGLED)
_IN_MARKUP = re.compile(_ANYWHERE)
_IN_ADDRESS = re.compile(_ANYWHERE + _ANGLED + _SHOUTED)
_LETTERS = re.compile(r"['\"]?\W*([A-Za-z][\w -]*)['\"]?")


def placeholder_at(value: Any, option: Option | None) -> list[str | ParamHole] | None:
    """The parts of a text that holds placeholders; None of one that does not."""
    if not isinstance(value, str) or (option is not None and option.kind == "shaken"):
        return None
    kind = option.kind if option else ""
    if kind in PHONES and (whole := _whole_number(value, kind)):
        return [ParamHole(name_for(whole))]
    pattern = _IN_ADDRESS if kind in PHONES or kind in ADDRESSES else _IN_MARKUP if is_ssml(value) else _IN_TEXT
    parts: list[str | ParamHole] = []
    at = 0
    for found in pattern.finditer(value):
        word = found[found.lastgroup or 0]
        if found.lastgroup == "angled" and word in _TAGS:
            continue
        parts += [value[at : found.start()], ParamHole(name_for(word))]
        at = found.end()
    return [part for part in (*parts, value[at:]) if part != ""] if parts else None


def _whole_number(value: str, kind: str) -> str | None:
    """The words that stand for a telephone number, such as `Your-Phone-Number`."""
    words = _LETTERS.fullmatch(value.strip("<>{}$ "))
    if words is None or value[:4].lower() in ("sip:", "sips"):
        return None
    # Where no phone is connected, any text may be the caller.
    plainly = kind != "caller" or re.fullmatch(r"(?i:your\b.*)|[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", words[1])
    return words[1] if plainly or not value[0].isalpha() else None
