"""Texts in the typographic quotes that word processors write, and strings whose closing quote lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nccodsl.diagnostics import messages
from nccodsl.syntax.habit_places import HabitFound, HabitPlace

_BEHIND_TEXT = r"(?=[ \t]{0,20}(?:$|[#,\])}{]|->|[a-z_]{1,40}=|hangup\b|reply\b))"
_DOUBLE = re.compile(rf'[”“»"]{_BEHIND_TEXT}')
_SINGLE = re.compile(rf"’{_BEHIND_TEXT}")
_OPENING = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)|#.*|(?<=[=\s(\[,])[“”„«‘]')
_HOLE = re.compile(r"\{\{(?:(?!\{\{).){0,500}?\}\}")
_OPTIONS = re.compile(r"(?:[ \t]{1,9}[a-z_]{1,40}=[^\s\"]{1,99}){1,9}$|[ \t]{1,9}->|$")


def smart(place: HabitPlace, match: re.Match[str]) -> HabitFound:
    """All texts of the line, so that the line is right when this is fixed."""
    line = place.rest.partition("\n")[0].rstrip("\r")
    found = list(_texts(line))
    edits = tuple(place.edit(start, end, straight(line[start + 1 : end - 1])) for start, end in found)
    return HabitFound(messages.habits.quotes(line[0], edits), 1, found[-1][1] if found else 1)


def _texts(line: str) -> Iterator[tuple[int, int]]:
    """Where the texts in typographic quotes begin and end; the first one begins the line."""
    start: int | None = 0
    while start is not None:
        closing = (_SINGLE if line[start] in "‘’" else _DOUBLE).search(line, start + 1)
        if closing is None:
            return
        yield start, closing.end()
        following = (found.start() for found in _OPENING.finditer(line, closing.end()) if found[0] in "“”„«‘")
        start = next(following, None)


def straight(text: str) -> str:
    """A text in straight quotes; those in its templates become `'`."""
    parts: list[str] = []
    at = 0
    for hole in _HOLE.finditer(text):
        parts += (text[at : hole.start()].replace('"', '\\"'), re.sub(r"[“”„‘’\"]", "'", hole[0]))
        at = hole.end()
    return f'"{"".join(parts)}' + text[at:].replace('"', '\\"') + '"'


def closed(line: str) -> tuple[int, int, str]:
    """Where in a line, which begins with the quote of a text that is not closed, what is to be written.

    It takes the place of a typographic quote, or goes behind the words, before options and a jump.
    """
    if wrong := re.search(rf"”{_BEHIND_TEXT}", line):
        return wrong.start(), wrong.end(), '"'
    line = line.rstrip()
    behind = _OPTIONS.search(line)
    at = behind.start() if behind else len(line)
    return at, at, '"'
