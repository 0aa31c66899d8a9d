"""The nodes of the syntax tree around a place of a document."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.editor.document import Document
from nccodsl.syntax import ast


def children(node: ast.Node) -> Iterator[ast.Node]:
    """The nodes directly inside a node, in the order of its fields."""
    for field in node._fields:
        value = getattr(node, field)
        if isinstance(value, ast.Node):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, ast.Node))


def every_node(node: ast.Node) -> Iterator[ast.Node]:
    """A node and all nodes inside it."""
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(reversed(list(children(here))))


def nodes_at(document: Document, offset: int) -> list[ast.Node]:
    """The nodes that an offset lies in or behind, from a declaration or statement to the innermost one."""
    at = document.position_of(offset)
    path: list[ast.Node] = []
    inside: Iterator[ast.Node] = iter(document.tree.items)
    while (found := _around(inside, at)) is not None:
        path.append(found)
        inside = children(found)
    return path


def _around(nodes: Iterator[ast.Node], at: int) -> ast.Node | None:
    """The node that a position lies in; else the one that ends there."""
    ends: ast.Node | None = None
    for node in nodes:
        if node.span.start <= at < node.span.end:
            return node
        if node.span.end == at:
            ends = node
    return ends
