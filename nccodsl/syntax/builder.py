"""From Lark's tree to ours: statements and branches. It judges nothing but what is given twice."""

from __future__ import annotations

from typing import Any, cast

from lark import Token, Tree

from nccodsl.base.source import Span
from nccodsl.diagnostics import edits, messages
from nccodsl.syntax import ast
from nccodsl.syntax.build_declarations import DeclarationBuilder
from nccodsl.syntax.build_values import LarkTree


class Builder(DeclarationBuilder):
    """Turns the trees of one file into nodes whose spans lie on the file's number line."""

    def _ask(self, tree: LarkTree, span: Span) -> ast.Ask:
        binding, shape = self._bound(tree)
        if shape is not None:
            self._collector.report(messages.syntax.shape_of_dialog(), shape.span)
        return ast.Ask(
            span=span,
            keyword=self._keyword(span, "ask"),
            dialog=self._name(tree.children[0]),
            args=self._one(tree, "args"),
            binding=binding,
            branches=self._one(tree, "branches"),
        )

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

    def _typed(self, tree: LarkTree) -> ast.Bound | None:
        """The name behind `as` with the shape behind it."""
        name, shape = self._bound(tree)
        return ast.Bound(name.span if shape is None else name.span.to(shape.span), name.text, shape) if name else None

    def _input(self, tree: LarkTree, span: Span) -> ast.Input:
        return ast.Input(
            span=span,
            keyword=self._keyword(span, "input"),
            kinds=tuple(self._name(child) for child in tree.children if isinstance(child, Token)),
            options=self._trees(tree, "option"),
            binding=self._typed(tree),
            branches=self._one(tree, "branches"),
        )

    def _fetch(self, tree: LarkTree, span: Span) -> ast.Fetch:
        method, url, *_ = tree.children
        return ast.Fetch(
            span=span,
            url=self.build(cast(LarkTree, url)),
            options=self._trees(tree, "option"),
            binding=self._typed(tree),
            branches=self._one(tree, "branches"),
            method=self._name(method) if method is not None else None,
        )

    def _send(self, tree: LarkTree, span: Span) -> ast.Send:
        method, url, *_ = tree.children
        name = self._name(method) if method is not None else None
        return ast.Send(span, self.build(cast(LarkTree, url)), self._trees(tree, "option"), name)

    def _set(self, tree: LarkTree, span: Span) -> ast.Set:
        return ast.Set(span=span, name=self._name(tree.children[0]), value=self._last_value(tree))

    def _goto(self, tree: LarkTree, span: Span) -> ast.Goto:
        return ast.Goto(span=span, step=self._name(tree.children[1]), args=self._one(tree, "returned") or ())

    def _next(self, tree: LarkTree, span: Span) -> ast.Next:
        return ast.Next(span=span)

    def _break(self, tree: LarkTree, span: Span) -> ast.Break:
        return ast.Break(span=span)

    def _opt_out(self, tree: LarkTree, span: Span) -> ast.OptOut:
        return ast.OptOut(span=span, keyword=self._keyword(span, "opt_out"), options=self._trees(tree, "option"))

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

    def _choose(self, tree: LarkTree, span: Span) -> ast.Choose:
        subject, choices = (self.build(cast(LarkTree, child)) for child in tree.children)
        return ast.Choose(span=span, subject=subject, choices=choices)

    def _choices(self, tree: LarkTree, span: Span) -> ast.Choices:
        return ast.Choices(span=span, items=self._trees(tree, "when", "otherwise"))

    def _when(self, tree: LarkTree, span: Span) -> ast.When:
        *matches, target = (self.build(cast(LarkTree, child)) for child in tree.children)
        return ast.When(span=span, matches=tuple(matches), target=target)

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
        target = tree.children[-1]
        return ast.Retry(
            span=span,
            times=self._one(tree, "number"),
            texts=self._one(tree, "texts") or (),
            options=self._trees(tree, "option"),
            target=self.build(cast(LarkTree, target)) if target is not None else None,
        )

    def _texts(self, tree: LarkTree, _span: Span) -> tuple[ast.Value, ...]:
        return tuple(self.build(cast(LarkTree, child)) for child in tree.children)

    def _otherwise(self, tree: LarkTree, span: Span) -> ast.Otherwise:
        return ast.Otherwise(span=span, target=self._last_value(tree))

    def _whisper(self, tree: LarkTree, span: Span) -> ast.Whisper:
        return ast.Whisper(span, self._last_value(tree))

    def _status(self, tree: LarkTree, span: Span) -> ast.Word:
        return ast.Word(span, str(tree.children[0]))
