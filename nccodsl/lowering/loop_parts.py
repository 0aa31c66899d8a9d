"""What a loop in which the call waits is made of: its list and the number of its round are names of the call."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nccodsl.analysis.program import AssignItem, ForgetItem, Hole, LoopItem, holes_in
from nccodsl.analysis.types import kind_of
from nccodsl.base.source import Span
from nccodsl.diagnostics import messages
from nccodsl.lowering.holes import Evaluate, Failed, first_hole, tree
from nccodsl.templates import Expression, NameUse, RenderFailure, Scope


class NextRound(Exception):
    """`next` in a loop that is part of an NCCO."""


class LeftLoop(Exception):
    """`break` in such a loop."""


def listed(loop: LoopItem) -> Callable[[Scope], Sequence[object]]:
    """The function that computes the list of a loop. It raises Failed."""
    compute, hole = tree(loop.items), first_hole(loop.items)

    def evaluate(scope: Scope) -> Sequence[object]:
        items = compute(scope)
        if isinstance(items, list | tuple):
            return items
        assert hole is not None
        raise Failed(hole, messages.template_values.loop_over_no_list(kind_of(items)))

    return evaluate


def header(loop: LoopItem) -> Span:
    """The place of a loop without its body: where its list stands, or all of it where that is constant."""
    hole = first_hole(loop.items)
    return Span(loop.span.start, hole.span.end) if hole is not None else loop.span


def opening(loop: LoopItem) -> tuple[AssignItem, ...]:
    """The list is computed once."""
    items = listed(loop)
    uses = tuple(use.name for hole in holes_in(loop.items) for use in hole.code.names)
    computed = _hole(loop, uses, lambda scope: list(items(scope)))
    return AssignItem(loop.list_name, computed, loop.span), AssignItem(loop.number_name, 0, loop.span)


def another(loop: LoopItem) -> Hole:
    """Whether there is a round for the number."""
    items, number = loop.list_name, loop.number_name
    # The names of the list tell what the decision depends on.
    uses = (items, number, *(use.name for hole in holes_in(loop.items) for use in hole.code.names))
    return _hole(loop, uses, lambda scope: _at(scope, number) < len(_items(scope, items)))


def beginning(loop: LoopItem) -> AssignItem:
    """The value of the round, whenever it begins: also when a retry asks again."""
    items, number = loop.list_name, loop.number_name

    def value(scope: Scope) -> object:
        found, at = _items(scope, items), _at(scope, number)
        return found[at] if at < len(found) else None

    return AssignItem(loop.name, _hole(loop, (items, number), value), loop.span)


def counting(loop: LoopItem) -> AssignItem:
    """The round is over."""
    number = loop.number_name
    return AssignItem(number, _hole(loop, (number,), lambda scope: _at(scope, number) + 1), loop.span)


def closing(loop: LoopItem) -> ForgetItem:
    """The loop is over, and its names with it."""
    return ForgetItem((loop.name, loop.list_name, loop.number_name), loop.span)


def _items(scope: Scope, name: str) -> Sequence[object]:
    items = scope[name]
    return items if isinstance(items, list | tuple) else ()


def _at(scope: Scope, name: str) -> int:
    number = scope[name]
    return number if isinstance(number, int) else 0


def _hole(loop: LoopItem, names: Sequence[str], compute: Evaluate) -> Hole:
    uses = tuple(NameUse(name, 0, 0, False) for name in names)

    def evaluate(scope: Scope) -> object:
        try:
            return compute(scope)
        except KeyError:
            # Another program has brought the call into the loop, without its state.
            raise RenderFailure(messages.templates.no_value(loop.shown, ()), 0, 0) from None

    return Hole(Expression("", (), uses, evaluate), header(loop))
