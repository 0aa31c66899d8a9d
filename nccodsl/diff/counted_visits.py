"""Up to where the visits of steps matter: a script that only asks whether they are 1 does not tell 2 from 3."""

from __future__ import annotations

from nccodsl.analysis.item_walks import holes_of
from nccodsl.analysis.program import Hole, Item, holes_in
from nccodsl.lowering.blocks import Wait
from nccodsl.lowering.compiled import Compiled
from nccodsl.templates import Expression

_WORDS = frozenset(("visits", "and", "or", "not"))
_MARKS = ("==", "!=", "<=", ">=", "<", ">", "(", ")")


def most_visits(flow: Compiled) -> int | None:
    """A number of visits above which all numbers are alike; None where each may matter."""
    most = 1
    for hole in _holes(flow):
        if any(use.name == "visits" for use in hole.code.names):
            limit = _compared_with(hole)
            if limit is None:
                return None
            most = max(most, limit + 1)
    return most


def _compared_with(hole: Hole) -> int | None:
    """The largest number that an expression compares visits with; None where it does anything else."""
    if not isinstance(hole.code, Expression):
        return None
    text = hole.code.source
    for mark in _MARKS:
        text = text.replace(mark, " ")
    words = text.split()
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 7]
    known = sum(word in _WORDS for word in words) + len(numbers)
    return max(numbers, default=0) if known == len(words) else None


def _holes(flow: Compiled) -> list[Hole]:
    """Every template of a script."""
    items: list[Item] = [item for block in flow.blocks.values() for item in block.parts]
    items += [block.transition.item for block in flow.blocks.values() if isinstance(block.transition, Wait)]
    found = [hole for item in items for hole in holes_of(item)]
    for block in flow.blocks.values():
        arms = getattr(block.transition, "arms", ())
        found += [test for test, _ in arms]
    lets = [hole for let in flow.program.lets for hole in holes_in(let.value)]
    return [*found, *lets]
