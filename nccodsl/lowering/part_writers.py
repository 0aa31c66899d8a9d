"""What writes the parts of a block: constants, actions, and what changes the names or leaves a loop."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.analysis.program import AssignItem, BreakItem, ForgetItem, Hole, NextItem
from nccodsl.diagnostics import messages
from nccodsl.lowering.holes import Emit, Failed, tree
from nccodsl.lowering.loop_parts import LeftLoop, NextRound
from nccodsl.templates import Scope

Write = Callable[[Scope, list[str]], None]
"""Appends the JSON of actions; each item of the list is one action, or several joined by commas."""
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
    value = tree(item.value)

    def write(scope: Scope, _out: list[str]) -> None:
        scope[item.name] = value(scope)

    return write


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
