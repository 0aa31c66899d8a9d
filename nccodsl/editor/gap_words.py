"""Keywords and comments: what stands between the names and values of a script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nccodsl.base import lazy_re
from nccodsl.base.source import Span
from nccodsl.editor.symbols_used import FoundName, TextMark
from nccodsl.syntax.keywords import RESERVED

GAP = lazy_re.compile(r'#[^\n]*|"(?:[^"\\\n]|\\.)*+"?|[A-Za-z_][A-Za-z0-9_-]*')
"""A comment, a string of something that could not be read, or a word."""


def gap_words(text: str, span: Span, known: Iterable[FoundName | TextMark]) -> Iterator[FoundName | TextMark]:
    """The keywords and comments of the text at `span`; `known` is what is there besides, in order."""
    at = span.start
    for one in known:
        if one.span.start > at:
            yield from _words(text, span.start, at, one.span.start)
        at = max(at, one.span.end)
    yield from _words(text, span.start, at, span.end)


def _words(text: str, base: int, start: int, end: int) -> Iterator[FoundName | TextMark]:
    for found in GAP.finditer(text, start - base, end - base):
        word, place = found[0], Span(base + found.start(), base + found.end())
        if word.startswith("#"):
            yield TextMark("comment", place)
        elif word in RESERVED:
            yield FoundName("keyword", word, place)
