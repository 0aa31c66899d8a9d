"""The calls of a script, walked on the quickest ways: when a statement or a step is reached, and what was heard before.

Bounded, and done when something asks for it. Persons listen to each prompt, and answer when it is over.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from nccodsl.analysis.program import ActionItem
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic
from nccodsl.editor.call_times import is_guess, seconds_of, seconds_of_answer
from nccodsl.editor.document import Document
from nccodsl.editor.explored_stops import Arrivals, ExploredCalls, ExploredStop, HeardStatement
from nccodsl.editor.live_flow import live_flow
from nccodsl.errors import RenderError
from nccodsl.lowering.blocks import shared_name
from nccodsl.lowering.holes import Failed
from nccodsl.rehearsal.candidates import beginnings
from nccodsl.rehearsal.explored import Way
from nccodsl.rehearsal.liveness import Liveness
from nccodsl.rehearsal.next_states import NextStates, Reached
from nccodsl.runtime.runnable import Prepared, Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import Walk

MOST_STATES = 200
MOST_MOVES = 400
"""How many states are played, and how often the flow is moved; the quickest ways come first."""
MOST_AT_ONE_PLACE = 4
"""States that differ in values alone: rounds and retries would go on without end."""


def explore_calls(script: Runnable) -> ExploredCalls:
    """Walk the calls of a script, from the values that its tests begin with."""
    flow = script.flow
    wanted = tuple(parameter.name for parameter in flow.params if parameter.required)
    if wanted and not flow.program.tests:
        found = ExploredCalls()
        found.wanted = wanted
        return found
    exploring = _ExploringTimes(script)
    for values in beginnings(flow.program):
        exploring.begin(values)
    return exploring.go()


_RAW = {"action": "raw"}


class _TimedWalk(Walk):
    """Notes which blocks were entered before which action."""

    def __init__(self, script: Runnable, state: State) -> None:
        super().__init__(script, state)
        self.entered: list[tuple[str, int]] = []

    def _enter(self, block: Prepared, *, again: bool) -> None:
        if not again:
            self.entered.append((block.name, len(self.items or ())))
        super()._enter(block, again=again)


class _Played(NamedTuple):
    """What a state plays: its actions with their statements, the blocks entered before which action, its walk."""

    actions: list[tuple[dict[str, Any], ActionItem | None]]
    entered: list[tuple[str, int]]
    walk: Walk


class _Coming(NamedTuple):
    """How a state is come to: from where, by what wait; the seconds until then, and whether they are a guess."""

    before: ExploredStop | None = None
    wait: str = ""
    at: float = 0.0
    guessed: bool = False


def _is_raw(item: ActionItem | None) -> bool:
    """Whether an action is passed on unchecked: nothing is known of what is in it."""
    return item is not None and item.kind is None


class _ExploringTimes:
    def __init__(self, script: Runnable) -> None:
        self._flow = flow = script.flow
        self._script = script
        self._next = NextStates(flow, script, self)
        self._liveness = Liveness(flow, self._script)
        self._queue: list[tuple[float, int, Reached, _Coming]] = []
        self._numbers = count()
        self._played: dict[tuple[object, ...], _Played] = {}
        self._at_place: Counter[tuple[str, str]] = Counter()
        self.found = ExploredCalls()

    def begin(self, values: Mapping[str, object]) -> None:
        try:
            for reached in self._next.first(values):
                self._come(reached, _Coming())
        except (RenderError, Failed):
            self.found.complete = False  # these values do not fit

    def go(self) -> ExploredCalls:
        while self._queue:
            _, _, reached, coming = heappop(self._queue)
            self._look(reached, coming)
        return self.found

    # ---- what NextStates tells

    def moves(self) -> bool:
        """Whether there is still something left of MOST_MOVES."""
        if self.found.moved >= MOST_MOVES:
            self.found.complete = False
            return False
        self.found.moved += 1
        return True

    def breaks_off(self, found: Diagnostic, way: Way) -> None:
        """`nccodsl test --explore` reports it."""

    def knows_no_reply(self, url: str, span: Span, way: Way) -> None:
        """The other ways go on."""

    # ---- one state after the other

    def _come(self, reached: Reached, coming: _Coming) -> None:
        heappush(self._queue, (coming.at, next(self._numbers), reached, coming))

    def _look(self, reached: Reached, coming: _Coming) -> None:
        state = self._liveness.reduced(reached.state)
        key = self._liveness.key(state)
        played = self._played.get(key)
        known = played is not None
        if played is None:
            place = self._liveness.place(state), state.start
            if self.found.states >= MOST_STATES:
                self.found.complete = False
                return
            self._at_place[place] += 1
            played = self._play(state, reached.ncco)
            if played is None:
                return
            known = self._at_place[place] > MOST_AT_ONE_PLACE
            self._played[key] = played
            self.found.states += 1
        stop = ExploredStop(coming.before, coming.wait, reached.way, coming.at, coming.guessed, played.actions)
        times = self._note(stop, played.entered)
        if not known and played.walk.waits:
            self._answer(state, stop, played.walk, times)

    def _play(self, state: State, ncco: bytes) -> _Played | None:
        walk = _TimedWalk(self._script, state)
        try:
            walk.run(trace=True)
        except (RenderError, Failed):
            return None
        actions = json.loads(ncco)
        items = [*(walk.items or ()), *[None] * len(actions)]
        played = list(zip(actions, items, strict=False))
        return _Played([(_RAW if _is_raw(item) else action, item) for action, item in played], walk.entered, walk)

    def _note(self, stop: ExploredStop, entered: list[tuple[str, int]]) -> list[tuple[float, bool]]:
        """Note what is reached in a state; when each of its actions begins, and when the last one is over."""
        at, guessed = stop.at, stop.guessed
        times = [(at, guessed)]
        for number, (action, item) in enumerate(stop.actions):
            if item is not None and at < self._earliest(item.span):
                self.found.statements[item.span] = HeardStatement(stop, number, at)
            at, guessed = at + seconds_of(action), guessed or is_guess(action)
            times.append((at, guessed))
        blocks = self._flow.blocks
        before = blocks[stop.wait].step if stop.wait in blocks else ""
        for name, number in entered:
            block = blocks[name]
            if name == block.step:
                arrivals = self.found.steps.setdefault(shared_name(name), Arrivals())
                arrivals.add(*times[min(number, len(times) - 1)], (before, stop.way[-1] if stop.way else ""))
                before = name
        return times

    def _connects(self, wait: str) -> bool:
        ask = self._script.blocks[wait].ask
        return ask is not None and ask.what == "connect"

    def _earliest(self, span: Span) -> float:
        known = self.found.statements.get(span)
        return known.at if known is not None else inf

    def _answer(self, state: State, stop: ExploredStop, walk: Walk, times: list[tuple[float, bool]]) -> None:
        action = stop.actions[-1][0] if stop.actions else {}
        connects = (number for number, (one, _) in enumerate(stop.actions) if one.get("action") == "connect")
        dialled = dict(zip((wait for wait in walk.waits if self._connects(wait)), connects, strict=False))
        for wait, event, label in self._next.happenings(state, walk):
            takes = seconds_of_answer(action, event.kind, event.payload)
            at, guessed = times[0 if event.kind == "status" else dialled.get(wait, -1)]
            for after in self._next.after(state, event, (label,)):
                if after.state.moves != state.moves:
                    self._come(after, _Coming(stop, wait, at + takes, guessed))


# ---- of documents

_EXPLORED: WeakKeyDictionary[Runnable, ExploredCalls] = WeakKeyDictionary()


def explored_calls(document: Document) -> ExploredCalls | None:
    """The calls of a document as it is now; None where it cannot run. Walked once, when first asked for."""
    script = live_flow(document)
    if script is None:
        return None
    if script not in _EXPLORED:
        _EXPLORED[script] = explore_calls(script)
    return _EXPLORED[script]
