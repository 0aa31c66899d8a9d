"""What writes the parts of a block: constants, actions, and what changes the names or leaves a loop."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.analysis.program import AssignItem, BreakItem, ForgetItem, Hole, NextItem
from nccodsl.diagnostics import messages
from nccodsl.lowering.assignments import assigning
from nccodsl.lowering.blocks import Block, Fork, Goto
from nccodsl.lowering.holes import Emit, Failed, decider
from nccodsl.lowering.loop_parts import LeftLoop, NextRound
from nccodsl.templates import Scope

Write = Callable[[Scope, list[str]], None]
"""Appends the JSON of actions; each item of the list is one action, or several joined by commas."""
Next = Callable[[Scope], str | None]
"""The name of the block that follows; None where the flow ends."""
MOST_ACTIONS = 100_000
"""Actions in one rendered NCCO; a script that writes more has lost count."""


def unheard(item: AssignItem | ForgetItem | NextItem | BreakItem) -> Write:
    """What changes the names, or leaves a round of a loop or all of it."""
    match item:
        case AssignItem():
            return _assigned(item)
        case ForgetItem():
            return _forgotten(item)
        case NextItem():
            return _left(NextRound)
        case BreakItem():
            return _left(LeftLoop)


def _assigned(item: AssignItem) -> Write:
    assign = assigning(item)
    return lambda scope, _out: assign(scope)


def _forgotten(item: ForgetItem) -> Write:
    def write(scope: Scope, _out: list[str]) -> None:
        for name in item.names:
            scope.pop(name, None)

    return write


def _left(kind: type[Exception]) -> Write:
    def write(_scope: Scope, _out: list[str]) -> None:
        raise kind

    return write


def too_long(hole: Hole) -> Failed:
    """The list in `hole` makes more actions than an NCCO may have."""
    return Failed(hole, messages.template_limits.loop_too_long(MOST_ACTIONS))


def constant(text: str) -> Write:
    """Writes what is known beforehand."""
    return lambda _scope, out: out.append(text)


def written(emit: Emit) -> Write:
    """Writes one action."""
    return lambda scope, out: out.append(emit(scope))


def following(block: Block) -> Next:
    """What follows a block, by name; None where the flow ends."""
    match block.transition:
        case Goto(target):
            return lambda _scope: target
        case Fork(arms, otherwise):
            decide = decider([test for test, _ in arms])
            targets = (*(target for _, target in arms), otherwise)
            return lambda scope: targets[decide(scope)]
        case _:
            return lambda _scope: None
