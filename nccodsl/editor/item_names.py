"""The names of one top-level item of a script, by its syntax tree alone: what other items declare does not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from nccodsl.analysis.bound_names import bindings
from nccodsl.analysis.dialog_statements import AGAIN, beginning_of, steps_in
from nccodsl.base.source import Span
from nccodsl.editor.gap_words import gap_words
from nccodsl.editor.symbols_used import FoundName, Jump, Symbol, TextMark
from nccodsl.editor.value_names import Slice, ValueNames
from nccodsl.syntax import ast

_TEXTS = ("test", "include")
"""The kinds of what is no name but a text."""


class ItemNames:
    """What was found in one item. Uses do not overlap; they and the marks stand in the order of their places."""

    def __init__(self, node: ast.Node, cut: Slice) -> None:
        """`cut` gives the text of a span."""
        self.node = node
        reading = _Reading(cut)
        reading.item(node)
        self.scopes = reading.scopes
        self.returned = reading.returned
        """The dialog that brings what is bound, by what its members are read of."""
        self.wholes = reading.wholes
        """All of a step, dialog, handler or loose statement."""
        self.jumps = reading.jumps
        text, base = cut(node.span), node.span.start
        written = [
            one
            for one in reading.found
            if one.kind in _TEXTS or text[one.span.start - base : one.span.end - base] == one.name
        ]
        self.readable = reading.readable and len(written) == len(reading.found)
        """Whether all names stand there as they are: not a mistake that was taken for one, a key with escapes, or
        what cannot be read in a template."""
        found: list[FoundName | TextMark] = [*written, *reading.marks]
        found.sort(key=_start)
        found += gap_words(text, node.span, tuple(found))
        found.sort(key=_start)
        self.uses = tuple(one for one in found if isinstance(one, FoundName))
        self.marks = tuple(one for one in found if isinstance(one, TextMark))

    @cached_property
    def starts(self) -> list[int]:
        """Where the uses begin."""
        return [use.span.start for use in self.uses]

    @cached_property
    def by_symbol(self) -> dict[Symbol, list[FoundName]]:
        """The uses of each symbol."""
        groups = defaultdict[Symbol, list[FoundName]](list)
        for use in self.uses:
            if use.symbol is not None:
                groups[use.symbol].append(use)
        return dict(groups)


def _start(one: FoundName | TextMark) -> int:
    return one.span.start


class _Reading(ValueNames):
    """One item that is read."""

    def __init__(self, cut: Slice) -> None:
        super().__init__(cut)
        self.returned: dict[str, str] = {}
        self.wholes: dict[Symbol, Span] = {}
        self.jumps: list[Jump] = []
        self._inside = Symbol("script", "", "")
        self._branch: Span | None = None

    def item(self, node: ast.Node) -> None:
        """All of it."""
        if isinstance(node, ast.Declaration):
            self.visit(node)
        else:
            with self._within(Symbol("script", "", str(node.span.start)), node.span):
                self.visit(node)

    @contextmanager
    def _within(self, symbol: Symbol, span: Span) -> Iterator[None]:
        self.wholes.setdefault(symbol, span)
        before = self._inside, self._branch
        self._inside, self._branch = symbol, None
        yield
        self._inside, self._branch = before

    def _bind(self, name: ast.Name | None, shape: ast.Shape | None = None) -> Symbol | None:
        if name is None:
            return None
        symbol = Symbol("value", self.dialog, name.text)
        self.note("binding", name, symbol, defines=True)
        self.shape(shape, _members_of(symbol))
        return symbol

    def _jump(self, target: Symbol, span: Span) -> None:
        self.jumps.append(Jump(self._inside, target, span, self._branch))

    # ---- declarations

    def on_param(self, node: ast.Param) -> None:
        self.note("param", node.name, Symbol("value", "", node.name.text), defines=True)
        self.marks.append(TextMark("type", node.type.span))
        self.all((node.default,))
        self.plain(node.doc)

    def on_secret(self, node: ast.Secret) -> None:
        self.note("secret", node.name, Symbol("value", "", node.name.text), defines=True)
        self.plain(node.doc)

    def on_let(self, node: ast.Let) -> None:
        self.note("let", node.name, Symbol("value", "", node.name.text), defines=True)
        self.visit(node.value)

    def on_hours(self, node: ast.Hours) -> None:
        self.note("hours", node.name, Symbol("value", "", node.name.text), defines=True)
        self.inner(node, "name")

    def on_include(self, node: ast.Include) -> None:
        span = node.path.span
        self.found.append(FoundName("include", node.path.text, Span(span.start + 1, span.end - 1)))

    def on_defaults(self, node: ast.Defaults) -> None:
        self.note("keyword", node.action)
        self.all(node.options)

    def on_step(self, node: ast.Step) -> None:
        symbol = Symbol("target", self.dialog, node.name.text)
        self.note("step", node.name, symbol, defines=True)
        with self._within(symbol, node.span):
            self.visit(node.body)

    def on_dialog(self, node: ast.Dialog) -> None:
        name = node.name.text
        symbol = Symbol("dialog", "", name)
        self.note("dialog", node.name, symbol, defines=True)
        self.scopes[name] = node.span
        for param in node.params:
            own = Symbol("value", name, param.key.text)
            self.note("param", param.key, own, defines=True)
            self.shape(param.shape, _members_of(own))
            self.all((param.default,))
        for outcome in node.outcomes:
            self.note("outcome", outcome.name, Symbol("target", name, outcome.name.text), defines=True)
            for member in outcome.members:
                self.member(member, returned_by(name))
        bodies = [*beginning_of(node), *(one for step in steps_in(node) for one in step.body.statements)]
        bound = (one.text for one, _ in bindings(bodies, {}))
        self.dialog, self.own = name, frozenset((*(param.key.text for param in node.params), *bound))
        with self._within(symbol, node.span):
            self.all(node.items)
        self.dialog, self.own = "", frozenset()

    def on_on(self, node: ast.On) -> None:
        """A branch; one that is in none is a handler of the call."""
        if self._inside.space == "script" and not self._inside.name:
            with self._within(Symbol("handler", "", str(node.span.start)), node.span):
                self.inner(node)
        else:
            self._branches(node, node.target)

    def _branches(self, node: ast.Node, target: ast.Target | None, *without: str) -> None:
        """A branch, from its first word to what is done in it."""
        before = self._branch
        end = target.span.start if target is not None else node.span.end
        self._branch = Span(node.span.start, end)
        self.inner(node, *without)
        self._branch = before

    def on_if(self, node: ast.If) -> None:
        before = self._branch
        for arm in node.arms:
            start = node.span.start if arm is node.arms[0] else arm.span.start
            self._branch = Span(start, arm.body.span.start)
            self.inner(arm)
        self._branch = before
        self.all((node.otherwise,))

    def on_when(self, node: ast.When) -> None:
        self._branches(node, node.target)

    def on_otherwise(self, node: ast.Otherwise) -> None:
        self._branches(node, node.target)

    def on_retry(self, node: ast.Retry) -> None:
        self._branches(node, node.target)

    # ---- statements

    def on_action(self, node: ast.Action) -> None:
        self.note("keyword", node.kind)
        self.inner(node, "kind")

    def on_input(self, node: ast.Input) -> None:
        self.inner(node, "binding")
        self._bind(node.binding, node.binding.shape if isinstance(node.binding, ast.Bound) else None)

    def on_recordaction(self, node: ast.RecordAction) -> None:
        self.inner(node, "binding")
        self._bind(node.binding)

    def on_fetch(self, node: ast.Fetch) -> None:
        self.inner(node, "binding")
        if node.binding is not None:
            self._bind(node.binding.name, node.binding.shape)

    def on_set(self, node: ast.Set) -> None:
        self._bind(node.name)
        self.visit(node.value)

    def on_ask(self, node: ast.Ask) -> None:
        name = node.dialog.text
        self._asked(node.dialog, node.args)
        self._jump(Symbol("dialog", "", name), node.dialog.span)
        bound = self._bind(node.binding)
        if bound is not None:
            self.returned.setdefault(_members_of(bound), name)
        for branch in node.branches.items if node.branches is not None else ():
            if isinstance(branch, ast.On):
                for match in branch.matches:
                    if isinstance(match, ast.Word):
                        self.note("outcome", match, Symbol("target", name, match.text))
                    else:
                        self.visit(match)
                self._branches(branch, branch.target, "matches")
            else:
                self.visit(branch)

    def _asked(self, dialog: ast.Name, args: tuple[ast.Option, ...]) -> None:
        self.note("dialog", dialog, Symbol("dialog", "", dialog.text))
        self.given(args, "param", lambda name: Symbol("value", dialog.text, name))

    def on_goto(self, node: ast.Goto) -> None:
        name = node.step.text
        if self.dialog and name == AGAIN:
            self.note("keyword", node.step)
            self._jump(Symbol("dialog", "", self.dialog), node.step.span)
            return
        target = Symbol("target", self.dialog, name)
        self.note("step", node.step, target)
        self._jump(target, node.step.span)
        self.given(node.args, "member", lambda member: Symbol("member", returned_by(self.dialog), member))

    def on_for(self, node: ast.For) -> None:
        name, owner = node.target.text, f"for {node.span.start}"
        symbol = Symbol("value", owner, name)
        self.note("loop", node.target, symbol, defines=True)
        self.visit(node.items)
        self.scopes[owner] = node.span
        before, self.loops = self.loops, {**self.loops, name: symbol}
        self.visit(node.body)
        self.loops = before

    # ---- tests

    def on_test(self, node: ast.Test) -> None:
        title = Span(node.title.span.start + 1, node.title.span.end - 1)
        self.found.append(FoundName("test", node.title.text, title, None, True))
        if node.of is not None:
            self._asked(node.of.dialog, node.of.args)
        dialog = node.of.dialog.text if node.of is not None else ""
        for verb in node.verbs:
            match verb:
                case ast.With():
                    self.given(verb.values, "value", lambda name: Symbol("value", "", name))
                case ast.Moment():
                    self.plain(verb.text)
                case ast.Expect():
                    self._expect(verb, dialog)

    def _expect(self, node: ast.Expect, dialog: str) -> None:
        self.note("keyword", node.verb)
        if node.kind is not None and node.verb.text == "ends":
            self.note("outcome", node.kind, Symbol("target", dialog, node.kind.text))
        elif node.kind is not None and node.verb.text == "dialled":
            self.note("endpoint", node.kind)
        else:
            self.all((node.kind,))
        self.inner(node, "verb", "kind")


def _members_of(symbol: Symbol) -> str:
    """What the members of a value are read of."""
    return f"{symbol.owner}:{symbol.name}"


def returned_by(dialog: str) -> str:
    """What the members are read of that a dialog returns."""
    return f"{dialog}()"
