"""Text from users made fit to be shown: what a terminal would obey is escaped, and widths are known.

Owns: how one character looks and how many columns it takes. Does not own: lines, excerpts, formats.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, east_asian_width

TAB = "    "
"""A tab is always this wide, wherever it stands: then a line may be cut anywhere and the columns still agree."""

MOST = 2000
"""Longer messages are cut: a megabyte of user data in one message helps nobody."""

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Controls (C0 and C1), formats (bidirectional overrides among them), surrogates and the two separators.
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_SURROGATE = re.compile("[\ud800-\udfff]")


def escaped(char: str) -> str:
    """The escape that stands for a character that must not be sent as it is."""
    code = ord(char)
    return _SHORT.get(char) or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


@lru_cache(maxsize=4096)
def cell(char: str) -> tuple[str, int]:
    """How a character of a source line is shown, and in how many columns."""
    if " " <= char <= "~":
        return char, 1
    if char == "\t":
        return TAB, len(TAB)
    kind = category(char)
    if kind in _HIDDEN:
        text = escaped(char)
        return text, len(text)
    # The vowels and final consonants of decomposed Korean join the character before them, as combining marks do.
    if kind in ("Mn", "Me") or "\u1160" <= char <= "\u11ff":
        return char, 0
    return char, 2 if east_asian_width(char) in "WF" else 1


def safe(text: str, most: int = MOST) -> str:
    """One line of text without anything that a terminal would obey, cut to `most` characters."""
    if len(text) > most:
        text = text[: most - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(escaped(char) if category(char) in _HIDDEN else char for char in text)


def well_formed(text: str) -> str:
    """The text with lone surrogates replaced: they have no place in UTF-8, nor in what strict JSON readers take."""
    return _SURROGATE.sub("\ufffd", text)
