"""The path of a call through its script, in a form that another version of the script can be compared with.

A path is a list of marks: steps that are entered, branches that are taken, and waits. It names steps and waits and
says lines; it holds nothing that was said or heard. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from nccodsl.analysis.item_walks import every_item, walk
from nccodsl.analysis.program import AssignItem, ChoiceItem, Hole, LoopItem, holes_in
from nccodsl.analysis.when_tests import WhenTest
from nccodsl.base.source import Sources, Span
from nccodsl.lowering.blocks import PASSING, Block, Fork, Wait
from nccodsl.runtime.runnable import Ask, Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import AT_WAIT, Walk

MOST_MARKS = 200
"""Marks of one answer that are kept; a path is compared as far as it is known."""
STEP, INPUT, CONNECT, FETCH, END = "step", "input", "connect", "fetch", "end"
ON, OTHERWISE, EXHAUSTED, RETRIED = "on", "otherwise", "after retries", "retry"
IF, ELSE = "if", "else"
WAITS = (INPUT, CONNECT)
KINDS = frozenset((STEP, *WAITS, FETCH, END, ON, OTHERWISE, EXHAUSTED, RETRIED, IF, ELSE))


class PathMark(NamedTuple):
    """One thing on a path. `kind` is one of the names above; `line` is `12`, or `file:12` in an included file.

    `name`: the step that is entered or waited in. `at`: the block of a wait; the number of a branch or of an arm of
    `if`; `failed` for a fetch that failed. `binds`: the name that a wait gives a value to. `decides`: a fingerprint of
    all that the script says about the decision taken here, so that an unchanged decision is recognized.
    """

    kind: str
    name: str = ""
    line: str = ""
    at: str = ""
    binds: str = ""
    decides: str = ""

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return self.kind in WAITS


class Paths:
    """Makes the paths of one script; the script is read once."""

    def __init__(self, script: Runnable) -> None:
        self._script = script
        self._sources = script.flow.program.sources
        self._main = self._sources.files[0]
        self._definitions = _definitions(script)
        self._entered: dict[str, PathMark] = {}
        self._waits: dict[str, PathMark] = {}
        self._spans: dict[PathMark, Span] = {}
        for block in script.flow.blocks.values():
            self._learn(block)

    def of(self, state: State, walk: Walk) -> tuple[PathMark, ...]:
        """The path of the NCCO that a state plays; `walk` is the walk from it."""
        marks = list(self._marks(state, walk))
        return tuple(marks[:MOST_MARKS])

    def line(self, span: Span) -> str:
        """The line where a span begins."""
        file = self._sources.file_of(span)
        number = file.line_column(span.start)[0]
        return str(number) if file is self._main else f"{file.name}:{number}"

    def span(self, mark: PathMark) -> Span | None:
        """Where the script says what a mark of its own stands for."""
        return self._spans.get(mark)

    def wait(self, block: str) -> PathMark | None:
        """The mark of the wait that ends a block."""
        return self._waits.get(block)

    def entering(self, block: str) -> PathMark | None:
        """The mark that entering a block leaves; None where the path only goes on there."""
        return self._entered.get(block)

    # ---- what the script says

    def _put(self, block: str, span: Span, mark: PathMark) -> None:
        mark = self._entered[block] = mark._replace(line=self.line(span))
        self._spans[mark] = span

    def _learn(self, block: Block) -> None:
        if block.name == block.step:
            self._put(block.name, block.span, PathMark(STEP, block.step))
        match block.transition:
            case Fork(arms, otherwise, loop):
                tests = [test for test, _ in arms]
                decides = self._fingerprint(tests if loop is None else [loop.items])
                for number, (test, target) in enumerate(arms):
                    mark = PathMark(IF, self._fingerprint([test]), at=str(number), decides=decides)
                    self._put(target, test.span, mark)
                self._put(otherwise, self._at(otherwise), PathMark(ELSE, decides=decides))
            case Wait():
                self._learn_wait(block, block.transition)

    def _learn_wait(self, block: Block, wait: Wait) -> None:
        item = wait.item
        for number, (_, target) in enumerate(wait.cases):
            self._put(target, self._at(target), PathMark(ON, at=str(number)))
        for kind, branch in ((EXHAUSTED, wait.after_retries), (OTHERWISE, wait.otherwise)):
            if branch is not None:
                self._put(branch, self._at(branch), PathMark(kind))
        if wait.retry is not None:
            self._put(f"{block.name}.retry", wait.retry.span, PathMark(RETRIED))
        matches = [match for matches, _ in wait.cases for match in (*matches, "|")]
        wants = [f"{item.answer.name}{item.answer.limits}"] if item.answer is not None else []
        decides = self._fingerprint([*matches, str(wait.retry.times if wait.retry else 0), *wants])
        line = self.line(item.span)
        mark = self._waits[block.name] = PathMark(item.what, block.step, line, block.name, item.binding or "", decides)
        self._spans[mark] = item.span

    def _at(self, block: str) -> Span:
        return self._script.flow.blocks[block].span

    def _fingerprint(self, parts: Iterable[object]) -> str:
        """Of constants and templates, with the definitions of the names that they use."""
        texts: list[str] = []
        for part in parts:
            texts.append(_said(part, self._sources))
            texts += _defined(part, self._definitions)
        return sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:8]

    # ---- a walk

    def _marks(self, state: State, walk: Walk) -> Iterator[PathMark]:
        if not state.block:
            yield PathMark(END)
            return
        fetched = list(state.fetched)
        trail = [name for _, name in walk.trail]
        open_wait = state.block if state.start == AT_WAIT else ""
        ask: Ask | None = None
        for name in (*trail, ""):
            if name.endswith(".retry"):
                yield self._entered[name]
                continue
            if open_wait:
                ask = self._script.blocks[open_wait].ask
                # Where the call asks how it goes on, it has not come to the wait itself.
                if ask is not None and (name or walk.resumes != open_wait):
                    yield from self._wait(ask, fetched)
            if name:
                yield from (self._entered[name],) if name in self._entered else ()
                open_wait = name
        if not walk.resumes and walk.pending is None and (ask is None or ask.what != INPUT):
            yield PathMark(END)

    def _wait(self, ask: Ask, fetched: list[tuple[str, object, str, str]]) -> Iterator[PathMark]:
        if ask.what in PASSING:
            return  # it decides nothing
        mark = self._waits[ask.name]
        if ask.what != FETCH:
            yield mark
        elif fetched:
            _, _, failure, _ = fetched.pop(0)
            yield mark._replace(at="failed" if failure else "")


def _definitions(script: Runnable) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What the script says of each name that is made of others: the texts, and the names that it uses."""
    program = script.flow.program
    made: list[tuple[str, object]] = [(let.name, let.value) for let in program.lets]
    for item in every_item(program.steps, program.handlers):
        match item:
            case AssignItem(name, value) | LoopItem(name, value):
                made.append((name, value))
            case ChoiceItem(arms):
                tests = [test for test, _ in arms]
                made += [(inner.name, tests) for inner in walk((item,)) if isinstance(inner, AssignItem)]
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name, value in made:
        text, uses = found.get(name, ("", ()))
        used = tuple(use.name for hole in holes_in(value) for use in hole.code.names)
        found[name] = (f"{text}\0{_said(value, program.sources)}", (*uses, *used))
    return found


def _said(value: object, sources: Sources) -> str:
    """A draft value as a text that is the same wherever it stands in a script."""
    if isinstance(value, WhenTest):
        span = value.span
        return f"{_said(value.subject, sources)} {' '.join(sources.file_of(span).slice(span).split())}"
    if isinstance(value, Hole):
        return " ".join(sources.file_of(value.span).slice(value.span).split())
    if isinstance(value, dict):
        return f"{{{','.join(f'{name!r}:{_said(one, sources)}' for name, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{','.join(_said(one, sources) for one in value)}]"
    return repr(value)


def _defined(part: object, definitions: dict[str, tuple[str, tuple[str, ...]]]) -> list[str]:
    """The definitions of all names that a template uses, and of those that they use."""
    todo = [use.name for hole in holes_in(part) for use in hole.code.names]
    seen: dict[str, str] = {}
    while todo:
        name = todo.pop()
        if name in definitions and name not in seen:
            seen[name], uses = definitions[name]
            todo += uses
    return [f"{name}={seen[name]}" for name in sorted(seen)]
