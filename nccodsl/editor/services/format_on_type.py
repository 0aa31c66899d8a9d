"""Formatting while the author types: a declaration when its block is closed, and the beginning of a new line."""

from __future__ import annotations

from nccodsl.editor.document import Document
from nccodsl.editor.services.format_edits import chunk_edits
from nccodsl.editor.text_edits import TextEdit
from nccodsl.editor.text_parts import PARTS

_STEP = "  "


def typed_formatting(document: Document, offset: int, typed: str) -> list[TextEdit]:
    """The edits after `}` or a line end was typed right before an offset; none for anything else.

    `}` formats the declaration that it stands in, if that has no syntax errors. A new line begins as deep as the blocks
    around it, or deeper if it does already: an option may stand there.
    """
    if "\r" in document.text:
        return []
    if typed == "}":
        return chunk_edits(document.text, offset)
    return _line(document.text, offset) if typed == "\n" else []


def _line(text: str, offset: int) -> list[TextEdit]:
    start = text.rfind("\n", 0, offset) + 1
    end = start
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    depth = 0
    for part in PARTS.finditer(text, 0):
        if part.start() >= start:
            break
        if part.end() > start:
            return []  # within a long text, which keeps its spaces
        depth += bool(part["open"]) - bool(part["close"])
    closes = text[end : end + 1] in ("}", "]", ")")
    wanted = _STEP * max(depth - closes, 0)
    written = text[start:end]
    fits = written == wanted if closes else len(written) >= len(wanted) and "\t" not in written
    return [] if fits else [TextEdit(start, end, wanted)]
