"""Every path of a call up to a number of answers: what may go wrong on one that no test takes.

Breadth first, so that the way to a finding is the shortest one. The flow moves by `advance`; no time passes, and the
platform is taken at its word.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from nccodsl.diagnostics import REGISTER, Diagnostic
from nccodsl.errors import RenderError
from nccodsl.lowering.blocks import Wait
from nccodsl.lowering.flow import Flow
from nccodsl.record import Record
from nccodsl.rehearsal.answers import RESUME, Choice, choices_at, fetch_choices, handler_choices, replies_of, tried_in
from nccodsl.runtime.advancing import Event, advance, play
from nccodsl.runtime.operations import Fetched
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.source import Span

MOST_STATES = 20_000
"""States that are looked at; a script with more is not explored to its end, and this is said."""
_PLAYS = frozenset(("talk", "stream"))
Way = tuple[str, ...]


class Finding(Record):
    """Something that callers should not meet, and the shortest way there: what is pressed, said and waited for."""

    code: str
    message: str
    span: Span
    way: Way
    diagnostic: Diagnostic


class Explored(Record):
    """What came of it. `complete`: no path was longer than the bound."""

    findings: tuple[Finding, ...]
    paths: int
    states: int
    complete: bool
    bound: int
    wanted: tuple[str, ...] = ()
    """The params without a value: nothing was explored."""

    @property
    def summary(self) -> str:
        if self.wanted:
            return f"not explored: it wants {', '.join(self.wanted)}; begin a test with them"
        how = "every path" if self.complete else f"every path of up to {self.bound} answers"
        found = f"{len(self.findings)} found" if self.findings else "nothing found"
        return f"explored {how}: {self.paths} ways through {self.states} states, {found}"

    def to_json(self) -> dict[str, Any]:
        """As JSON data."""
        findings = [
            {
                "code": found.code,
                "message": found.message,
                "at": f"{found.diagnostic.file.name}:{found.diagnostic.line}" if found.diagnostic.file else "",
                "way": list(found.way),
            }
            for found in self.findings
        ]
        counts = {"paths": self.paths, "states": self.states, "complete": self.complete, "bound": self.bound}
        return {**counts, "wanted": list(self.wanted), "findings": findings}


class _Node(Record):
    """A state, how it was come to, and what was last said that a key could have cut off."""

    state: State
    way: Way
    cut: bool
    wait: str


def explore(flow: Flow, script: Runnable, bound: int) -> Explored:
    """Walk every path of up to `bound` answers, from the values that the tests begin with."""
    wanted = tuple(parameter.name for parameter in flow.params if parameter.required)
    if wanted and not flow.program.tests:
        return Explored((), 0, 0, False, bound, wanted)
    walk = _Exploring(flow, script, bound)
    for values in _beginnings(flow):
        walk.begin(values)
    return walk.result()


def _beginnings(flow: Flow) -> list[Mapping[str, object]]:
    """The values of the tests; none where the params have defaults."""
    found: list[Mapping[str, object]] = []
    if not any(parameter.required for parameter in flow.params):
        found.append({})
    for case in flow.program.tests:
        if case.values not in found:
            found.append(case.values)
    return found[:20] or [{}]


class _Exploring:
    def __init__(self, flow: Flow, script: Runnable, bound: int) -> None:
        self._flow = flow
        self._script = script
        self._bound = bound
        self._replies = replies_of(flow)
        self._tried = tried_in(flow)
        self._queue: deque[_Node] = deque()
        self._seen: set[str] = set()
        self._found: dict[tuple[str, object], Finding] = {}
        self._steps: set[str] = set()
        self._leads: dict[str, set[str]] = {}
        self._ways: dict[str, Way] = {}
        self._ends: set[str] = set()
        self._cut_short: set[str] = set()
        self._paths = 0
        self._complete = True
        self._counts_visits = _uses_visits(flow)

    def begin(self, values: Mapping[str, object]) -> None:
        direction = "outbound" if self._flow.has_call else "inbound"
        payload = {"uuid": "explored", "from": "14155550101", "to": "14155550100", "direction": direction}
        event = Event("answer", payload, key="explored", values=values)
        for state, way in self._advanced(None, event, ()):
            self._arrive(state, way, before=None)
        while self._queue:
            self._look(self._queue.popleft())

    def result(self) -> Explored:
        self._rings()
        if self._complete:
            self._unreached()
        findings = sorted(self._found.values(), key=lambda found: (found.span.start, found.code))
        return Explored(tuple(findings), self._paths, len(self._seen), self._complete, self._bound)

    # ---- one state after the other

    def _advanced(self, state: State | None, event: Event, way: Way) -> Iterator[tuple[State, Way]]:
        """The states after an event: one for each thing that its fetches may bring."""
        todo: list[tuple[State | None, Event, Way]] = [(state, event, way)]
        while todo:
            before, happening, here = todo.pop()
            try:
                after, _ = advance(self._script, before, happening)
            except RenderError as error:
                found = error.diagnostics[0]
                span = found.span or self._flow.program.steps[self._flow.program.entry or ""].span
                self._broke_off(span)
                self._report(found.code, f"the call breaks off: {found.message}", span, here, help=found.help)
                continue
            if after.pending is None:
                yield after, here
                continue
            for fetched, label in self._brought(after, after.pending[0], here):
                todo.append((after, Event("fetched", fetched=fetched), (*here, label)))

    def _brought(self, state: State, url: str, way: Way) -> list[tuple[Fetched, str]]:
        """What the pending fetch of a state may bring."""
        transition = self._flow.blocks[play(self._script, state).at].transition
        assert isinstance(transition, Wait)
        choices = list(fetch_choices(url, transition.item.url, self._replies))
        if len(choices) == 1:
            self._report(
                "W033",
                "no test says what this `fetch` brings, so what follows it is not explored",
                transition.item.span,
                way,
                help=f'say it in a test: fetched "{url[:100]}" reply {{…}}',
            )
        return choices

    def _arrive(self, state: State, way: Way, before: _Node | None) -> None:
        """A state that the flow has come to: what it plays, and whether that can be understood."""
        try:
            walk = play(self._script, state)
        except RenderError as error:
            found = error.diagnostics[0]
            if found.span is not None:
                self._report(found.code, f"the call breaks off: {found.message}", found.span, way, help=found.help)
            return
        ncco: list[dict[str, Any]] = json.loads(walk.ncco)
        self._steps.update(self._script.blocks[block].step for _, block in walk.trail if block in self._script.blocks)
        played = [action for action in ncco if action["action"] in _PLAYS]
        wait = walk.waits[0] if walk.waits else ""
        for one in walk.waits:
            self._ways.setdefault(one, way)
        if before is not None:
            self._leads.setdefault(before.wait, set()).update(walk.waits)
        for first, second in zip(walk.waits, walk.waits[1:], strict=False):
            self._leads.setdefault(first, set()).add(second)
        last = self._script.blocks[walk.waits[-1]].ask if walk.waits else None
        if last is None or last.what == "connect":
            self._end(walk.waits[-1] if walk.waits else before.wait if before is not None else "")
        if not ncco and before is not None and not self._hangs_up(state):
            ask = self._script.blocks[before.wait].ask
            assert ask is not None
            self._report(
                "W029",
                "after this answer the call ends without a word",
                ask.span,
                way,
                help="say something, go to another step, or write `hangup` where this is meant",
            )
        ask = self._script.blocks[wait].ask if wait else None
        if ask is not None and ask.what == "input" and not played and before is not None and before.cut:
            self._report(
                "W032",
                "what is asked here is explained only before: whoever answered early has not heard it",
                ask.span,
                way,
                help="say here what is asked; or take `barge_in` from the prompt before",
            )
        if not walk.waits:
            self._paths += 1
            return
        key = self._key(state)
        if key in self._seen:
            self._paths += 1
            return
        if len(self._seen) >= MOST_STATES:
            self._complete = False
            return
        self._seen.add(key)
        barge = bool(played) and any(action.get("bargeIn") for action in played)
        cut = barge or (not played and before is not None and before.cut)
        self._queue.append(_Node(state, way, cut, walk.waits[-1]))

    def _look(self, node: _Node) -> None:
        if len(node.way) >= self._bound:
            self._complete = False
            self._cut_short.update(play(self._script, node.state).waits)
            return
        walk = play(self._script, node.state)
        choices: list[tuple[str, Choice]] = []
        for wait in walk.waits:
            ask = self._script.blocks[wait].ask
            assert ask is not None
            scope = walk.scope
            choices += [(wait, choice) for choice in choices_at(ask, self._flow.blocks[wait], scope, self._tried)]
        if walk.resumes and walk.resumes not in walk.waits[-1:]:
            choices.append((walk.resumes, RESUME))
        for wait, choice in choices:
            event = Event(choice.kind, choice.payload, at=wait, moves=node.state.moves, key=node.state.key)
            self._go(node, wait, event, choice.label)
        if node.state.moves == 0:
            for choice in handler_choices(self._script):
                self._go(node, node.wait, Event("status", choice.payload, key=node.state.key), choice.label)

    def _go(self, node: _Node, wait: str, event: Event, label: str) -> None:
        here = _Node(node.state, node.way, node.cut and event.kind == "input" and _pressed(event), wait)
        for state, way in self._advanced(node.state, event, (*node.way, label)):
            if state.moves != node.state.moves:
                self._arrive(state, way, here)

    # ---- what is found at the end

    def _end(self, wait: str) -> None:
        self._ends.add(wait)

    def _rings(self) -> None:
        """Waits from which no answer leads to an end of the call."""
        leaves = set(self._ends) | self._cut_short
        grown = True
        while grown:
            grown = False
            for wait, following in self._leads.items():
                if wait not in leaves and following & leaves:
                    leaves.add(wait)
                    grown = True
        inside = [wait for wait in self._ways if wait not in leaves]
        if inside:
            first = min(inside, key=lambda wait: len(self._ways[wait]))
            ask = self._script.blocks[first].ask
            assert ask is not None
            names = ", ".join(dict.fromkeys(f"`{self._script.blocks[wait].step}`" for wait in inside))
            self._report(
                "W030",
                f"whoever comes here can only hang up: no answer leads out of {names}",
                ask.span,
                self._ways[first],
                help="give an answer that ends the call, or leads elsewhere",
            )

    def _unreached(self) -> None:
        """Steps that only values or replies reach which nobody has tried."""
        from nccodsl.rehearsal.coverage import reached

        for name in reached(self._flow):
            block = self._flow.blocks[name]
            if block.name == block.step and block.step not in self._steps:
                self._report(
                    "W031",
                    f"no path came to the step `{name}`",
                    block.span,
                    (),
                    help="it may want other values, or another reply: begin a test with them",
                )

    def _hangs_up(self, state: State) -> bool:
        """Whether the script says so: a block that begins with `hangup`."""
        block = self._flow.blocks.get(state.block)
        if block is None:
            return False
        return self._flow.program.sources.file_of(block.span).slice(block.span).rstrip(" }").endswith("hangup")

    def _broke_off(self, span: Span) -> None:
        """The step that a path broke off in was come to."""
        before = [block for block in self._flow.blocks.values() if block.span.start <= span.start]
        if before:
            self._steps.add(max(before, key=lambda block: block.span.start).step)

    def _report(self, code: str, message: str, span: Span, way: Way, help: str | None = None) -> None:
        key = (code, (span.start, span.end))
        if key in self._found:
            return
        shown = " → ".join(way) if way else "from the beginning"
        file = self._flow.program.sources.file_of(span)
        told = f"{message} (the way there: {shown})" if code != "W031" else message
        diagnostic = Diagnostic(code, REGISTER[code].severity, told, file=file, span=span, help=help)
        self._found[key] = Finding(code, message, span, way, diagnostic)

    def _key(self, state: State) -> str:
        """What tells states apart: not how many answers have led there."""
        names = json.dumps(dict(state.names), sort_keys=True, default=str)
        values = json.dumps(dict(state.values), sort_keys=True, default=str)
        visits = sorted(state.visits.items()) if self._counts_visits else ()
        fetched = json.dumps(state.fetched, sort_keys=True, default=str)
        return repr(
            (state.block, state.start, sorted(state.retries.items()), state.handled, names, values, visits, fetched)
        )


def _pressed(event: Event) -> bool:
    """Whether somebody gave an answer, who may have given it early."""
    dtmf, speech = event.payload.get("dtmf"), event.payload.get("speech")
    return bool((dtmf and dtmf.get("digits")) or (speech and speech.get("results")))


def _uses_visits(flow: Flow) -> bool:
    return any("visits" in file.text for file in flow.program.sources.files)
