"""From Lark's tree to ours: declarations, statements and branches. It judges nothing but what is given twice."""

from __future__ import annotations

from typing import Any, cast

from lark import Token, Tree

from nccodsl.base.source import Span
from nccodsl.diagnostics import edits, messages
from nccodsl.syntax import ast
from nccodsl.syntax.build_values import LarkTree, ValueBuilder


class Builder(ValueBuilder):
    """Turns the trees of one file into nodes whose spans lie on the file's number line."""

    def items(self, children: list[Any]) -> tuple[ast.Declaration | ast.Statement, ...]:
        """The nodes of a file's top level."""
        nodes = (self.build(child) if isinstance(child, Tree) else child for child in children)
        return tuple(node for node in nodes if node is not None)

    # ---- declarations

    def _param(self, tree: LarkTree, span: Span) -> ast.Param:
        name, kind, private, default, doc = tree.children
        return ast.Param(
            span=span,
            name=self._name(name),
            type=self._name(kind),
            private=private is not None,
            default=self.build(cast(LarkTree, default)) if default is not None else None,
            doc=self.build(cast(LarkTree, doc)) if doc is not None else None,
        )

    def _secret(self, tree: LarkTree, span: Span) -> ast.Secret:
        name, doc = tree.children
        return ast.Secret(span, self._name(name), self.build(cast(LarkTree, doc)) if doc is not None else None)

    def _let(self, tree: LarkTree, span: Span) -> ast.Let:
        return ast.Let(span=span, name=self._name(tree.children[0]), value=self._last_value(tree))

    def _defaults(self, tree: LarkTree, span: Span) -> ast.Defaults:
        return ast.Defaults(span=span, action=self._name(tree.children[0]), options=self._trees(tree, "option"))

    def _include(self, tree: LarkTree, span: Span) -> ast.Include:
        return ast.Include(span=span, path=self._last_value(tree))

    def _zone(self, tree: LarkTree, span: Span) -> ast.Zone:
        return ast.Zone(span=span, place=self._last_value(tree))

    def _hours(self, tree: LarkTree, span: Span) -> ast.Hours:
        return ast.Hours(
            span=span,
            name=self._name(tree.children[0]),
            options=self._trees(tree, "option"),
            rules=self._trees(tree, "weekdays", "closed", "open", "holidays"),
        )

    def _weekdays(self, tree: LarkTree, span: Span) -> ast.Weekdays:
        days = tuple(self._name(child) for child in tree.children if isinstance(child, Token))
        return ast.Weekdays(span=span, days=days, times=self._trees(tree, "times"))

    def _closed(self, tree: LarkTree, span: Span) -> ast.Closed:
        return ast.Closed(span=span, dates=self._trees(tree, "dates"))

    def _dates(self, tree: LarkTree, span: Span) -> ast.Dates:
        return ast.Dates(span=span, text=str(tree.children[0]), reason=self._one(tree, "string"))

    def _open(self, tree: LarkTree, span: Span) -> ast.Open:
        dates = ast.Dates(self._at(cast(Token, tree.children[0])), str(tree.children[0]), self._one(tree, "string"))
        return ast.Open(span=span, dates=dates, times=self._trees(tree, "times"))

    def _holidays(self, tree: LarkTree, span: Span) -> ast.Holidays:
        return ast.Holidays(span=span, region=self._name(tree.children[0]))

    def _times(self, tree: LarkTree, span: Span) -> ast.Times:
        return ast.Times(span=span, text="".join(str(tree.children[0]).split()))

    def _call(self, tree: LarkTree, span: Span) -> ast.Call:
        return ast.Call(span=span, items=self._trees(tree, "to", "from", "option", "handler", "on"))

    def _to(self, tree: LarkTree, span: Span) -> ast.To:
        return ast.To(span=span, endpoint=self._last_value(tree))

    def _from(self, tree: LarkTree, span: Span) -> ast.From:
        return ast.From(span=span, endpoint=self._last_value(tree))

    def _endpoint(self, tree: LarkTree, span: Span) -> ast.Endpoint:
        kind, main = tree.children
        value = self.build(cast(LarkTree, main)) if main is not None else None
        return ast.Endpoint(span=span, kind=self._name(kind), main=value)

    def _step(self, tree: LarkTree, span: Span) -> ast.Step:
        return ast.Step(span=span, name=self._name(tree.children[0]), body=self._last_value(tree))

    def _test(self, tree: LarkTree, span: Span) -> ast.Test:
        return ast.Test(span=span, title=self._one(tree, "string"), verbs=self._trees(tree, "with", "moment", "expect"))

    def _with(self, tree: LarkTree, span: Span) -> ast.With:
        return ast.With(span=span, values=self._trees(tree, "option"))

    def _moment(self, tree: LarkTree, span: Span) -> ast.Moment:
        return ast.Moment(span=span, text=self._last_value(tree))

    def _expect(self, tree: LarkTree, span: Span) -> ast.Expect:
        negated, verb, kind, seen, body, *_, reply = tree.children
        values = [self.build(cast(LarkTree, one)) for one in (seen, body) if one is not None]
        return ast.Expect(
            span=span,
            verb=self._name(verb),
            negated=negated is not None,
            kind=self._name(kind) if kind is not None else None,
            value=values[0] if values else None,
            body=values[1] if len(values) > 1 else None,
            options=self._trees(tree, "option"),
            reply=self._last_value(cast(LarkTree, reply)) if reply is not None else None,
        )

    def _any(self, tree: LarkTree, span: Span) -> ast.AnyValue:
        return ast.AnyValue(span)

    # ---- statements

    def _block(self, tree: LarkTree, span: Span) -> ast.Block:
        nodes = (self.build(child) for child in tree.children if isinstance(child, Tree))
        return ast.Block(span=span, statements=tuple(node for node in nodes if node is not None))

    def _broken(self, tree: LarkTree, span: Span) -> None:
        """The block of a statement that could not be read: it was parsed for the mistakes inside it alone."""

    def _action(self, tree: LarkTree, span: Span) -> ast.Action:
        kind, main = tree.children[:2]
        return ast.Action(
            span=span,
            kind=self._name(kind),
            main=self.build(cast(LarkTree, main)) if main is not None else None,
            options=self._trees(tree, "option"),
        )

    def _keyword(self, span: Span, word: str) -> Span:
        return Span(span.start, span.start + len(word))

    def _connect(self, tree: LarkTree, span: Span) -> ast.Connect:
        return ast.Connect(
            span=span,
            keyword=self._keyword(span, "connect"),
            endpoint=self._one(tree, "endpoint"),
            options=self._trees(tree, "option"),
            branches=self._one(tree, "branches"),
        )

    def _record(self, tree: LarkTree, span: Span) -> ast.RecordAction:
        main = tree.children[1]
        binding, shape = self._bound(tree)
        if shape is not None:
            self._collector.report(messages.syntax.shape_of_recording(), shape.span)
        return ast.RecordAction(
            span=span,
            keyword=self._keyword(span, "record"),
            main=self.build(cast(LarkTree, main)) if main is not None else None,
            options=self._trees(tree, "option"),
            binding=binding,
            branches=self._one(tree, "branches"),
        )

    def _bound(self, tree: LarkTree) -> tuple[ast.Name | None, Any]:
        """The name behind `as`, and the shape behind it."""
        found = [child for child in tree.children if isinstance(child, Tree) and child.data == "as"]
        for extra in found[1:]:
            at = self._span(extra)
            self._collector.report(edits.without_second(messages.options.given_twice("as"), self._file, at), at)
        if not found:
            return None, None
        name, shape = found[0].children
        return self._name(name), self.build(cast(LarkTree, shape)) if shape is not None else None

    def _input(self, tree: LarkTree, span: Span) -> ast.Input:
        binding, shape = self._bound(tree)
        if shape is not None:
            self._collector.report(messages.syntax.shape_of_input(), shape.span)
        return ast.Input(
            span=span,
            keyword=self._keyword(span, "input"),
            kinds=tuple(self._name(child) for child in tree.children if isinstance(child, Token)),
            options=self._trees(tree, "option"),
            binding=binding,
            branches=self._one(tree, "branches"),
        )

    def _fetch(self, tree: LarkTree, span: Span) -> ast.Fetch:
        method, url, *_ = tree.children
        name, shape = self._bound(tree)
        binding = (
            ast.Bound(name.span if shape is None else name.span.to(shape.span), name.text, shape) if name else None
        )
        return ast.Fetch(
            span=span,
            url=self.build(cast(LarkTree, url)),
            options=self._trees(tree, "option"),
            binding=binding,
            branches=self._one(tree, "branches"),
            method=self._name(method) if method is not None else None,
        )

    def _send(self, tree: LarkTree, span: Span) -> ast.Send:
        method, url, *_ = tree.children
        name = self._name(method) if method is not None else None
        return ast.Send(span, self.build(cast(LarkTree, url)), self._trees(tree, "option"), name)

    # ---- shapes

    def _type(self, tree: LarkTree, span: Span) -> ast.Type:
        return ast.Type(span, self._name(tree.children[0]))

    def _shapes(self, tree: LarkTree, span: Span) -> ast.Listed:
        return ast.Listed(span, self._one(tree, "type", "shapes", "fields"))

    def _fields(self, tree: LarkTree, span: Span) -> ast.Fields:
        members: dict[str, ast.Member] = {}
        for member in self._trees(tree, "member"):
            first = members.setdefault(key := member.key.text, member)
            if first is not member:
                removal = edits.without(self._file, member.span)
                self._collector.report(messages.syntax.key_twice(key, first.key.span, removal), member.key.span)
        return ast.Fields(span, tuple(members.values()))

    def _member(self, tree: LarkTree, span: Span) -> ast.Member:
        key, shape, optional, private, default = tree.children
        return ast.Member(
            span=span,
            key=self._key(cast(Token, key), tree),
            shape=self.build(cast(LarkTree, shape)),
            optional=optional is not None,
            private=private is not None,
            default=self.build(cast(LarkTree, default)) if default is not None else None,
        )

    def _set(self, tree: LarkTree, span: Span) -> ast.Set:
        return ast.Set(span=span, name=self._name(tree.children[0]), value=self._last_value(tree))

    def _goto(self, tree: LarkTree, span: Span) -> ast.Goto:
        return ast.Goto(span=span, step=self._name(tree.children[-1]))

    def _hangup(self, tree: LarkTree, span: Span) -> ast.Hangup:
        return ast.Hangup(span=span)

    def _if(self, tree: LarkTree, span: Span) -> ast.If:
        test, body = (self.build(cast(LarkTree, child)) for child in tree.children[:2])
        arms = (ast.Arm(span=test.span.to(body.span), test=test, body=body), *self._trees(tree, "elif"))
        return ast.If(span=span, arms=arms, otherwise=self._one(tree, "else"))

    def _elif(self, tree: LarkTree, span: Span) -> ast.Arm:
        test, body = (self.build(cast(LarkTree, child)) for child in tree.children)
        return ast.Arm(span=span, test=test, body=body)

    def _else(self, tree: LarkTree, span: Span) -> ast.Block:
        return cast(ast.Block, self._last_value(tree))

    def _for(self, tree: LarkTree, span: Span) -> ast.For:
        items, body = (self.build(cast(LarkTree, child)) for child in tree.children[1:])
        return ast.For(span=span, target=self._name(tree.children[0]), items=items, body=body)

    # ---- branches

    def _branches(self, tree: LarkTree, span: Span) -> ast.Branches:
        return ast.Branches(span=span, items=self._trees(tree, "on", "retry", "otherwise", "whisper"))

    def _on(self, tree: LarkTree, span: Span) -> ast.On | ast.Otherwise:
        *matches, target = (self.build(cast(LarkTree, child)) for child in tree.children)
        comment = self._file.slice(Span(span.start, matches[-1].span.start)).find("#")
        if comment >= 0 and isinstance(matches[-1], ast.Word) and matches[-1].text == "otherwise":
            at = Span(span.start + comment, span.start + comment + 1)
            self._collector.report(messages.habits.hash_without_quotes(at), at)
            return ast.Otherwise(span=span, target=target)
        return ast.On(span=span, matches=tuple(matches), target=target)

    _handler = _on

    def _retry(self, tree: LarkTree, span: Span) -> ast.Retry:
        times, text, *_, target = tree.children
        return ast.Retry(
            span=span,
            times=self.build(cast(LarkTree, times)),
            text=self.build(cast(LarkTree, text)) if text is not None else None,
            options=self._trees(tree, "option"),
            target=self.build(cast(LarkTree, target)) if target is not None else None,
        )

    def _otherwise(self, tree: LarkTree, span: Span) -> ast.Otherwise:
        return ast.Otherwise(span=span, target=self._last_value(tree))

    def _whisper(self, tree: LarkTree, span: Span) -> ast.Whisper:
        return ast.Whisper(span, self._last_value(tree))

    def _status(self, tree: LarkTree, span: Span) -> ast.Word:
        return ast.Word(span, str(tree.children[0]))
