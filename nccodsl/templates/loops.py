"""From the loops of a template to closures.

Owns the scopes of loops, and what their passes cost. Other statements are compiled by the class that this one extends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nccodsl.diagnostics import messages
from nccodsl.templates import limits, tree
from nccodsl.templates.access import Loop
from nccodsl.templates.compiler import Closure
from nccodsl.templates.filters import items_of
from nccodsl.templates.scope import Scope
from nccodsl.templates.statements import Sheet, Statement, StatementCompiler

Store = Callable[[Scope, Any], None]


class LoopCompiler(StatementCompiler):
    """Compiles whole templates."""

    def do_for(self, node: tree.For) -> Statement:
        place = self.span(node.iter)
        if node.recursive:
            self.note(messages.templates.recursive_loop(), self.own(node))
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
        price = limits.UNITS_PER_STEP * (1 + sum(1 for part in node.body for _ in part.find_all(tree.Node)) // 40)
        return _looping(items, store, body, otherwise, test, assigns=assigns, price=price, place=place)


def _looping(
    items: Closure,
    store: Store,
    body: Statement,
    otherwise: Statement,
    test: Closure | None,
    *,
    assigns: bool,
    price: int,
    place: tuple[int, int],
) -> Statement:
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


def _items(closure: Closure) -> Closure:
    def run(scope: Scope) -> list[object]:
        found = items_of(closure(scope))
        limits.charge(scope, len(found))
        return found

    return run


def _kept(
    items: list[object],
    child: Scope,
    store: Store,
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


def _assignments(node: tree.Node) -> Sequence[tree.Node]:
    found = [node] if isinstance(node, tree.Assign | tree.AssignBlock) else []
    return [*found, *node.find_all((tree.Assign, tree.AssignBlock))]
