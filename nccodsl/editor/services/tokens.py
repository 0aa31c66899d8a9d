"""Semantic tokens: what each word of a script is, in templates too."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.base.record import Record
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.gap_words import GAP
from nccodsl.editor.index import index_of
from nccodsl.editor.symbols_used import SymbolUse
from nccodsl.editor.token_legend import MODIFIERS

_OF_USES = {
    "step": "function",
    "dialog": "class",
    "outcome": "event",
    "param": "parameter",
    "outside": "parameter",
    "let": "variable",
    "secret": "variable",
    "hours": "variable",
    "binding": "variable",
    "loop": "variable",
    "local": "variable",
    "builtin": "variable",
    "unknown": "variable",
    "member": "property",
    "option": "property",
    "key": "property",
    "keyword": "keyword",
    "endpoint": "type",
    "filter": "function",
    "predicate": "function",
    "function": "method",
    "include": "string",
    "test": "string",
    "target": "function",
}
_OF_MARKS = {
    "string": "string",
    "number": "number",
    "enum": "enumMember",
    "literal": "keyword",
    "type": "type",
    "comment": "comment",
    "template_keyword": "keyword",
}
_READONLY = frozenset(("param", "let", "secret", "hours", "outside", "loop"))
_OF_THE_LANGUAGE = frozenset(("builtin", "filter", "predicate", "function"))
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}


class SemanticToken(Record):
    """A part of one line. `type` is one of TYPES, `modifiers` are some of MODIFIERS."""

    start: int
    end: int
    type: str
    modifiers: tuple[str, ...] = ()


def tokens(document: Document, start: int = 0, end: int | None = None) -> tuple[SemanticToken, ...]:
    """The tokens of the text, or of a part of it, in the order of their places; they do not overlap."""
    index = index_of(document)
    end = len(index.text) if end is None else end
    found: list[SemanticToken] = []
    at = 0
    for part in index.own:
        place = part.place(part.names.node.span)
        if place.end > start and place.start < end:
            found += (_of_use(index.use(part, one)) for one in part.names.uses)
            for mark in part.names.marks:
                found += _of_mark(index.text, mark.kind, part.place(mark.span))
        if place.start > start and at < end:
            found += _comments(index.text, at, place.start)
        at = max(at, place.end)
    if at < end:
        found += _comments(index.text, at, len(index.text))
    return tuple(sorted((one for one in found if one.end > start and one.start < end), key=_place))


def _place(token: SemanticToken) -> int:
    return token.start


def _of_use(use: SymbolUse) -> SemanticToken:
    return SemanticToken(use.place.start, use.place.end, _OF_USES[use.kind], _modifiers(use))


def _modifiers(use: SymbolUse) -> tuple[str, ...]:
    held = (use.is_definition, use.kind in _READONLY, use.kind in _OF_THE_LANGUAGE)
    return tuple(name for name, holds in zip(MODIFIERS, held, strict=True) if holds)


def _of_mark(text: str, kind: str, place: FilePlace) -> Iterator[SemanticToken]:
    parts = _outside_templates(text, place) if kind == "string" else iter(((place.start, place.end),))
    for start, end in parts:
        yield from (SemanticToken(*line, _OF_MARKS[kind]) for line in _lines(text, start, end))


def _outside_templates(text: str, place: FilePlace) -> Iterator[tuple[int, int]]:
    """The parts of a string that stand as they are."""
    at = start = place.start
    while (opened := text.find("{", at, place.end)) >= 0:
        closing = _CLOSING.get(text[opened : opened + 2])
        if closing is None:
            at = opened + 1
            continue
        if opened > start:
            yield start, opened
        closed = text.find(closing, opened + 2, place.end)
        at = start = closed + 2 if closed >= 0 else place.end
    if start < place.end:
        yield start, place.end


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a place that are each in one line, without spaces at their beginnings and ends."""
    at = start
    for line in text[start:end].splitlines(keepends=True):
        bare = line.strip()
        if bare:
            first = at + line.index(bare)
            yield first, first + len(bare)
        at += len(line)


def _comments(text: str, start: int, end: int) -> Iterator[SemanticToken]:
    """Those between two items of a script."""
    for found in GAP.finditer(text, start, max(start, end)):
        if found[0].startswith("#"):
            yield SemanticToken(found.start(), found.end(), "comment")
