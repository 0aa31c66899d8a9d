"""The type of param that a name is used as, where nothing declares it."""

from __future__ import annotations

from nccodsl.base import lazy_re
from nccodsl.base.source import Sources, Span
from nccodsl.templates import NameUse

_OF_LISTS = lazy_re.compile(r"\s*(?:\[|\|\s*(?:length|count|first|last|join|sort|sum|map|select|reject|unique)\b)")
_RUN_OVER = lazy_re.compile(r"\bin\s+(?:\{\{-?\s*)?\Z")


def used_as(use: NameUse, span: Span, sources: Sources) -> str:
    """The type of param that a name is used as."""
    file = sources.file_of(span)
    start, end = span.start - file.base, span.end - file.base
    if use.attributes:
        return "map"
    listed = _OF_LISTS.match(file.text, end) or _RUN_OVER.search(file.text[max(start - 40, 0) : start])
    return "list" if listed else "text"
