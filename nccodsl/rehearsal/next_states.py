"""What may follow in a call: the states that it can begin in, what can happen in one, and the states after that.

The flow moves by `advance`; no time passes, and the platform is taken at its word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from nccodsl.base.phone import OURS, SOMEBODY
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import RenderError
from nccodsl.lowering.blocks import Wait
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.candidates import (
    LEG,
    RESUME,
    Candidate,
    choices_at,
    fetch_choices,
    handler_choices,
    replies_of,
    tried_in,
)
from nccodsl.rehearsal.explored import Way
from nccodsl.rehearsal.moments import moments_of
from nccodsl.runtime.advance import advance, play
from nccodsl.runtime.event import Event
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import Walk
from nccodsl.runtime.web_requests import Fetched


class Watching(Protocol):
    """Hears what goes wrong on the way to a state."""

    def breaks_off(self, found: Diagnostic, way: Way) -> None:
        """The flow cannot go on."""
        ...

    def knows_no_reply(self, url: str, span: Span, way: Way) -> None:
        """No test says what a fetch brings."""
        ...

    def moves(self) -> bool:
        """An event is about to move the flow: whether it may."""
        ...


class NextEvent(NamedTuple):
    """Something that may happen in a state: which wait it answers, the event, and what people call it."""

    wait: str
    event: Event
    label: str


class Reached(NamedTuple):
    """A state, what led there (the last of it comes last), and the NCCO that is played in it."""

    state: State
    way: Way
    ncco: bytes


class NextStates:
    """What may follow in the calls of one script."""

    def __init__(self, flow: Compiled, script: Runnable, watching: Watching) -> None:
        self._flow = flow
        self._script = script
        self._watching = watching
        self._replies = replies_of(flow)
        self._tried = tried_in(flow)
        self.dated = False
        """Whether each way begins with its moment."""

    def first(self, values: Mapping[str, object]) -> Iterator[Reached]:
        """The states in which a call with some values can begin; where that depends on the moment, a way says when.

        Raises RenderError, Failed.
        """
        call = {"uuid": LEG, "conversation_uuid": "CON-explored"}
        direction = "outbound" if self._flow.has_call else "inbound"
        payload = {**call, "from": SOMEBODY, "to": OURS, "direction": direction}
        moments = moments_of(self._flow, {**self._script.values, **values})
        self.dated = len(moments) > 1
        for moment in moments:
            event = Event("answer", payload, key="explored", values=values, received=moment.timestamp())
            yield from self.after(None, event, (f"at {moment:%Y-%m-%d %H:%M}",) if self.dated else ())

    def happenings(self, state: State, walk: Walk) -> Iterator[NextEvent]:
        """What may happen while a state is played: one answer for each way on, and what a handler of the call takes."""
        choices: list[tuple[str, Candidate]] = []
        for wait in walk.waits:
            ask = self._script.blocks[wait].ask
            assert ask is not None
            answers = choices_at(ask, self._flow.blocks[wait], walk.scope, self._tried)
            choices += [(wait, choice) for choice in answers]
        if walk.resumes and walk.resumes not in walk.waits[-1:]:
            choices.append((walk.resumes, RESUME))
        for wait, choice in choices:
            event = Event(choice.kind, choice.payload, wait, state.moves, state.key, received=state.now)
            yield NextEvent(wait, event, choice.label)
        if state.moves == 0:
            for choice in handler_choices(self._script):
                event = Event("status", choice.payload, key=state.key, received=state.now)
                yield NextEvent(walk.waits[-1], event, choice.label)

    def after(self, state: State | None, event: Event, way: Way) -> Iterator[Reached]:
        """The states after an event: one for each thing that its fetches may bring."""
        todo: list[tuple[State | None, Event, Way]] = [(state, event, way)]
        while todo and self._watching.moves():
            before, happening, here = todo.pop()
            try:
                after, ncco = advance(self._script, before, happening)
            except RenderError as error:
                self._watching.breaks_off(error.diagnostics[0], here)
                continue
            if after.pending is None:
                yield Reached(after, here, ncco or b"[]")
                continue
            for fetched, label in self._brought(after, after.pending.request.url, here):
                todo.append((after, Event("fetched", fetched=fetched), (*here, label)))

    def _brought(self, state: State, url: str, way: Way) -> list[tuple[Fetched, str]]:
        """What the pending fetch of a state may bring."""
        transition = self._flow.blocks[play(self._script, state).at].transition
        assert isinstance(transition, Wait)
        choices = list(fetch_choices(url, transition.item, self._replies))
        if all(fetched.failure for fetched, _ in choices):
            self._watching.knows_no_reply(url, transition.item.span, way)
        return choices
