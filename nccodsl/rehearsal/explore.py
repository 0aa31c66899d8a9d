"""Every path of a call up to a number of answers: what may go wrong on one that no test takes.

The shortest ways first, so that the way to a finding is the shortest one. Paths that come to the same state go on as
one: states are the same where they differ in nothing that may still be read (liveness). The flow moves by `advance`; no
time passes, and the platform is taken at its word.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from heapq import heappop, heappush
from itertools import count, pairwise
from typing import Any

from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic, Message, messages
from nccodsl.errors import RenderError
from nccodsl.lowering.blocks import End, handler_block, step_in_words
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.candidates import beginnings
from nccodsl.rehearsal.explored import Explored, ExploredFindings, Way
from nccodsl.rehearsal.liveness import Liveness
from nccodsl.rehearsal.next_states import NextStates
from nccodsl.rehearsal.step_places import StepPlaces
from nccodsl.rehearsal.ways_out import never_out
from nccodsl.runtime.advance import play
from nccodsl.runtime.event import Event
from nccodsl.runtime.events_beside import ended
from nccodsl.runtime.runnable import Ask, Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import Walk
from nccodsl.std import is_library
from nccodsl.voice.catalogue import catalogue

MOST_STATES = 20_000
"""States that are looked at; a script with more is not explored to its end, and this is said."""


class _Node(Record):
    """A state, and how it was come to: `before` is the wait that was answered, empty at the beginning.

    `cut`: what was last said before it may have been cut off by a key.
    """

    state: State
    way: Way
    cut: bool
    before: str


def explore(flow: Compiled, script: Runnable, bound: int) -> Explored:
    """Walk every path of up to `bound` answers, from the values that the tests begin with."""
    wanted = tuple(parameter.name for parameter in flow.params if parameter.required)
    if wanted and not flow.program.tests:
        return Explored((), 0, 0, False, bound, wanted)
    walk = _Exploring(flow, script, bound)
    for values in beginnings(flow.program):
        walk.begin(values)
    return walk.result()


class _Exploring:
    def __init__(self, flow: Compiled, script: Runnable, bound: int) -> None:
        self._flow = flow
        self._script = script
        self._bound = bound
        self._next = NextStates(flow, script, self)
        self._queue: list[tuple[int, int, _Node]] = []
        self._numbers = count()
        self._liveness = Liveness(flow, script)
        self._seen: set[tuple[object, ...]] = set()
        self._states: set[object] = set()
        self._found = ExploredFindings(flow)
        self._places = StepPlaces(flow)
        # Each call ends, also one that fails.
        self._steps: set[str] = {handler_block("ended")} if script.ends else set()
        self._leads: dict[str, set[str]] = {}
        self._ways: dict[str, Way] = {}
        self._ends: set[str] = set()
        self._cut_short: set[str] = set()
        self._paths = 0
        self._complete = True

    def begin(self, values: Mapping[str, object]) -> None:
        for state, way, _ in self._next.first(values):
            self._come(state, way, cut=False, before="")
        while self._queue:
            _, _, node = heappop(self._queue)
            if (arrived := self._arrived(node)) is not None:
                self._look(node, *arrived)

    def result(self) -> Explored:
        self._rings()
        if self._complete:
            self._unreached()
        return Explored(self._found.in_order, self._paths, len(self._states), self._complete, self._bound)

    def _come(self, state: State, way: Way, *, cut: bool, before: str) -> None:
        """The state is looked at when those with shorter ways are done; among equals, in order."""
        node = _Node(self._liveness.reduced(state), way, cut, before)
        heappush(self._queue, (len(way), next(self._numbers), node))

    # ---- one state after the other

    def moves(self) -> bool:
        """Always: MOST_STATES is the bound."""
        return True

    def breaks_off(self, found: Diagnostic, way: Way) -> None:
        """Report it at its place."""
        span = found.span or self._flow.program.steps[self._flow.program.entry or ""].span
        self._steps.update(self._places.at(span))
        self._found.report(_broken(found), span, way)

    def knows_no_reply(self, url: str, span: Span, way: Way) -> None:
        """Report it: that branch is not explored."""
        self._found.report(messages.explored.fetch_unknown(url[:100]), span, way)

    def _arrived(self, node: _Node) -> tuple[Walk, bool] | None:
        """What is played in a state, and whether a key could cut it off; None where nothing new follows."""
        try:
            walk = play(self._script, node.state)
        except RenderError as error:
            found = error.diagnostics[0]
            if found.span is not None:
                self._found.report(_broken(found), found.span, node.way)
            return None
        ncco: list[dict[str, Any]] = json.loads(walk.ncco)
        played = [action for action in ncco if action["action"] in catalogue().playing]
        self._lead(node, walk)
        self._understood(node, walk, silent=not ncco, unexplained=not played and node.cut)
        if not walk.waits:
            self._end(node)
            self._paths += 1
            return None
        key = self._liveness.key(node.state)
        cut = any(action.get("bargeIn") for action in played) or (not played and node.cut)
        if (key, cut) in self._seen:
            self._paths += 1
            return None
        if key not in self._states and len(self._states) >= MOST_STATES:
            self._complete = False
            return None
        self._end(node)
        self._seen.add((key, cut))
        self._states.add(key)
        return walk, cut

    def _end(self, node: _Node) -> None:
        """The call may be over in any state: what is done then has to work in each."""
        for payload in ({"status": "completed", "duration": "1", "start_time": "now"}, {"status": "unanswered"}):
            for found in ended(self._script, node.state, payload).cut if self._script.ends else ():
                if found.span is not None:
                    self._found.report(_broken(found), found.span, (*node.way, "the call ends"))

    def _lead(self, node: _Node, walk: Walk) -> None:
        """Note which steps and waits were come to, and from where."""
        blocks = self._script.blocks
        self._steps.update(blocks[block].step for _, block in walk.trail if block in blocks)
        for one in walk.waits:
            self._ways.setdefault(one, node.way)
        chain = [*([node.before] if node.before else ()), *walk.waits]
        for first, second in pairwise(chain):
            self._leads.setdefault(first, set()).add(second)
        last = blocks[walk.waits[-1]].ask if walk.waits else None
        if last is None or last.what == "connect":
            self._ends.add(walk.waits[-1] if walk.waits else node.before)

    def _understood(self, node: _Node, walk: Walk, *, silent: bool, unexplained: bool) -> None:
        """Whether callers hear what they are asked, and that the call ends."""
        if silent and node.before and not self._hangs_up(walk):
            span = self._asks(node.before).span
            self._found.report(messages.explored.ends_without_a_word(self._text(span)), span, node.way)
        if unexplained and walk.waits and self._asks(walk.waits[0]).what == "input":
            self._found.report(messages.explored.explained_before(), self._asks(walk.waits[0]).span, node.way)

    def _text(self, span: Span) -> str:
        return self._flow.program.sources.file_of(span).slice(span)

    def _asks(self, wait: str) -> Ask:
        ask = self._script.blocks[wait].ask
        assert ask is not None
        return ask

    def _look(self, node: _Node, walk: Walk, cut: bool) -> None:
        """Give each answer to each wait of a state."""
        if len(node.way) - self._next.dated >= self._bound:
            self._complete = False
            self._cut_short.update(walk.waits)
            return
        for wait, event, label in self._next.happenings(node.state, walk):
            cut_off = cut and event.kind == "input" and _pressed(event)
            for state, way, _ in self._next.after(node.state, event, (*node.way, label)):
                if state.moves != node.state.moves:
                    self._come(state, way, cut=cut_off, before=wait)

    # ---- what is found at the end

    def _rings(self) -> None:
        """Waits from which no answer leads to an end of the call."""
        inside = never_out(self._leads, {*self._ends, *self._cut_short}, self._ways)
        if inside:
            first = min(inside, key=lambda wait: len(self._ways[wait]))
            ask = self._asks(first)
            steps = dict.fromkeys(step_in_words(self._script.blocks[wait].step) for wait in inside)
            self._found.report(messages.explored.no_way_out(steps, self._text(ask.span)), ask.span, self._ways[first])

    def _unreached(self) -> None:
        """Steps that only untried values or replies reach."""
        from nccodsl.rehearsal.coverage import reached

        come = {step_in_words(step) for step in self._steps}
        for name in reached(self._flow):
            block = self._flow.blocks[name]
            shown = step_in_words(block.step)
            ours = not is_library(self._flow.program.sources.file_of(block.span).name)
            if ours and block.name == block.step and shown not in come:
                come.add(shown)
                self._found.report(messages.explored.step_not_reached(shown), block.span, ())

    def _hangs_up(self, walk: Walk) -> bool:
        """Whether the script says so: the last block of the walk ends in `hangup`."""
        block = self._flow.blocks.get(walk.trail[-1][1]) if walk.trail else None
        return block is not None and block.transition == End(meant=True)


def _pressed(event: Event) -> bool:
    """Whether an answer was given, perhaps early."""
    dtmf, speech = event.payload.get("dtmf"), event.payload.get("speech")
    return bool((dtmf and dtmf.get("digits")) or (speech and speech.get("results")))


def _broken(found: Diagnostic) -> Message:
    return messages.explored.breaks_off(found.code, found.message, found.help)
