"""What changes together while a name is typed."""

from __future__ import annotations

from nccodsl.analysis.rename import NAME
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.index import index_of

WORD_PATTERN = NAME.pattern
"""What may be typed for the name."""


def linked_ranges(document: Document, offset: int) -> tuple[FilePlace, ...]:
    """The places of a step's name, where the cursor is at one of them and all are in this text; else nothing."""
    index = index_of(document)
    use = index.at(offset)
    if use is None or use.symbol is None or use.kind != "step" or not index.is_defined(use.symbol):
        return ()
    places = sorted(one.place for one in index.uses_of(use.symbol))
    return tuple(places) if all(place.name == document.name for place in places) else ()
