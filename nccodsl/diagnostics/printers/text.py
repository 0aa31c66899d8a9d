"""Text from users made fit to be shown: what a terminal would obey is escaped, and widths are known.

Owns: what a terminal may be given, how one character looks and how many columns it takes, where lines break. Does not
own: excerpts, formats.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from unicodedata import category, east_asian_width

from nccodsl.base.source import SURROGATE

TAB = "    "
"""A tab is always this wide, wherever it stands: then a line may be cut anywhere and the columns still agree."""

MOST = 2000
"""Longer messages are cut: a megabyte of user data in one message is no help."""

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Controls (C0 and C1), marks that turn the direction of text, what else has no look of its own, surrogates and the two
# separators. Not among them: joiners, which letters and emoji need, and the number signs of Arabic and its kin.
_HIDDEN = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)


@cache
def _hidden() -> re.Pattern[str]:
    """Finds what must not be sent as it is. Few texts have any, so it is made when the first one comes."""
    return re.compile(_HIDDEN)


@cache
def _hidden_but_lines() -> re.Pattern[str]:
    return re.compile(_HIDDEN.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))


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
    if _hidden().match(char):
        text = escaped(char)
        return text, len(text)
    # The vowels and final consonants of decomposed Korean join the character before them, as combining marks do.
    if category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff" or char in "\u200c\u200d":
        return char, 0
    return char, 2 if east_asian_width(char) in "WF" else 1


def width_of(text: str) -> int:
    """How many columns a text takes."""
    return sum(cell(char)[1] for char in text)


def hanging(text: str, width: int | None, head: int = 0, indent: int | None = None) -> list[str]:
    """A text as lines of at most `width` columns, broken between words; without a width it stays whole.

    Something `head` columns wide stands before the first line. The others are indented as far, or by `indent`, but
    not so far that words have no room. A word that is too long stays whole: it may be an address to copy.
    """
    if width is None or head + width_of(text) <= width:
        return [text]
    before = " " * min(head if indent is None else indent, width // 3)
    lines, line, used = [], "", head
    for number, word in enumerate(text.split(" ")):
        wide = width_of(word) + (number > 0)
        if line.strip() and used + wide > width:
            lines.append(line)
            line, used = before + word, len(before) + wide - 1
        else:
            line, used = (f"{line} {word}" if number else word), used + wide
    return [*lines, line]


class Shown(str):
    """Text that a terminal may be given as it is: nothing of a stranger in it is obeyed. It may hold our own colors."""

    __slots__ = ()


def visible(text: str) -> Shown:
    """The text with everything that a terminal would obey shown as an escape; lines stay lines.

    What is `Shown` already stays as it is. Anything made of it, as with `+`, is a plain text again, and safe only so.
    """
    if isinstance(text, Shown):
        return text
    plain = text.isprintable() or text.replace("\n", "").isprintable()
    return Shown(text if plain else _hidden_but_lines().sub(_escape, text))


def one_line(text: str) -> Shown:
    """The same on one line: line ends are escaped as well."""
    if isinstance(text, Shown):
        return text
    return Shown(text if text.isprintable() else _hidden().sub(_escape, text))


def safe(text: str, most: int = MOST) -> str:
    """One line of text without anything that a terminal would obey, cut to `most` characters."""
    if len(text) > most:
        text = text[: most - 1] + "…"
    return one_line(text)


def _escape(found: re.Match[str]) -> str:
    return escaped(found[0])


def well_formed(text: str) -> str:
    """The text with lone surrogates replaced: they have no place in UTF-8, nor in what strict JSON readers take."""
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)
