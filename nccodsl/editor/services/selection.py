"""What to select when a selection grows: word, value, statement, block, step, file."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.editor.document import Document
from nccodsl.editor.index import index_of
from nccodsl.syntax import ast


def selection_ranges(document: Document, offset: int) -> tuple[tuple[int, int], ...]:
    """Start and end of each part of the text that holds an offset; each is larger than the one before it."""
    text = document.text
    found = [(0, len(text))]
    index = index_of(document)
    part = index.part_at(offset)
    node: ast.Node | None = part.names.node if part is not None else None
    at = offset - part.shift if part is not None else 0
    while part is not None and node is not None and node.span.start <= at <= node.span.end:
        place = part.place(node.span)
        found.append((place.start, place.end))
        found += _inside(text, node, (place.start, place.end), offset)
        node = _child(node, at)
    use = index.at(offset)
    if use is not None:
        found.append((use.place.start, use.place.end))
    ranges: list[tuple[int, int]] = []
    for start, end in found:
        if not ranges or ((start, end) != ranges[-1] and ranges[-1][0] <= start and end <= ranges[-1][1]):
            ranges.append((start, end))
    return tuple(reversed(ranges))


def _inside(text: str, node: ast.Node, place: tuple[int, int], offset: int) -> Iterator[tuple[int, int]]:
    """What a string or a block has between its quotes or braces, where the offset is there."""
    start, end = place
    if isinstance(node, ast.Text):
        size = 3 if node.long else 1
    elif isinstance(node, ast.Block | ast.MapValue | ast.ListValue):
        size = 1
    elif isinstance(node, ast.Template):
        size = 2
    else:
        return
    inner = text[start + size : end - size]
    bare = inner.strip()
    first = start + size + (inner.index(bare) if bare else 0)
    for one in ((start + size, end - size), (first, first + len(bare))):
        if one[0] <= offset <= one[1]:
            yield one


def _child(node: ast.Node, at: int) -> ast.Node | None:
    """The node within another that holds a place; of two that touch there, the one that begins there."""
    found: ast.Node | None = None
    for name in node._fields:
        value = node.__dict__[name]
        for one in value if type(value) is tuple else (value,):
            if (
                isinstance(one, ast.Node)
                and one.span.start <= at <= one.span.end
                and (found is None or one.span.start >= found.span.start)
            ):
                found = one
    return found
