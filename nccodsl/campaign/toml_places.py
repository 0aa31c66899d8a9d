"""Where the settings of a TOML text stand, for messages: `tomllib` reads values and forgets their places."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.base import lazy_re
from nccodsl.base.source import Span

_HEADER = lazy_re.compile(r"[ \t]*\[([^\[\]\n\"']{1,200})\]")
_KEY = lazy_re.compile(r"[ \t]*([A-Za-z0-9_.-]{1,200})[ \t]*=")
_FENCES = ('"""', "'" * 3)


def places_of(text: str) -> dict[tuple[str, ...], Span]:
    """The first line of each table and setting, without what surrounds it. Quoted keys are not found."""
    found: dict[tuple[str, ...], Span] = {}
    table: tuple[str, ...] = ()
    for start, line in _lines(text):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header is not None:
            table = _parts(header[1])
            found.setdefault(table, _stripped(start, line))
        elif key is not None:
            found.setdefault((*table, *_parts(key[1])), _stripped(start, line))
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines, without those that a text of several lines goes on in, and where each begins."""
    fence = None
    start = 0
    for line in text.splitlines(keepends=True):
        if fence is None:
            yield start, line
            fence = next((one for one in _FENCES if line.count(one) == 1), None)
        elif fence in line:
            fence = None
        start += len(line)


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in name.split("."))


def _stripped(start: int, line: str) -> Span:
    return Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
