"""Formatting: the edits that give a script its one layout.

A declaration is formatted by itself, and once: what stays as it is need not be formatted again. So a small change of a
long script costs what a small script costs.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nccodsl.editor.document import Document
from nccodsl.editor.text_edits import TextEdit, edits_between
from nccodsl.editor.text_parts import PARTS
from nccodsl.syntax.formatter import format_text

_MOST_CHUNKS = 4096
"""Chunks whose layout is remembered, for all documents."""
_PARTED = re.compile(rf"{PARTS.pattern}|(?P<parting>(?<=[^\n]\n)\n++(?=(?:#[^\n]*\n)*+(?:step|dialog|test|call)\b))")
"""Brackets and texts, and the empty lines before a declaration in braces, which stand between two chunks."""


def formatting(document: Document) -> list[TextEdit]:
    """The edits that format a document; none where it has syntax errors."""
    return _edits(document.text, 0, len(document.text))


def range_formatting(document: Document, start: int, end: int) -> list[TextEdit]:
    """The edits that format the declarations that a range touches."""
    return _edits(document.text, start, end)


def chunk_edits(text: str, offset: int) -> list[TextEdit]:
    """The edits that format the declaration at an offset, whatever the others are like; none where it has errors."""
    first, last = next((piece for piece in chunks(text) if piece[1] >= offset), (0, len(text)))
    formatted = _formatted(text[first:last])
    return [] if formatted is None else edits_between(text[first:last], formatted, first)


def _edits(text: str, start: int, end: int) -> list[TextEdit]:
    if "\r" in text:
        # Line ends depend on the whole text.
        whole = _formatted(text)
        return [] if whole is None else edits_between(text, whole)
    edits: list[TextEdit] = []
    pieces = chunks(text)
    for number, (first, last) in enumerate(pieces):
        formatted = _formatted(text[first:last])
        if formatted is None:
            return []
        if number + 1 < len(pieces):
            formatted += "\n"
            last = pieces[number + 1][0]
        if first <= end and last >= start:
            edits += edits_between(text[first:last], formatted, first)
    return edits


def chunks(text: str) -> list[tuple[int, int]]:
    """Where the parts of a text begin and end that are formatted by themselves; between them stand empty lines."""
    found: list[tuple[int, int]] = []
    start = depth = 0
    for part in _PARTED.finditer(text):
        if part["open"]:
            depth += 1
        elif part["close"]:
            depth -= 1
        elif part["parting"] and depth == 0 and text[start : part.start()].strip():
            found.append((start, part.start()))
            start = part.end()
    return [*found, (start, len(text))]


@lru_cache(maxsize=_MOST_CHUNKS)
def _formatted(text: str) -> str | None:
    """A part of a script in its one layout; None where it has syntax errors. Raises ProofFailed."""
    return format_text(text).text
