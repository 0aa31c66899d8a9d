"""What the parts of a block do while an NCCO is written, and what follows a block."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.analysis.program import AssignItem, ForgetItem
from nccodsl.lowering.assignments import assigning
from nccodsl.lowering.blocks import Block, Fork, Goto
from nccodsl.lowering.holes import Emit, evaluator
from nccodsl.templates import Scope

Write = Callable[[Scope, list[str]], None]
"""Appends the JSON of actions; each item of the list is one action, or several joined by commas."""
Next = Callable[[Scope], str | None]


def following(block: Block) -> Next:
    """What follows a block, by name; None where the flow ends."""
    match block.transition:
        case Goto(target):
            return lambda _scope: target
        case Fork(arms, otherwise):
            tests = [(evaluator(test), target) for test, target in arms]

            def choose(scope: Scope) -> str:
                for test, target in tests:
                    if test(scope):
                        return target
                return otherwise

            return choose
        case _:
            return lambda _scope: None


def assigned(item: AssignItem) -> Write:
    """A name gets a value."""
    assign = assigning(item)
    return lambda scope, _out: assign(scope)


def forgetting(item: ForgetItem) -> Write:
    """Names lose their values."""
    names = item.names

    def write(scope: Scope, _out: list[str]) -> None:
        for name in names:
            scope.pop(name, None)

    return write


def unchanging(text: str) -> Write:
    """Actions that are the same for all values."""
    return lambda _scope, out: out.append(text)


def written(emit: Emit) -> Write:
    """An action with holes."""
    return lambda scope, out: out.append(emit(scope))
