"""One of the two versions that are compared: it answers events, and says what is noticed then."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nccodsl.analysis.program import ChoiceItem, LoopItem
from nccodsl.base.phone import OURS, SOMEBODY
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic
from nccodsl.diff.counted_visits import most_visits
from nccodsl.diff.noticed import (
    ENDS,
    FETCH,
    SEND,
    STOPS,
    URL,
    WHISPER,
    Noticed,
    requested,
    resumes,
    written_action,
)
from nccodsl.diff.passage import AskedPlace, Passage
from nccodsl.errors import RenderError
from nccodsl.lowering.blocks import Wait
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.candidates import LEG, RESUME, Candidate
from nccodsl.rehearsal.liveness import Liveness
from nccodsl.runtime.advance import advance, play
from nccodsl.runtime.event import Event
from nccodsl.runtime.events_beside import ended, recorded, whispered
from nccodsl.runtime.runnable import Ask, Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import AT_WAIT, Walk
from nccodsl.runtime.web_requests import Fetched

_NOTHING = Passage(())
_RECORDED: tuple[tuple[str, str | None, str], ...] = (
    ("saved", None, "the recording is saved"),
    ("transcribed", "Hello.", "the recording is transcribed"),
)
"""The handlers of a recording: their events, the text that is known then, and the occasion in words."""


class Side:
    """A version, prepared."""

    def __init__(self, flow: Compiled) -> None:
        self.flow = flow
        self.script = Runnable(flow, URL)
        self.liveness = Liveness(flow, self.script)
        self._most_visits = most_visits(flow)
        self.entered: set[str] = set()
        """The blocks that calls have come to, also beside a call."""
        self.arms: set[Span] = set()
        """The arms of `if` that were taken: where the test stands, or for `else` the whole `if`."""
        self._chooses = {name for name, block in flow.blocks.items() if any(map(_chooses, block.parts))}
        self._passages: dict[object, Passage] = {}
        self._followed: dict[tuple[object, ...], tuple[State | None, Passage | None]] = {}
        """What follows an event in a state, which is kept so that nothing else gets its id."""
        self._spans: dict[int, tuple[State, list[Span | None]]] = {}

    def begun(self, values: Mapping[str, object], now: float) -> Passage:
        """The beginning of a call, at a Unix time."""
        direction = "outbound" if self.flow.has_call else "inbound"
        payload = {"uuid": LEG, "conversation_uuid": "CON-compared", "from": SOMEBODY, "to": OURS}
        event = Event("answer", {**payload, "direction": direction}, key="compared", values=values, received=now)
        return self._after(None, event) or _NOTHING

    def happened(self, state: State, wait: str, choice: Candidate) -> Passage | None:
        """What follows an answer to a wait, or an event of the call (`wait` is empty); None where it moves nothing."""
        key = id(state), wait, choice.kind, choice.label
        if key not in self._followed:
            event = Event(choice.kind, choice.payload, wait, state.moves, state.key, received=state.now)
            self._followed[key] = state, self._after(state, event)
        return self._followed[key][1]

    def resumed(self, passage: Passage) -> Passage:
        """The same passage with what follows when the script is asked how to go on."""
        assert passage.state is not None
        return passage.joined(self.happened(passage.state, passage.resumes, RESUME) or _NOTHING, 1)

    def fetched(self, passage: Passage, result: Fetched) -> Passage:
        """The same passage with what follows the answer to its pending request."""
        state = passage.state
        key = id(state), "", "fetched", repr(result)
        if key not in self._followed:
            self._followed[key] = state, self._after(state, Event("fetched", fetched=result))
        return passage.joined(self._followed[key][1] or _NOTHING, 0)

    def fetches(self, state: State) -> Wait:
        """The statement whose request is pending."""
        transition = self.flow.blocks[play(self.script, state).at].transition
        assert isinstance(transition, Wait)
        return transition

    def over(self, state: State, status: str) -> tuple[Noticed, ...]:
        """What is sent if a call ends in a state."""
        if not self.script.ends:
            return ()
        begins = {"duration": "1", "start_time": "now"} if status == "completed" else {}
        after = ended(self.script, state, {"status": status, **begins})
        occasion = "the call ends" if status == "completed" else f"the call is {status}"
        return tuple(self._beside(after, occasion))

    def span(self, thing: Noticed) -> Span | None:
        """Where the script says what is noticed."""
        if thing.span is not None or thing.state is None:
            return thing.span
        known = self._spans.get(id(thing.state))
        if known is None:
            items = Walk(self.script, thing.state).run(trace=True).items or []
            known = thing.state, [item.span if item is not None else None for item in items]
            self._spans[id(thing.state)] = known
        return known[1][thing.number] if thing.number < len(known[1]) else None

    # ---- from states to what is noticed

    def _after(self, state: State | None, event: Event) -> Passage | None:
        try:
            after, _ = advance(self.script, state, event)
            if state is not None and event.kind != "fetched" and after.moves == state.moves:
                return None
            after = self._reduced(after)
            # States that differ in nothing else go on in the same way, however many answers led to each.
            key = self.liveness.key(after), after.pending is None
            if key not in self._passages:
                self._passages[key] = self._passage(after)
            return self._passages[key]
        except RenderError as error:
            return Passage((stopped(error.diagnostics[0]),))

    def _reduced(self, state: State) -> State:
        """The same state without what tells it from others in vain."""
        most = self._most_visits
        state = self.liveness.reduced(state)
        if most is None or all(count <= most for count in state.visits.values()):
            return state
        return state.changed(visits={step: min(count, most) for step, count in state.visits.items()})

    def _passage(self, state: State) -> Passage:
        """What is noticed in a state until the next webhook. Raises RenderError."""
        if state.pending is not None:
            span = self.fetches(state).item.span
            asked = requested(FETCH, state.pending.request, span, timeout=state.pending.timeout)
            return Passage((asked,), state=state, pending=state.pending)
        walk = play(self.script, state)
        self._note(state, walk)
        names = [*([state.block] if state.start == AT_WAIT else []), *(name for _, name in walk.trail)]
        asks = [ask for name in names if (ask := self._ask(name)) is not None]
        sends = (ask.span for ask in asks if ask.what == "send")
        things = [requested(SEND, request, span) for request, span in zip(walk.sends, sends, strict=False)]
        places: list[AskedPlace] = []
        for number, action in enumerate(json.loads(walk.ncco)):
            if resumes(action):
                continue
            thing, wait = written_action(action, state, number)
            things.append(thing)
            if (found := self._ask(wait)) is not None:
                if found.what in ("input", "connect"):
                    places.append(AskedPlace(state, found, walk.scope, len(things) - 1))
                things += self._run_beside(state, found, thing)
        if not walk.resumes and (not walk.waits or walk.waits[-1] not in _questions(places)):
            things.append(Noticed(ENDS, {}))
        steps = tuple(self.flow.blocks[name].step for _, name in walk.trail if name in self.flow.blocks)
        over = self.over(state, "completed")
        return Passage(tuple(things), tuple(places), state, None, walk.resumes, 0, steps, over, state)

    def _note(self, state: State, walk: Walk) -> None:
        """Note where a call has come to."""
        names = {name for _, name in walk.trail}
        self.entered |= names
        if names & self._chooses:
            self.arms.update(span for _, span in Walk(self.script, state).run(trace=True).arms)

    def _ask(self, block: str) -> Ask | None:
        return self.script.blocks[block].ask if block in self.script.blocks else None

    def _run_beside(self, state: State, ask: Ask, thing: Noticed) -> Iterator[Noticed]:
        """What a callee hears first, and what is sent when a recording is ready."""
        if ask.whisper is not None:
            try:
                found = whispered(self.script, state, ask.name, state.moves)
            except RenderError as error:
                yield stopped(error.diagnostics[0], "the callee picks up")
            else:
                heard = json.loads(found[0]) if found is not None else []
                self.entered.add(ask.whisper)
                self.arms.update(Span(*one) for one in (found or (b"", ()))[1] if isinstance(one, tuple))
                yield Noticed(WHISPER, {"ncco": heard}, span=ask.span)
        for event, text, occasion in _RECORDED if ask.what == "record" else ():
            told = {"url": f"{URL}/recording", "uuid": "recording", "size": 1, "seconds": 1, "text": text}
            yield from self._beside(
                recorded(self.script, state.changed(cut=()), ask.name, event, state.moves, told), occasion
            )

    def _beside(self, after: State, occasion: str) -> Iterator[Noticed]:
        """What a handler has sent."""
        names = [name for name in after.beside if isinstance(name, str)]
        self.entered.update(names)
        self.arms.update(Span(*one) for one in after.beside if isinstance(one, tuple))
        asks = [ask for name in names if (ask := self._ask(name)) is not None]
        spans = (ask.span for ask in asks if ask.what == "send")
        for request, span in zip(after.sends, spans, strict=False):
            yield requested(SEND, request, span, occasion)
        yield from (stopped(found, occasion) for found in after.cut if found.is_error)


Sides = tuple[Side, Side]
"""The old version and the new one."""


def _chooses(part: object) -> bool:
    """Whether a part of a block has arms."""
    return isinstance(part, ChoiceItem) or (isinstance(part, LoopItem) and any(map(_chooses, part.body)))


def _questions(places: Iterable[AskedPlace]) -> set[str]:
    return {place.ask.name for place in places if place.ask.what == "input"}


def stopped(found: Diagnostic, occasion: str = "", span: Span | None = None) -> Noticed:
    """The call cannot go on; `span` is where, if not where the finding is."""
    value: dict[str, Any] = {"code": found.code, "message": found.message}
    return Noticed(STOPS, value, occasion, span or found.span)
