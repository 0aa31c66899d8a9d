"""How values and options are printed: on one line where they fit, else an item a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from nccodsl.syntax import ast
from nccodsl.syntax.formatter.doc import HARD, LINE, SOFT, Doc, Group, IfBroken, Indent, Suffix
from nccodsl.syntax.formatter.layout import Layout
from nccodsl.syntax.strings import encode, long_lines

_BARE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch

_N = TypeVar("_N", bound=ast.Node)


class ValuePrinter:
    """Documents of values, options and lists of options."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def value(self, node: ast.Value | ast.AnyValue) -> Doc:
        """Any value."""
        match node:
            case ast.AnyValue():
                return "*"
            case ast.Text():
                return self._text(node)
            case ast.Template():
                return node.trimmed
            case ast.Number() | ast.Duration() | ast.Word():
                return node.text
            case ast.Boolean():
                return "true" if node.value else "false"
            case ast.Null():
                return "null"
            case ast.ListValue():
                return self._bracketed("[", node, node.items, self.value, "]")
            case ast.MapValue():
                return self._bracketed("{", node, node.entries, self._entry, "}")

    def options(self, nodes: Sequence[ast.Option | ast.Name]) -> tuple[Doc, ...]:
        """`name=value` and `as name`, each after a place where the line may be broken."""
        return tuple((LINE, self.noted(node, self.option(node))) for node in nodes)

    def option(self, node: ast.Option | ast.Name) -> Doc:
        """`name=value`, or `as name`."""
        match node:
            case ast.Bound(_, name, shape) if shape is not None:
                return (f"as {name}: ", self._shape(shape))
            case ast.Name():
                return f"as {node.text}"
            case ast.Option():
                return (node.name.text, "=", self.value(node.value))

    def noted(self, node: ast.Node, doc: Doc) -> Doc:
        """The document with the node's comments around it."""
        before = [part for comment in self.layout.leading(node) for part in (comment.text, HARD)]
        return (*before, doc, self.behind(node))

    def behind(self, node: ast.Node | None) -> Doc:
        """The comment at the end of a node's line."""
        comment = None if node is None else self.layout.trailing(node)
        return "" if comment is None else Suffix(f"  {comment.text}")

    def head(self, node: ast.Node) -> Doc:
        """The comments behind an opening brace."""
        comments = self.layout.head(node)
        return (*(Suffix(f"  {one.text}") for one in comments[:1]), *((HARD, one.text) for one in comments[1:]))

    def _text(self, node: ast.Text) -> Doc:
        literal = self.layout.literal(node)
        if not node.long or "\n" not in literal:
            return literal
        lines = long_lines(literal)
        if not any(line.strip() for line in lines) or min(map(_indentation, filter(str.strip, lines))):
            return literal  # its indentation is part of the text
        if any("\r" in line for line in lines):
            return literal  # at the end of a line it would be lost
        return ('"""', Indent(*((HARD, line) for line in lines)), HARD, '"""')

    def _entry(self, node: ast.Entry) -> Doc:
        return (_key(node.key), ": ", self.value(node.value))

    def _shape(self, node: ast.Shape) -> Doc:
        match node:
            case ast.Type():
                return (node.name.text, self._limits(node.limits))
            case ast.Listed():
                return ("[", self._shape(node.items), "]")
            case ast.Fields():
                return self._bracketed("{", node, node.members, self._member, "}")

    def _limits(self, limits: Sequence[ast.Value | ast.Range]) -> Doc:
        printed = [one.text if isinstance(one, ast.Range) else self.value(one) for one in limits]
        parts = [(", " if number else "", doc) for number, doc in enumerate(printed)]
        return ("(", *parts, ")") if limits else ""

    def members(self, members: Sequence[ast.Member]) -> Doc:
        """The params of a dialog, or what an outcome returns, in parentheses."""
        return self._bracketed("(", None, members, self._member, ")")

    def args(self, args: Sequence[ast.Option]) -> Doc:
        """What a dialog is asked with, or an outcome returns, in parentheses."""
        return self._bracketed("(", None, args, self.option, ")")

    def _member(self, node: ast.Member) -> Doc:
        marks = f"{'?' if node.optional else ''}{' private' if node.private else ''}"
        default: Doc = "" if node.default is None else (" = ", self.value(node.default))
        return (_key(node.key), ": ", self._shape(node.shape), marks, default)

    def _bracketed(
        self, opening: str, node: ast.Node | None, items: Sequence[_N], print_item: Callable[[_N], Doc], closing: str
    ) -> Doc:
        """`node`: whose comments stand within the brackets; None where they are a part of a node with a block."""
        head, tail = (self.head(node), self.layout.tail(node)) if node is not None else ((), [])
        if not items and not head and not tail:
            return opening + closing
        parts: list[Doc] = []
        for number, item in enumerate(items):
            comma = "," if number < len(items) - 1 else IfBroken(",")
            parts += [LINE if number else SOFT, self.noted(item, (print_item(item), comma))]
        parts += [(HARD, comment.text) for comment in tail]
        return Group(opening, head, Indent(*parts), SOFT, closing, hard=bool(head or tail))


def _key(node: ast.Name) -> str:
    return node.text if _BARE_KEY(node.text) else encode(node.text)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
