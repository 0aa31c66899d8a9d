"""From the statements of a template (`if`, `for`, `set`, `with`) and its text to closures that write to a list.

Owns the scopes of loops and the output limit. Expressions are compiled by the class that this one extends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from markupsafe import Markup

from nccodsl.templates import limits
from nccodsl.templates.access import Loop
from nccodsl.templates.compiler import FAILURES, Closure, Stop
from nccodsl.templates.expressions import ExpressionCompiler
from nccodsl.templates.filters import items_of
from nccodsl.templates.operators import kind, to_text
from nccodsl.templates.parse import TAGS_HELP
from nccodsl.templates.plain_words import in_words
from nccodsl.templates.scope import Refusal, RenderFailure, Scope
from nccodsl.voice.ssml import ILLEGAL, escape, is_plain


class Sheet(list[str]):
    """What has been written so far, and how long it is."""

    __slots__ = ("length",)

    def __init__(self) -> None:
        super().__init__()
        self.length = 0


Statement = Callable[[Scope, Sheet], None]

SMALL = 1 << 62
"""Whole numbers below this are written without asking how long they are."""

_TAG_OF = {
    "Extends": "extends",
    "Block": "block",
    "Include": "include",
    "Import": "import",
    "FromImport": "from",
    "Macro": "macro",
    "CallBlock": "call",
    "FilterBlock": "filter",
    "Scope": "autoescape",
    "ScopedEvalContextModifier": "autoescape",
}


def spoken(value: Any, markup: bool) -> str:
    """What `{{ value }}` puts into the text: escaped in markup, unless it is markup itself."""
    text = to_text(value)
    if not markup:
        return text
    # Printable text has no control characters: the quick way to know that nothing is to be looked for.
    illegal = None if text.isprintable() else ILLEGAL.search(text)
    if illegal:
        raise Refusal("E606", f"the value has a character that SSML cannot hold (U+{ord(illegal[0]):04X})")
    return str(text) if isinstance(text, Markup) else escape(text)


class StatementCompiler(ExpressionCompiler):
    """Compiles whole templates."""

    def body(self, items: list[nodes.Node]) -> Statement:
        """Statements one after the other."""
        self.depth += 1
        if self.depth > limits.TREE_DEPTH:
            self.note("E605", self.own(items[0]), f"the template has more than {limits.TREE_DEPTH} nested blocks")
            raise Stop
        statements = [self.statement(item) for item in items]
        self.depth -= 1
        if len(statements) == 1:
            return statements[0]

        def run(scope: Scope, sheet: Sheet) -> None:
            for statement in statements:
                statement(scope, sheet)

        return run

    def statement(self, node: nodes.Node) -> Statement:
        name = type(node).__name__
        handler = getattr(self, f"do_{name.lower()}", None)
        if handler is None:
            tag = _TAG_OF.get(name, name.lower())
            place = self.own(node)
            self.note("E604", place, f"the tag `{tag}` is not allowed", TAGS_HELP)
            return lambda scope, sheet: None
        statement: Statement = handler(node)
        return statement

    def written(self, node: nodes.Node) -> Callable[[Scope], str]:
        """The text that an output puts out."""
        if isinstance(node, nodes.TemplateData):
            data = node.data
            return lambda scope: data
        closure = self.expression(node)
        return self.output_of(closure, self.span(node))

    def output_of(self, closure: Closure, place: tuple[int, int]) -> Callable[[Scope], str]:
        markup = self.manner.markup

        def write(scope: Scope) -> str:
            value: object = closure(scope)
            given = type(value)
            if given is str and isinstance(value, str):
                if not markup or (value.isprintable() and is_plain(value)):
                    return value
            elif given is int and isinstance(value, int) and -SMALL < value < SMALL:
                return str(value)
            try:
                return spoken(value, markup)
            except Refusal as refusal:
                raise refusal.at(*place) from None
            except FAILURES as error:
                raise RenderFailure("E606", *place, in_words(error)) from None

        return write

    # statements

    def do_output(self, node: nodes.Output) -> Statement:
        parts = [(self.written(part), self.span(part)) for part in node.nodes]

        def run(scope: Scope, sheet: Sheet) -> None:
            for write, place in parts:
                text = write(scope)
                sheet.append(text)
                sheet.length += len(text)
                try:
                    if len(text) > limits.SMALL_TEXT:
                        limits.charge(scope, len(text) >> 6)
                    limits.check_length(sheet.length)
                except Refusal as refusal:
                    raise refusal.at(*place) from None

        return run

    def do_if(self, node: nodes.If) -> Statement:
        branches = [(self.expression(branch.test), self.body(branch.body)) for branch in (node, *node.elif_)]
        otherwise = self.body(node.else_)

        def run(scope: Scope, sheet: Sheet) -> None:
            for test, body in branches:
                if test(scope):
                    body(scope, sheet)
                    return
            otherwise(scope, sheet)

        return run

    def do_assign(self, node: nodes.Assign) -> Statement:
        value = self.expression(node.node)
        store = self.target_of(node.target)
        return lambda scope, sheet: store(scope, value(scope))

    def do_assignblock(self, node: nodes.AssignBlock) -> Statement:
        if node.filter is not None:
            place = self.own(node.filter)
            self.note("E604", place, "a filter on a `set` block is not allowed", "filter where the name is used")
        bound = set(self.bound)
        body = self.body(node.body)
        self.bound = bound
        store = self.target_of(node.target)
        markup = self.manner.markup

        def run(scope: Scope, sheet: Sheet) -> None:
            inner = Sheet()
            inner.length = sheet.length
            child = scope.child()
            body(child, inner)
            scope.steps = child.steps
            text = "".join(inner)
            store(scope, Markup(text) if markup else text)

        return run

    def do_with(self, node: nodes.With) -> Statement:
        # All values are evaluated outside, as Jinja does.
        values = self.expressions(node.values)
        bound = set(self.bound)
        stores = [self.target_of(target) for target in node.targets]
        body = self.body(node.body)
        self.bound = bound

        def run(scope: Scope, sheet: Sheet) -> None:
            child = scope.child()
            for store, value in zip(stores, [value(scope) for value in values], strict=True):
                store(child, value)
            child.steps = max(child.steps, scope.steps)
            body(child, sheet)
            scope.steps = child.steps

        return run

    def do_for(self, node: nodes.For) -> Statement:
        place = self.span(node.iter)
        if node.recursive:
            self.note("E604", self.own(node), "`recursive` loops are not allowed")
        items = self.guarded(place, _items(self.expression(node.iter)))
        outside = set(self.bound)
        otherwise = self.body(node.else_)
        self.bound = set(outside)
        store = self.target_of(node.target)
        test = self.expression(node.test) if node.test is not None else None
        self.bound.add("loop")
        body = self.body(node.body)
        self.bound = outside
        assigns = any(True for statement in node.body for _ in _assignments(statement))
        # A long body makes each pass dearer, so that the limit bounds the time whatever the loop holds.
        price = limits.UNITS_PER_STEP * (1 + sum(1 for part in node.body for _ in part.find_all(nodes.Node)) // 40)

        def run(scope: Scope, sheet: Sheet) -> None:
            found = items(scope)
            child = scope.child()
            if test is not None:
                found = _kept(found, child, store, test, price, place)
                child = _restarted(scope, child)
            if not found:
                child.steps = max(child.steps, scope.steps)
                otherwise(child, sheet)
                scope.steps = child.steps
                return
            loop = Loop(found)
            child["loop"] = loop
            for index, item in enumerate(found):
                loop.index0 = index
                child.steps += price
                if child.steps > limits.UNITS:
                    raise limits.too_much_work().at(*place)
                store(child, item)
                body(child, sheet)
                if assigns:
                    # What one pass sets is gone in the next.
                    child = _restarted(scope, child)
                    child["loop"] = loop
            scope.steps = child.steps

        return run

    def target_of(self, node: nodes.Node) -> Callable[[Scope, Any], None]:
        """What stores a value under a name, or under several."""
        if isinstance(node, nodes.Name):
            name = node.name
            if name.startswith("_"):
                self.note("E604", self.own(node), f"`{name}` cannot be set: names that begin with `_` are private")
            self.bound.add(name)

            def store(scope: Scope, value: Any) -> None:
                scope[name] = value

            return store
        place = self.span(node)
        if not isinstance(node, nodes.Tuple):
            self.note("E604", place, "only names can be set")
            return lambda scope, value: None
        targets = [self.target_of(item) for item in node.items]

        def unpack(scope: Scope, value: Any) -> None:
            if not isinstance(value, list | tuple | str) or len(value) != len(targets):
                raise RenderFailure("E606", *place, f"{kind(value)} does not have the {len(targets)} parts wanted here")
            for target, item in zip(targets, value, strict=True):
                target(scope, item)

        return unpack


def _items(closure: Closure) -> Closure:
    def run(scope: Scope) -> list[object]:
        found = items_of(closure(scope))
        limits.charge(scope, len(found))
        return found

    return run


def _kept(
    items: list[object],
    child: Scope,
    store: Callable[[Scope, Any], None],
    test: Closure,
    price: int,
    place: tuple[int, int],
) -> list[object]:
    """The items that pass the `if` of a loop."""
    kept = []
    for item in items:
        child.steps += price
        if child.steps > limits.UNITS:
            raise limits.too_much_work().at(*place)
        store(child, item)
        if test(child):
            kept.append(item)
    return kept


def _restarted(scope: Scope, child: Scope) -> Scope:
    """A fresh child of `scope` that has done the work of `child`."""
    fresh = scope.child()
    fresh.steps += child.steps - scope.steps
    return fresh


def _assignments(node: nodes.Node) -> list[nodes.Node]:
    found = [node] if isinstance(node, nodes.Assign | nodes.AssignBlock) else []
    return [*found, *node.find_all((nodes.Assign, nodes.AssignBlock))]
