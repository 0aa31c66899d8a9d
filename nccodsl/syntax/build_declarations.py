"""From Lark's tree to ours: declarations, types and tests. It judges nothing but what is given twice."""

from __future__ import annotations

from typing import Any, cast

from lark import Token, Tree

from nccodsl.base.source import Span
from nccodsl.diagnostics import edits, messages
from nccodsl.syntax import ast
from nccodsl.syntax.build_values import LarkTree, ValueBuilder
from nccodsl.syntax.nodes import LONGEST_RANGE


class DeclarationBuilder(ValueBuilder):
    """Turns the declarations of one file into nodes whose spans lie on the file's number line."""

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

    def _languages(self, tree: LarkTree, span: Span) -> ast.Languages:
        return ast.Languages(span=span, tongues=self._trees(tree, "tongue"))

    def _tongue(self, tree: LarkTree, span: Span) -> ast.Tongue:
        return ast.Tongue(span=span, name=self._name(tree.children[0]), options=self._trees(tree, "option"))

    def _defaults(self, tree: LarkTree, span: Span) -> ast.Defaults:
        return ast.Defaults(span=span, action=self._name(tree.children[0]), options=self._trees(tree, "option"))

    def _include(self, tree: LarkTree, span: Span) -> ast.Include:
        return ast.Include(span=span, path=self._last_value(tree))

    def _library(self, tree: LarkTree, span: Span) -> ast.Library:
        return ast.Library(span=span, text=str(tree.children[0])[1:-1])

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
        return ast.Test(
            span=span,
            title=self._one(tree, "string"),
            verbs=self._trees(tree, "with", "moment", "expect"),
            of=self._one(tree, "of"),
        )

    def _of(self, tree: LarkTree, span: Span) -> ast.Asked:
        return ast.Asked(span=span, dialog=self._name(tree.children[0]), args=self._one(tree, "args"))

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

    # ---- dialogs

    def _dialog(self, tree: LarkTree, span: Span) -> ast.Dialog:
        apart = ("members", "outcome")
        items = [child for child in tree.children if isinstance(child, Tree) and child.data not in apart]
        return ast.Dialog(
            span=span,
            name=self._name(tree.children[0]),
            params=self._one(tree, "members"),
            outcomes=self._trees(tree, "outcome"),
            items=cast(tuple[ast.Step | ast.Statement, ...], self.items(items)),
        )

    def _outcome(self, tree: LarkTree, span: Span) -> ast.Outcome:
        return ast.Outcome(span=span, name=self._name(tree.children[0]), members=self._one(tree, "members") or ())

    def _args(self, tree: LarkTree, _span: Span) -> tuple[ast.Option, ...]:
        """What stands in the parentheses behind a name."""
        return self._trees(tree, "option")

    _returned = _args

    # ---- shapes

    def _type(self, tree: LarkTree, span: Span) -> ast.Type:
        name, *limits = tree.children
        return ast.Type(span, self._name(name), tuple(self.build(limit) for limit in limits if isinstance(limit, Tree)))

    def _range(self, tree: LarkTree, span: Span) -> ast.Range:
        text = str(tree.children[0])
        first, _, last = text.partition("..")
        if len(text) > LONGEST_RANGE:
            self._collector.report(messages.syntax.number_too_long(len(text), LONGEST_RANGE), span)
            first = last = "0"
        return ast.Range(span, text, int(first), int(last))

    def _shapes(self, tree: LarkTree, span: Span) -> ast.Listed:
        return ast.Listed(span, self._one(tree, "type", "shapes", "fields"))

    def _fields(self, tree: LarkTree, span: Span) -> ast.Fields:
        return ast.Fields(span, self._members(tree, span))

    def _members(self, tree: LarkTree, _span: Span) -> tuple[ast.Member, ...]:
        """The members of a map, the params of a dialog, or what an outcome returns."""
        members: dict[str, ast.Member] = {}
        for member in self._trees(tree, "member"):
            first = members.setdefault(key := member.key.text, member)
            if first is not member:
                removal = edits.without(self._file, member.span)
                self._collector.report(messages.syntax.key_twice(key, first.key.span, removal), member.key.span)
        return tuple(members.values())

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
