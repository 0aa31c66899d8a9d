"""A call under a debugger: where it stands on its timeline, and where it stops next, forward and back.

The timeline is divided into stops: what happens at one line, one after the other, is one. Past the last stop the call
waits, or is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from nccodsl.dap.scope_expressions import ScopeNames
from nccodsl.editor.happenings import Happening
from nccodsl.editor.session import Entering, Reloaded, Session
from nccodsl.editor.whereabouts import Whereabouts, named, private_values
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.known_names import HIDDEN_VALUE
from nccodsl.rehearsal.phone_display import Told

Break = Callable[["CallStop"], bool]
"""Whether a breakpoint stops a call here."""


class CallStop:
    """What happened at one line. `depth`: in how many dialogs it stands."""

    def __init__(self, session: Session, happening: Happening, last: int) -> None:
        assert happening.place is not None
        self.session = session
        self.happening = happening
        self.place = happening.place
        self.last = last

    @cached_property
    def where(self) -> Whereabouts:
        """The names and the block."""
        return self.happening.whereabouts(self.session.replay)

    @cached_property
    def names(self) -> ScopeNames:
        """The names as expressions read them."""
        stage, where = self.session.replay.stage, self.where
        private = private_values(stage)
        local = {known: name for known, name, _ in named(stage.script, where)}
        return ScopeNames(where.scope, local, lambda value, used: private.shown(value, *used) == HIDDEN_VALUE)

    @property
    def depth(self) -> int:
        return self.where.block.count("/")


def _stops(session: Session) -> list[CallStop]:
    """The stops of a call, by line: the question that waits is where the last one stands."""
    found: list[CallStop] = []
    key: object = None
    for one in session.timeline:
        if not one.stops or one.place is None:
            continue
        line = (one.place.file, one.place.line, one.state.moves if one.state is not None else 0)
        if line != key:
            found.append(CallStop(session, one, one.number))
        else:
            found[-1].last = one.number
        key = line
    if found and session.pending is not None and found[-1].last == len(session.timeline) - 1:
        waiting = session.timeline[-1]
        if waiting.asked is session.pending:
            found[-1] = CallStop(session, waiting, waiting.number)
    return found


class DebuggedCall:
    """A session, and the stop that it stands at: -1 before the first, and as many as there are behind the last."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.stops = _stops(session)
        self.at = -1
        self._stepping = False

    @property
    def stop(self) -> CallStop | None:
        """Where the call stands; None before its first stop, and where it is over."""
        return self.stops[self.at] if 0 <= self.at < len(self.stops) else None

    @property
    def over(self) -> bool:
        """Whether it stands at the end of a call that is over."""
        return self.at == len(self.stops)

    @property
    def waits(self) -> bool:
        """Whether it stands at the question that waits."""
        return not self.session.over and self.at == len(self.stops) - 1

    # ---- moving

    def forward(self, stops_at: Break, ends: Callable[[CallStop], bool] | None = None) -> str:
        """Go on to a breakpoint, or where `ends` says so, or to where the call waits or is over; why it stopped."""
        self._stepping = ends is not None
        while self.at + 1 < len(self.stops):
            self.at += 1
            stop = self.stops[self.at]
            if stops_at(stop):
                return "breakpoint"
            if ends is not None and ends(stop):
                return "step"
        if self.session.over:
            self.at = len(self.stops)
        return "step" if self._stepping else "pause"

    def next(self, stops_at: Break) -> str:
        """To the next line, over what a dialog does."""
        depth = self.stop.depth if self.stop is not None else None
        return self.forward(stops_at, lambda stop: depth is None or stop.depth <= depth)

    def step_in(self, stops_at: Break) -> str:
        """To the next line, wherever it is."""
        return self.forward(stops_at, lambda stop: True)

    def step_out(self, stops_at: Break) -> str:
        """Out of the dialog; outside of dialogs, out of the step."""
        here = self.stop
        if here is None:
            return self.step_in(stops_at)
        return self.forward(
            stops_at,
            lambda stop: stop.depth < here.depth or (not here.depth and stop.place.step != here.place.step),
        )

    def back(self, stops_at: Break | None = None) -> str:
        """One line back; with `stops_at`, to the breakpoint before, or to the first line."""
        while self.at > 0:
            self.at -= 1
            if stops_at is None:
                return "step"
            if stops_at(self.stops[self.at]):
                return "breakpoint"
        self.at = min(self.at, 0) if self.stops else -1
        return "entry"

    # ---- the person

    def enter(self, line: str) -> Entering:
        """Do what a line says at this stop: what was done later in the call is forgotten."""
        entering = self.cut().enter(line)
        if entering.moved:
            self._replace(entering.session, self.at)
        return entering

    def undo(self) -> str:
        """Take back what was done last, and stand where it was asked; what it was, empty where there is nothing."""
        session = self.cut()
        self._replace(session.undo(), len(self.stops))
        self.at = len(self.stops) - 1
        return session.tape[-1] if session.tape else ""

    def cut(self) -> Session:
        """The call as it was at this stop."""
        stop = self.stop
        if stop is None or self.waits:
            return self.session if self.at >= 0 else self.session.back_to(0)
        number = stop.session.timeline[stop.last].tape
        return self.session.back_to(min(number, len(self.session.tape)))

    def go_on(self, stops_at: Break) -> str:
        """After an answer: as it went before, to the next line or on."""
        return self.step_in(stops_at) if self._stepping else self.forward(stops_at)

    def reload(self, flow: Compiled) -> Reloaded:
        """Continue with an edited script, at the same answer. Raises as `Session.with_flow`."""
        reloaded = self.session.with_flow(flow)
        here = self.stop
        tape = here.happening.tape if here is not None else 0
        ahead = sum(1 for stop in self.stops[: max(self.at, 0)] if stop.happening.tape == tape)
        before, over = self.at, self.over
        self._replace(reloaded.session, before)
        if reloaded.altered is not None or over:
            self.at = len(self.stops) if self.session.over else len(self.stops) - 1
        elif here is not None:
            alike = [number for number, stop in enumerate(self.stops) if stop.happening.tape == tape]
            self.at = alike[min(ahead, len(alike) - 1)] if alike else len(self.stops) - 1
        return reloaded

    def restart(self) -> None:
        """Begin anew, with an empty tape."""
        self._replace(self.session.back_to(0), -1)

    def _replace(self, session: Session, at: int) -> None:
        self.session = session
        self.stops = _stops(session)
        self.at = min(at, len(self.stops))

    def told(self, before: int) -> Iterator[Told]:
        """The lines that a phone shows between the stop `before` and this one."""
        start = self.stops[before].happening.number if 0 <= before < len(self.stops) else -1
        if before >= len(self.stops):
            return
        stop = self.stop
        end = stop.happening.number if stop is not None else len(self.session.timeline) - 1 if self.at >= 0 else -1
        for happening in self.session.timeline[start + 1 : end + 1]:
            yield from happening.told
