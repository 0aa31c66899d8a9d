"""What can be folded: blocks, lists and texts of several lines, comments, and rows of declarations.

Only the text is read, so that folds stay while a statement is being written.
"""

from __future__ import annotations

from typing import Literal

from nccodsl.base.record import Record
from nccodsl.editor.document import Document
from nccodsl.editor.text_parts import PARTS, declares

_IN_ROWS = ("param", "let", "secret", "include", "defaults")
"""Declarations that stand in rows."""


class Fold(Record):
    """Lines, from 0: the first one stays visible."""

    first: int
    last: int
    kind: Literal["block", "comment", "imports"] = "block"


def folding(document: Document) -> list[Fold]:
    """The folds of a document in the order of their first lines."""
    folds = {(fold.first, fold.last): fold for fold in (*_brackets(document), *_rows(document))}
    return sorted(folds.values(), key=lambda fold: (fold.first, -fold.last))


def _brackets(document: Document) -> list[Fold]:
    found: list[Fold] = []
    opened: list[int] = []
    for part in PARTS.finditer(document.text):
        if part["open"]:
            opened.append(part.start())
        elif part["close"] and opened:
            first, last = _line(document, opened.pop()), _line(document, part.start())
            if last > first + 1:
                found.append(Fold(first, last - 1))
        elif part[0].startswith('"""'):
            first, last = _line(document, part.start()), _line(document, part.end())
            if last > first:
                found.append(Fold(first, last))
    return found


def _line(document: Document, offset: int) -> int:
    return document.lines.position(offset).line


def _rows(document: Document) -> list[Fold]:
    """Comments on lines below each other, and declarations of one kind."""
    found: list[Fold] = []
    first, word = 0, ""
    for number in range(document.lines.count + 1):
        here = _word(document.lines.line(number)) if number < document.lines.count else ""
        if here != word:
            if word and number - 1 > first:
                kind: Literal["comment", "imports", "block"] = "block"
                kind = "comment" if word == "#" else "imports" if word == "include" else "block"
                found.append(Fold(first, number - 1, kind))
            first, word = number, here
    return found


def _word(line: str) -> str:
    """What a line is one of a row of: comments, or declarations by their word."""
    if line.lstrip().startswith("#"):
        return "#"
    word = declares(line, 0)
    return word if word in _IN_ROWS else ""
