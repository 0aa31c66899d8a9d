"""Which names have a value at a place of a script, as the check of unassigned names (E206) knows it."""

from __future__ import annotations

from typing import NamedTuple

from nccodsl.analysis.given_in_body import Given, GivenInBody
from nccodsl.analysis.given_on_paths import GivenOnPaths
from nccodsl.analysis.program import AskItem, Body, Item, LoopItem, WaitItem, name_in_script
from nccodsl.analysis.step_bodies import MAIN
from nccodsl.base.source import Span
from nccodsl.editor.document import Document
from nccodsl.editor.text_parts import PARTS, chunk_start, declares


class _Passed(NamedTuple):
    """A statement that was walked: what is given before it, within its blocks, and behind it (None: never there)."""

    span: Span
    before: Given
    within: Given
    behind: Given | None
    loop: str


class _NotingWalk(GivenInBody):
    """Notes what is given at each statement of a body."""

    def __init__(self, paths: GivenOnPaths, document: Document) -> None:
        super().__init__(paths.bits, document.checked.program.dialogs, paths.returned, every_path=True)
        self.passed: list[_Passed] = []

    def go(self, body: Body, given: Given) -> None:
        self._body(body, given)

    def _body(self, body: Body, given: Given | None) -> Given | None:
        for item in body:
            if given is None:
                return None
            before, given = given, super()._body(Body((item,)), given)
            self.passed.append(self._noted(item, before, given))
        return given

    def _noted(self, item: Item, before: Given, behind: Given | None) -> _Passed:
        binding = item.binding if isinstance(item, WaitItem | AskItem) else None
        loop = name_in_script(item.name) if isinstance(item, LoopItem) else None
        return _Passed(item.span, before, before | self._whole(binding or ""), behind, (loop or "").rpartition(".")[2])


class NamesThere(NamedTuple):
    """`dialog`: the one that a place is in, or empty. `given`: the names that have a value there; `loops`: of loops."""

    dialog: str
    given: frozenset[str]
    loops: frozenset[str]

    def has(self, name: str) -> bool:
        """Whether a name that the call gives a value has one."""
        return name in self.loops or (f"{self.dialog}.{name}" if self.dialog else name) in self.given


def names_there(document: Document, offset: int) -> NamesThere | None:
    """The names with a value at an offset; None where that is not known, as in a test, or in what no path leads to."""
    at = document.position_of(offset)
    program = document.checked.program
    name = _step_at(document, offset, at)
    if name is None:
        return None
    declared = frozenset(program.declared)
    paths = GivenOnPaths(
        program.steps, program.handlers, declared, program.dialogs, program.sources, document.memory.ways
    )
    walk = _NotingWalk(paths, document)
    # An event may come when all has a value; a handler has to say what it does where something has none.
    begins = {**paths.entering(program.entry, every_path=True), "": -1}.get(name)
    if begins is not None:
        for body in [program.steps[name].body] if name else [case.body for case in program.handlers]:
            walk.go(body, begins)
    around = [one for one in walk.passed if one.span.start < at <= one.span.end]
    given = _given(document, offset, at, walk.passed, around, begins)
    if given is None:
        return None
    dialog = program.steps[name].dialog if name else None
    known = frozenset(one for one in paths.brought if given & paths.bits(one))
    return NamesThere(dialog or "", known, frozenset(one.loop for one in around if one.loop))


def _step_at(document: Document, offset: int, at: int) -> str | None:
    """The step that a place is in; empty in a handler of the call."""
    program = document.checked.program
    spans = {step.name: step.whole or step.span for step in program.steps.values()}
    # A dialog is a step with steps inside.
    inside = [name for name, span in spans.items() if span.start < at <= span.end]
    if inside:
        return min(inside, key=lambda name: spans[name].end - spans[name].start)
    if any(case.span.start < at <= case.span.end for case in program.handlers):
        return ""
    # The statements of a script without steps go on behind the last one.
    alone = not declares(document.text, chunk_start(document.text, offset))
    return MAIN if alone and MAIN in program.steps and program.steps[MAIN].whole is None else None


def _given(
    document: Document, offset: int, at: int, passed: list[_Passed], around: list[_Passed], begins: Given | None
) -> Given | None:
    """What is given at a place: behind the statement before it, else where its block begins."""
    inside = min(around, key=lambda one: one.span.end - one.span.start, default=None)
    start = inside.span.start if inside is not None else 0
    ended = sorted((one for one in passed if start <= one.span.start and one.span.end < at), key=_end, reverse=True)
    for one in ended:
        if one.behind is not None and _same_block(document, document.place_of(one.span).end, offset):
            return one.behind
    return inside.within if inside is not None else begins


def _end(passed: _Passed) -> int:
    return passed.span.end


def _same_block(document: Document, start: int, end: int) -> bool:
    """Whether no block ends between two offsets that did not begin there."""
    depth = 0
    for part in PARTS.finditer(document.text, start, end):
        depth += (part[0] == "{") - (part[0] == "}")
        if depth < 0:
            return False
    return True
