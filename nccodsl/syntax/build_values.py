"""From Lark's tree to ours: values, options, and what all nodes need. It judges nothing but escapes and lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from lark import Token, Tree

from nccodsl.base.durations import milliseconds
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, edits, messages
from nccodsl.syntax import ast
from nccodsl.syntax.nodes import MOST_DIGITS
from nccodsl.syntax.strings import BadEscape, decode

LarkTree = Tree[Token]


class ValueBuilder:
    """Turns the values of one file into nodes whose spans lie on the file's number line."""

    def __init__(self, file: SourceFile, collector: Collector) -> None:
        self._file = file
        self._collector = collector

    def build(self, tree: LarkTree) -> Any:
        """The node for a tree; the rule's name picks the method."""
        method: Callable[[LarkTree, Span], Any] = getattr(self, f"_{tree.data.rstrip('_')}")
        return method(tree, self._span(tree))

    # ---- parts of trees

    def _span(self, tree: LarkTree) -> Span:
        meta, base = tree.meta, self._file.base
        return Span(base, base) if meta.empty else Span(meta.start_pos + base, meta.end_pos + base)

    def _at(self, token: Token) -> Span:
        start = cast(int, token.start_pos) + self._file.base
        return Span(start, start + len(token))

    def _name(self, token: Any) -> ast.Name:
        return ast.Name(text=str(token), span=self._at(token))

    def _trees(self, tree: LarkTree, *rules: str) -> tuple[Any, ...]:
        return tuple(self.build(child) for child in tree.children if isinstance(child, Tree) and child.data in rules)

    def _one(self, tree: LarkTree, *rules: str) -> Any:
        found = self._trees(tree, *rules)
        return found[0] if found else None

    def _last_value(self, tree: LarkTree) -> Any:
        return self.build(cast(LarkTree, tree.children[-1]))

    # ---- values

    def _option(self, tree: LarkTree, span: Span) -> ast.Option:
        return ast.Option(span=span, name=self._name(tree.children[0]), value=self._last_value(tree))

    def _decoded(self, tree: LarkTree, span: Span, long: bool) -> ast.Text:
        literal = str(tree.children[0])
        try:
            text = decode(literal)
        except BadEscape as bad:
            self._collector.report(bad.message, Span(span.start + bad.start, span.start + bad.end))
            text = literal.strip('"')
        return ast.Text(span=span, text=text, long=long)

    def _string(self, tree: LarkTree, span: Span) -> ast.Text:
        return self._decoded(tree, span, long=False)

    def _long_string(self, tree: LarkTree, span: Span) -> ast.Text:
        return self._decoded(tree, span, long=True)

    def _template(self, tree: LarkTree, span: Span) -> ast.Template:
        source = str(tree.children[0])[2:] or self._file.slice(Span(span.start + 2, span.end - 2))
        return ast.Template(span=span, source=source)

    def _number(self, tree: LarkTree, span: Span) -> ast.Number:
        text = str(tree.children[0])
        if len(text) > MOST_DIGITS:
            self._collector.report(messages.syntax.number_too_long(len(text), MOST_DIGITS), span)
            return ast.Number(span=span, text="0", value=0)
        value = int(text) if text.lstrip("-").isdigit() else float(text)
        if value in (float("inf"), float("-inf")):
            self._collector.report(messages.syntax.number_too_large(), span)
            value = 0
        return ast.Number(span=span, text=text, value=value)

    def _duration(self, tree: LarkTree, span: Span) -> ast.Duration:
        text, value = str(tree.children[0]), 0.0
        try:
            value = round(milliseconds(text), 6)
        except ValueError:  # the grammar knows its form: only its length can be wrong
            self._collector.report(messages.syntax.duration_too_long(), span)
        return ast.Duration(span=span, text=text, milliseconds=value)

    def _word(self, tree: LarkTree, span: Span) -> ast.Word:
        return ast.Word(span=span, text=str(tree.children[0]))

    def _true(self, tree: LarkTree, span: Span) -> ast.Boolean:
        return ast.Boolean(span=span, value=True)

    def _false(self, tree: LarkTree, span: Span) -> ast.Boolean:
        return ast.Boolean(span=span, value=False)

    def _null(self, tree: LarkTree, span: Span) -> ast.Null:
        return ast.Null(span=span)

    def _list(self, tree: LarkTree, span: Span) -> ast.ListValue:
        items = tuple(self.build(child) for child in tree.children if isinstance(child, Tree))
        return ast.ListValue(span=span, items=items)

    def _map(self, tree: LarkTree, span: Span) -> ast.MapValue:
        entries: dict[str, ast.Entry] = {}
        for entry in self._trees(tree, "entry"):
            first = entries.setdefault(key := entry.key.text, entry)
            if first is not entry:
                removal = edits.without(self._file, entry.span)
                self._collector.report(messages.syntax.key_twice(key, first.key.span, removal), entry.key.span)
        return ast.MapValue(span=span, entries=tuple(entries.values()))

    def _entry(self, tree: LarkTree, span: Span) -> ast.Entry:
        return ast.Entry(span=span, key=self._key(cast(Token, tree.children[0]), tree), value=self._last_value(tree))

    def _key(self, key: Token, tree: LarkTree) -> ast.Name:
        """The key of an entry, which may stand in quotes."""
        if key.type != "STRING":
            return self._name(key)
        decoded = self._decoded(Tree("string", [key], tree.meta), self._at(key), long=False)
        return ast.Name(text=decoded.text, span=decoded.span)
