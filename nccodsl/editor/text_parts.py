"""Words, strings and comments of a text, also where it cannot be parsed."""

from __future__ import annotations

import re

from nccodsl.syntax.keywords import TOP_LEVEL
from nccodsl.syntax.scan import PART, UNCLOSED

PARTS = re.compile(rf"{PART.pattern}|{UNCLOSED}")
"""Strings, comments and brackets, and strings that their line does not close."""


def is_of_word(char: str) -> bool:
    """Whether a character can be part of a word."""
    return char.isascii() and (char.isalnum() or char in "_-")


def word_bounds(text: str, offset: int) -> tuple[int, int]:
    """Where the word begins and ends that an offset is in or beside; an empty one where there is none."""
    start = end = offset
    while start > 0 and is_of_word(text[start - 1]):
        start -= 1
    while end < len(text) and is_of_word(text[end]):
        end += 1
    return start, end


def declares(text: str, at: int) -> str:
    """The word of the declaration that begins at an offset; empty where none does."""
    word = text[slice(*word_bounds(text, at))]
    return word if word in TOP_LEVEL and not text[at + len(word) : at + len(word) + 40].lstrip().startswith("=") else ""


def chunk_start(text: str, offset: int) -> int:
    """Where the declaration begins that an offset is in, or the text."""
    at = offset
    while at > 0:
        at = text.rfind("\n", 0, at) + 1
        if at < offset and declares(text, at):
            return at
        at -= 1
    return 0


def part_around(text: str, start: int, offset: int) -> re.Match[str] | None:
    """The comment or string that an offset is inside of. `start`: from where the text is known."""
    for part in PARTS.finditer(text, start):
        if part.start() >= offset:
            break
        if part.end() > offset or (part.end() == offset and _goes_on(part[0])):
            return part if part[0].startswith(("#", '"')) else None
    return None


def in_text(text: str, start: int, offset: int) -> str:
    """What an offset is inside of: "comment", "string", or nothing."""
    part = part_around(text, start, offset)
    return "" if part is None else "comment" if part[0].startswith("#") else "string"


def _goes_on(part: str) -> bool:
    """Whether what ends at the cursor goes on there: a comment, or a string that is not closed."""
    return part.startswith("#") or (part.startswith('"') and PART.fullmatch(part) is None)


def template_before(text: str, start: int, offset: int) -> str | None:
    """What stands between an opened `{{`, or the tag behind a `{%`, and an offset; None outside of expressions."""
    opened = max(text.rfind("{{", start, offset), text.rfind("{%", start, offset))
    is_block = text.startswith("{%", opened)
    if opened < 0 or text.find("%}" if is_block else "}}", opened, offset) >= 0:
        return None
    around = next((part for part in PARTS.finditer(text, start) if part.end() > opened), None)
    ends = around is not None and around.start() < opened and around.end() <= offset and not _goes_on(around[0])
    if ends:
        return None
    inside = text[opened + 2 : offset]
    if not is_block:
        return inside
    _, space, behind = inside.lstrip("-").lstrip().partition(" ")
    return behind if space else None
