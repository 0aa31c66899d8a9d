"""Up to where the visits of steps matter: a script that only asks whether they are 1 does not tell 2 from 3."""

from __future__ import annotations

from nccodsl.analysis.program import Hole
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.redaction import holes_of_program
from nccodsl.templates import Expression

_WORDS = frozenset(("visits", "and", "or", "not"))
_MARKS = ("==", "!=", "<=", ">=", "<", ">", "(", ")")


def most_visits(flow: Compiled) -> int | None:
    """A number of visits above which all numbers are alike; None where each may matter."""
    most = 1
    for hole in holes_of_program(flow.program):
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
    return max(numbers) if numbers and known == len(words) else None
