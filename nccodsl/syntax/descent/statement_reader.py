"""Statements and their branches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self, TypeVar

from nccodsl.base.source import Span
from nccodsl.syntax import ast
from nccodsl.syntax.descent.reserved_words import ACTIONS, RESERVED
from nccodsl.syntax.descent.token_reader import NUMBER, STATUS, STRING, TEMPLATE, WORD, NotSure
from nccodsl.syntax.descent.value_reader import TEXTS, ValueReader

T = TypeVar("T")


class StatementReader(ValueReader):
    """Reads statements. A method with a `start` reads what stands behind the keyword that begins there."""

    def _statement(self) -> ast.Statement:
        if self.kind != WORD:
            return self._goto()
        if self.token in ACTIONS:
            return self._action()
        read = _STATEMENTS.get(self.token)
        if read is None:
            raise NotSure
        start = self.start
        self._next()
        return read(self, start)

    def _block(self) -> ast.Block:
        start = self.start
        statements = self._braced(self._statement)
        return ast.Block(self._span(start), statements)

    def _keyword(self, start: int, word: str) -> Span:
        return Span(start + self._base, start + self._base + len(word))

    # ---- actions

    def _action(self) -> ast.Action:
        start, kind = self.start, self._name()
        main = self._optional_main()
        options = self._options()
        return ast.Action(self._span(start), kind, main, options)

    def _record(self, start: int) -> ast.RecordAction:
        main = self._optional_simple()
        options, bound = self._options_and_binding()
        binding, branches = self._plain(bound), self._optional_branches()
        return ast.RecordAction(self._span(start), self._keyword(start, "record"), main, options, binding, branches)

    def _connect(self, start: int) -> ast.Connect:
        endpoint, options = self._endpoint(), self._options()
        branches = self._optional_branches()
        return ast.Connect(self._span(start), self._keyword(start, "connect"), endpoint, options, branches)

    def _input(self, start: int) -> ast.Input:
        kinds: list[ast.Name] = []
        while self.kind == WORD and not self._is_word(RESERVED):
            kinds.append(self._name())
        options, binding = self._options_and_binding()
        branches, keyword = self._optional_branches(), self._keyword(start, "input")
        return ast.Input(self._span(start), keyword, tuple(kinds), options, binding, branches)

    def _options_and_binding(self) -> tuple[tuple[ast.Option, ...], ast.Bound | None]:
        """Options, with one `as` before, between or behind them."""
        options, binding = self._options(), None
        while self._took("as"):
            if binding is not None:
                raise NotSure
            binding = self._bound()
            if binding.shape is not None and self.token == "private":
                raise NotSure
            options += self._options()
        return options, binding

    def _bound(self) -> ast.Bound:
        name = self._name()
        shape = self._shape() if self._took(":") else None
        return ast.Bound(name.span if shape is None else name.span.to(shape.span), name.text, shape)

    def _plain(self, bound: ast.Bound | None) -> ast.Name | None:
        """A name behind `as` that has no shape."""
        if bound is None:
            return None
        if bound.shape is not None:
            raise NotSure
        return bound.name

    # ---- what a flow does besides

    def _fetch(self, start: int) -> ast.Fetch:
        method, url = self._method(), self._text_value()
        options, binding = self._options_and_binding()
        branches = self._optional_branches()
        return ast.Fetch(self._span(start), url, options, binding, branches, method)

    def _send(self, start: int) -> ast.Send:
        method, url = self._method(), self._text_value()
        options = self._options()
        return ast.Send(self._span(start), url, options, method)

    def _method(self) -> ast.Name | None:
        return self._name() if self.kind == WORD and self.token.isalpha() and self.token.isupper() else None

    def _ask(self, start: int) -> ast.Ask:
        dialog, args = self._name(), self._args()
        binding = self._bound() if self._took("as") else None
        name, branches = self._plain(binding), self._optional_branches()
        return ast.Ask(self._span(start), self._keyword(start, "ask"), dialog, args, name, branches)

    def _opt_out(self, start: int) -> ast.OptOut:
        options = self._options()
        return ast.OptOut(self._span(start), self._keyword(start, "opt_out"), options)

    def _set(self, start: int) -> ast.Set:
        name, value = self._name(), self._given()
        return ast.Set(self._span(start), name, value)

    def _goto(self) -> ast.Goto:
        start = self.start
        self._take("->")
        step = self._name()
        args = self._args() if self.token == "(" else None
        if args == ():
            raise NotSure
        return ast.Goto(self._span(start), step, args or ())

    def _next_round(self, start: int) -> ast.Next:
        return ast.Next(self._span(start))

    def _break(self, start: int) -> ast.Break:
        return ast.Break(self._span(start))

    def _hangup(self, start: int) -> ast.Hangup:
        return ast.Hangup(self._span(start))

    def _if(self, start: int) -> ast.If:
        test, body = self._template(), self._block()
        arms = [ast.Arm(test.span.to(body.span), test, body)]
        at = self.start
        while self._took("elif"):
            test, body = self._template(), self._block()
            arms.append(ast.Arm(self._span(at), test, body))
            at = self.start
        otherwise = self._block() if self._took("else") else None
        return ast.If(self._span(start), tuple(arms), otherwise)

    def _for(self, start: int) -> ast.For:
        target = self._name()
        self._take("in")
        items, body = self._value(), self._block()
        return ast.For(self._span(start), target, items, body)

    def _choose(self, start: int) -> ast.Choose:
        subject = self._template()
        at = self.start
        items = self._braced(lambda: self._by_keyword(_CHOICES))
        return ast.Choose(self._span(start), subject, ast.Choices(self._span(at), items))

    # ---- branches

    def _optional_branches(self) -> ast.Branches | None:
        if self.token != "{":
            return None
        start = self.start
        items = self._braced(lambda: self._by_keyword(_BRANCHES))
        return ast.Branches(self._span(start), items)

    def _by_keyword(self, readers: dict[str, Callable[[Self, int], T]]) -> T:
        read = readers.get(self.token) if self.kind == WORD else None
        if read is None:
            raise NotSure
        start = self.start
        self._next()
        return read(self, start)

    def _on(self, start: int) -> ast.On:
        matches, target = self._matches(), self._target()
        last = matches[-1]
        if isinstance(last, ast.Word) and last.text == "otherwise":
            raise NotSure  # perhaps a `#` without quotes
        return ast.On(self._span(start), matches, target)

    def _when(self, start: int) -> ast.When:
        matches, target = self._matches(), self._target()
        return ast.When(self._span(start), matches, target)

    def _matches(self) -> tuple[ast.Value, ...]:
        found = [self._match()]
        while self._took(","):
            found.append(self._match())
        return tuple(found)

    def _match(self) -> ast.Value:
        if self.kind in (WORD, STATUS):
            start, text = self.start, self.token
            self._next()
            return ast.Word(self._span(start), text)
        if self.kind not in (STRING, NUMBER, TEMPLATE):
            raise NotSure
        return self._main()

    def _retry(self, start: int) -> ast.Retry:
        times = self._number() if self.kind == NUMBER else None
        texts = [self._text_value()] if times is None or self.kind in TEXTS else []
        while texts and self._took(","):
            texts.append(self._text_value())
        options = self._options()
        leaves = self.token in ("{", "->") or (self.kind == WORD and self.token in _TARGETS)
        target = self._target() if leaves else None
        return ast.Retry(self._span(start), times, tuple(texts), options, target)

    def _otherwise(self, start: int) -> ast.Otherwise:
        target = self._target()
        return ast.Otherwise(self._span(start), target)

    def _whisper(self, start: int) -> ast.Whisper:
        body = self._block()
        return ast.Whisper(self._span(start), body)

    def _target(self) -> ast.Target:
        if self.token == "{":
            return self._block()
        return self._by_keyword(_TARGETS) if self.kind == WORD else self._goto()


_STATEMENTS: dict[str, Callable[[StatementReader, int], ast.Statement]] = {
    "record": StatementReader._record,
    "connect": StatementReader._connect,
    "input": StatementReader._input,
    "fetch": StatementReader._fetch,
    "send": StatementReader._send,
    "ask": StatementReader._ask,
    "opt_out": StatementReader._opt_out,
    "set": StatementReader._set,
    "if": StatementReader._if,
    "choose": StatementReader._choose,
    "for": StatementReader._for,
    "next": StatementReader._next_round,
    "break": StatementReader._break,
    "hangup": StatementReader._hangup,
}
_TARGETS: dict[str, Callable[[StatementReader, int], ast.Leave]] = {
    "next": StatementReader._next_round,
    "break": StatementReader._break,
    "hangup": StatementReader._hangup,
}
_BRANCHES: dict[str, Callable[[StatementReader, int], ast.On | ast.Retry | ast.Otherwise | ast.Whisper]] = {
    "on": StatementReader._on,
    "retry": StatementReader._retry,
    "otherwise": StatementReader._otherwise,
    "whisper": StatementReader._whisper,
}
_CHOICES: dict[str, Callable[[StatementReader, int], ast.When | ast.Otherwise]] = {
    "when": StatementReader._when,
    "otherwise": StatementReader._otherwise,
}
