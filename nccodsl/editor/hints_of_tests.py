"""The hints of an editor about what the tests of a script have taken of it."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from nccodsl.base.plural import counted
from nccodsl.editor.document import Document
from nccodsl.editor.hints import Hint
from nccodsl.editor.services.test_runs import CoveredPlace, FinishedTest, RehearsedScript
from nccodsl.lowering.compiled import Compiled

MOST_EVENTS = 1000
"""What may happen in the calls of all tests together, in a document as it is; a test has some 20."""
_NOT_BRANCHES = ("step",)
_TAKEN: WeakKeyDictionary[Compiled, tuple[list[CoveredPlace], bool]] = WeakKeyDictionary()


def taken_hints(document: Document, start: int, end: int) -> Iterator[Hint]:
    """How many tests have taken branches, handlers and choices."""
    flow = document.flow
    if flow is None or not flow.program.tests:
        return
    if flow not in _TAKEN:
        _TAKEN[flow] = taken_by_tests(flow)
    places, complete = _TAKEN[flow]
    seen: set[int] = set()
    for covered in places:
        if covered.place.name != document.name or covered.kind in _NOT_BRANCHES:
            continue
        at = _head_end(document, covered.place.start, covered.place.end)
        if start <= at <= end and at not in seen and (covered.count or complete):
            seen.add(at)
            label = f"✓ {counted(covered.count, 'test')}" if covered.count else "never taken by a test"
            yield Hint(at, label, "What the tests of this script have taken")


def taken_by_tests(flow: Compiled) -> tuple[list[CoveredPlace], bool]:
    """What tests have taken, and whether all of them ran: work stops after MOST_EVENTS."""
    script = RehearsedScript(flow)
    finished: list[FinishedTest] = []
    left = MOST_EVENTS
    for title in script.cases:
        turns = script.turns(title, covers=True)
        while left > 0:
            try:
                next(turns)
            except StopIteration as end:
                finished.append(end.value)
                break
            left -= 1
    return script.coverage(finished), len(finished) == len(script.cases)


def _head_end(document: Document, start: int, end: int) -> int:
    """Where the first line of a branch ends, or the branch."""
    return min(end, document.lines.bounds(document.lines.position(start).line)[1])
