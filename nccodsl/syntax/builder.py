"""From Lark's tree to ours. It judges nothing but the escapes of strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from lark import Token, Tree

from nccodsl.base.durations import milliseconds
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, edits, messages
from nccodsl.syntax import ast
from nccodsl.syntax.strings import BadEscape, decode

_MOST_DIGITS = 400

_Tree = Tree[Token]


class Builder:
    """Turns the trees of one file into nodes whose spans lie on the file's number line."""

    def __init__(self, file: SourceFile, collector: Collector) -> None:
        self._file = file
        self._collector = collector

    def build(self, tree: _Tree) -> Any:
        """The node for a tree; the rule's name picks the method."""
        method: Callable[[_Tree, Span], Any] = getattr(self, f"_{tree.data.rstrip('_')}")
        return method(tree, self._span(tree))

    def items(self, children: list[Any]) -> tuple[ast.Declaration | ast.Statement, ...]:
        """The nodes of a file's top level."""
        nodes = (self.build(child) if isinstance(child, Tree) else child for child in children)
        return tuple(node for node in nodes if node is not None)

    # ---- parts of trees

    def _span(self, tree: _Tree) -> Span:
        meta, base = tree.meta, self._file.base
        return Span(base, base) if meta.empty else Span(meta.start_pos + base, meta.end_pos + base)

    def _at(self, token: Token) -> Span:
        start = cast(int, token.start_pos) + self._file.base
        return Span(start, start + len(token))

    def _name(self, token: Any) -> ast.Name:
        return ast.Name(text=str(token), span=self._at(token))

    def _trees(self, tree: _Tree, *rules: str) -> tuple[Any, ...]:
        return tuple(self.build(child) for child in tree.children if isinstance(child, Tree) and child.data in rules)

    def _one(self, tree: _Tree, *rules: str) -> Any:
        found = self._trees(tree, *rules)
        return found[0] if found else None

    def _last_value(self, tree: _Tree) -> Any:
        return self.build(cast(_Tree, tree.children[-1]))

    # ---- declarations

    def _param(self, tree: _Tree, span: Span) -> ast.Param:
        name, kind, private, default, doc = tree.children
        return ast.Param(
            span=span,
            name=self._name(name),
            type=self._name(kind),
            private=private is not None,
            default=self.build(cast(_Tree, default)) if default is not None else None,
            doc=self.build(cast(_Tree, doc)) if doc is not None else None,
        )

    def _let(self, tree: _Tree, span: Span) -> ast.Let:
        return ast.Let(span=span, name=self._name(tree.children[0]), value=self._last_value(tree))

    def _defaults(self, tree: _Tree, span: Span) -> ast.Defaults:
        return ast.Defaults(span=span, action=self._name(tree.children[0]), options=self._trees(tree, "option"))

    def _include(self, tree: _Tree, span: Span) -> ast.Include:
        return ast.Include(span=span, path=self._last_value(tree))

    def _call(self, tree: _Tree, span: Span) -> ast.Call:
        return ast.Call(span=span, items=self._trees(tree, "to", "from", "option", "on"))

    def _to(self, tree: _Tree, span: Span) -> ast.To:
        return ast.To(span=span, endpoint=self._last_value(tree))

    def _from(self, tree: _Tree, span: Span) -> ast.From:
        return ast.From(span=span, endpoint=self._last_value(tree))

    def _endpoint(self, tree: _Tree, span: Span) -> ast.Endpoint:
        kind, main = tree.children
        value = self.build(cast(_Tree, main)) if main is not None else None
        return ast.Endpoint(span=span, kind=self._name(kind), main=value)

    def _step(self, tree: _Tree, span: Span) -> ast.Step:
        return ast.Step(span=span, name=self._name(tree.children[0]), body=self._last_value(tree))

    def _test(self, tree: _Tree, span: Span) -> ast.Test:
        return ast.Test(span=span, title=self._one(tree, "string"), verbs=self._trees(tree, "with", "expect"))

    def _with(self, tree: _Tree, span: Span) -> ast.With:
        return ast.With(span=span, values=self._trees(tree, "option"))

    def _expect(self, tree: _Tree, span: Span) -> ast.Expect:
        negated, verb, kind, value, *_, reply = tree.children
        return ast.Expect(
            span=span,
            verb=self._name(verb),
            negated=negated is not None,
            kind=self._name(kind) if kind is not None else None,
            value=self.build(cast(_Tree, value)) if value is not None else None,
            options=self._trees(tree, "option"),
            reply=self._last_value(cast(_Tree, reply)) if reply is not None else None,
        )

    # ---- statements

    def _block(self, tree: _Tree, span: Span) -> ast.Block:
        nodes = (self.build(child) for child in tree.children if isinstance(child, Tree))
        return ast.Block(span=span, statements=tuple(node for node in nodes if node is not None))

    def _broken(self, tree: _Tree, span: Span) -> None:
        """The block of a statement that could not be read: it was parsed for the mistakes inside it alone."""

    def _action(self, tree: _Tree, span: Span) -> ast.Action:
        kind, main = tree.children[:2]
        return ast.Action(
            span=span,
            kind=self._name(kind),
            main=self.build(cast(_Tree, main)) if main is not None else None,
            options=self._trees(tree, "option"),
        )

    def _keyword(self, span: Span, word: str) -> Span:
        return Span(span.start, span.start + len(word))

    def _connect(self, tree: _Tree, span: Span) -> ast.Connect:
        return ast.Connect(
            span=span,
            keyword=self._keyword(span, "connect"),
            endpoint=self._one(tree, "endpoint"),
            options=self._trees(tree, "option"),
            branches=self._one(tree, "branches"),
        )

    def _binding(self, tree: _Tree) -> ast.Name | None:
        found = [child for child in tree.children if isinstance(child, Tree) and child.data == "as"]
        for extra in found[1:]:
            at = self._span(extra)
            self._collector.report(edits.without_second(messages.options.given_twice("as"), self._file, at), at)
        return self._name(found[0].children[0]) if found else None

    def _input(self, tree: _Tree, span: Span) -> ast.Input:
        return ast.Input(
            span=span,
            keyword=self._keyword(span, "input"),
            kinds=tuple(self._name(child) for child in tree.children if isinstance(child, Token)),
            options=self._trees(tree, "option"),
            binding=self._binding(tree),
            branches=self._one(tree, "branches"),
        )

    def _fetch(self, tree: _Tree, span: Span) -> ast.Fetch:
        return ast.Fetch(
            span=span,
            url=self.build(cast(_Tree, tree.children[0])),
            options=self._trees(tree, "option"),
            binding=self._binding(tree),
            branches=self._one(tree, "branches"),
        )

    def _set(self, tree: _Tree, span: Span) -> ast.Set:
        return ast.Set(span=span, name=self._name(tree.children[0]), value=self._last_value(tree))

    def _goto(self, tree: _Tree, span: Span) -> ast.Goto:
        return ast.Goto(span=span, step=self._name(tree.children[-1]))

    def _hangup(self, tree: _Tree, span: Span) -> ast.Hangup:
        return ast.Hangup(span=span)

    def _if(self, tree: _Tree, span: Span) -> ast.If:
        test, body = (self.build(cast(_Tree, child)) for child in tree.children[:2])
        arms = (ast.Arm(span=test.span.to(body.span), test=test, body=body), *self._trees(tree, "elif"))
        return ast.If(span=span, arms=arms, otherwise=self._one(tree, "else"))

    def _elif(self, tree: _Tree, span: Span) -> ast.Arm:
        test, body = (self.build(cast(_Tree, child)) for child in tree.children)
        return ast.Arm(span=span, test=test, body=body)

    def _else(self, tree: _Tree, span: Span) -> ast.Block:
        return cast(ast.Block, self._last_value(tree))

    def _for(self, tree: _Tree, span: Span) -> ast.For:
        items, body = (self.build(cast(_Tree, child)) for child in tree.children[1:])
        return ast.For(span=span, target=self._name(tree.children[0]), items=items, body=body)

    # ---- branches

    def _branches(self, tree: _Tree, span: Span) -> ast.Branches:
        return ast.Branches(span=span, items=self._trees(tree, "on", "retry", "otherwise"))

    def _on(self, tree: _Tree, span: Span) -> ast.On | ast.Otherwise:
        *matches, target = (self.build(cast(_Tree, child)) for child in tree.children)
        comment = self._file.slice(Span(span.start, matches[-1].span.start)).find("#")
        if comment >= 0 and isinstance(matches[-1], ast.Word) and matches[-1].text == "otherwise":
            at = Span(span.start + comment, span.start + comment + 1)
            self._collector.report(messages.habits.hash_without_quotes(at), at)
            return ast.Otherwise(span=span, target=target)
        return ast.On(span=span, matches=tuple(matches), target=target)

    def _retry(self, tree: _Tree, span: Span) -> ast.Retry:
        times, text, *_, target = tree.children
        return ast.Retry(
            span=span,
            times=self.build(cast(_Tree, times)),
            text=self.build(cast(_Tree, text)) if text is not None else None,
            options=self._trees(tree, "option"),
            target=self.build(cast(_Tree, target)) if target is not None else None,
        )

    def _otherwise(self, tree: _Tree, span: Span) -> ast.Otherwise:
        return ast.Otherwise(span=span, target=self._last_value(tree))

    # ---- values

    def _option(self, tree: _Tree, span: Span) -> ast.Option:
        return ast.Option(span=span, name=self._name(tree.children[0]), value=self._last_value(tree))

    def _decoded(self, tree: _Tree, span: Span, long: bool) -> ast.Text:
        literal = str(tree.children[0])
        try:
            text = decode(literal)
        except BadEscape as bad:
            self._collector.report(bad.message, Span(span.start + bad.start, span.start + bad.end))
            text = literal.strip('"')
        return ast.Text(span=span, text=text, long=long)

    def _string(self, tree: _Tree, span: Span) -> ast.Text:
        return self._decoded(tree, span, long=False)

    def _long_string(self, tree: _Tree, span: Span) -> ast.Text:
        return self._decoded(tree, span, long=True)

    def _template(self, tree: _Tree, span: Span) -> ast.Template:
        source = str(tree.children[0])[2:] or self._file.slice(Span(span.start + 2, span.end - 2))
        return ast.Template(span=span, source=source)

    def _number(self, tree: _Tree, span: Span) -> ast.Number:
        text = str(tree.children[0])
        if len(text) > _MOST_DIGITS:
            self._collector.report(messages.syntax.number_too_long(len(text), _MOST_DIGITS), span)
            return ast.Number(span=span, text="0", value=0)
        value = int(text) if text.lstrip("-").isdigit() else float(text)
        if value in (float("inf"), float("-inf")):
            self._collector.report(messages.syntax.number_too_large(), span)
            value = 0
        return ast.Number(span=span, text=text, value=value)

    def _duration(self, tree: _Tree, span: Span) -> ast.Duration:
        text, value = str(tree.children[0]), 0.0
        try:
            value = round(milliseconds(text), 6)
        except ValueError:  # the grammar knows its form: only its length can be wrong
            self._collector.report(messages.syntax.duration_too_long(), span)
        return ast.Duration(span=span, text=text, milliseconds=value)

    def _word(self, tree: _Tree, span: Span) -> ast.Word:
        return ast.Word(span=span, text=str(tree.children[0]))

    def _true(self, tree: _Tree, span: Span) -> ast.Boolean:
        return ast.Boolean(span=span, value=True)

    def _false(self, tree: _Tree, span: Span) -> ast.Boolean:
        return ast.Boolean(span=span, value=False)

    def _null(self, tree: _Tree, span: Span) -> ast.Null:
        return ast.Null(span=span)

    def _list(self, tree: _Tree, span: Span) -> ast.ListValue:
        items = tuple(self.build(child) for child in tree.children if isinstance(child, Tree))
        return ast.ListValue(span=span, items=items)

    def _map(self, tree: _Tree, span: Span) -> ast.MapValue:
        entries: dict[str, ast.Entry] = {}
        for entry in self._trees(tree, "entry"):
            first = entries.setdefault(key := entry.key.text, entry)
            if first is not entry:
                removal = edits.without(self._file, entry.span)
                self._collector.report(messages.syntax.key_twice(key, first.key.span, removal), entry.key.span)
        return ast.MapValue(span=span, entries=tuple(entries.values()))

    def _entry(self, tree: _Tree, span: Span) -> ast.Entry:
        key = cast(Token, tree.children[0])
        name = self._name(key)
        if key.type == "STRING":
            decoded = self._decoded(Tree("string", [key], tree.meta), self._at(key), long=False)
            name = ast.Name(text=decoded.text, span=decoded.span)
        return ast.Entry(span=span, key=name, value=self._last_value(tree))
