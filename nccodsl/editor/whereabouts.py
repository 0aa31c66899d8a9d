"""Where a call stands in its script at one moment: the line, the names with their values, the blocks around it."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.program import ActionItem
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.errors import RenderError
from nccodsl.lowering.holes import Failed
from nccodsl.lowering.trace import actions_of
from nccodsl.rehearsal.call_places import CallPlaces, Place
from nccodsl.rehearsal.known_names import PrivateValues
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.call_place import names_in_block
from nccodsl.runtime.runnable import Ask, Prepared, Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import Walk
from nccodsl.templates import Scope


class LivePlace(Place):
    """A place with its characters. `action` of the NCCO that `state` is playing was made there; None: of none."""

    span: Span
    state: State | None = None
    action: int | None = None


class LivePlaces(CallPlaces):
    """Follows a call, and remembers what a debugger asks of a place."""

    _playing: State | None = None

    def _played(self) -> list[ActionItem | None]:
        moves = self._stage.moves
        self._playing = moves[-1].state if moves else None
        return super()._played()

    def _place(self, span: Span, step: str) -> LivePlace:
        place = super()._place(span, step)
        action = self._next - 1 if self._playing is not None else None
        return LivePlace(place.step, place.file, place.line, place.text, span, self._playing, action)


class _Reached(Exception):
    """The walk is where it was to go."""


class _WalkTo(Walk):
    """Walks to the action with this number (None: to where the call waits): `set` behind it is not done yet."""

    def __init__(self, script: Runnable, state: State, action: int | None) -> None:
        super().__init__(script, state)
        self._to = action

    def _next_is(self) -> None:
        if self.items is not None and len(self.items) == self._to:
            raise _Reached

    def _apologise(self, wait: str) -> None:
        self._next_is()
        super()._apologise(wait)

    def _play(self, block: Prepared) -> None:
        assert self.items is not None
        for item in actions_of(self._script.flow.blocks[block.name].parts, self.scope):
            self._next_is()
            self.items.append(item)

    def _write(self, ask: Ask) -> None:
        self._next_is()
        super()._write(ask)


class Whereabouts(Record):
    """What is known where a call stands. `block` is the one that is being played; `visits` how often steps were."""

    scope: Scope
    block: str
    visits: dict[str, int]


def whereabouts(stage: Stage, state: State | None, action: int | None) -> Whereabouts:
    """The names and the block at an action of what `state` plays; before the call has begun, its params alone."""
    script = stage.script
    if state is None:
        values = {name: value for name, value in script.values.items() if isinstance(name, str)}
        return Whereabouts(Scope(values), script.entry or "", {})
    walk = _WalkTo(script, state, action)
    try:
        walk.run(trace=True)
    except _Reached:
        pass
    except (Failed, RenderError):
        # The script fails here: what was known until then is what helps.
        pass
    block = walk.trail[-1][1].removesuffix(".retry") if walk.trail else state.block
    return Whereabouts(walk.scope, block, dict(walk.visits))


def named(script: Runnable, found: Whereabouts) -> Iterator[tuple[str, str, object]]:
    """The names that a script can read there: what it calls them, what the scope does, and their values."""
    return names_in_block(script, found.block, found.scope)


def shown_names(stage: Stage, found: Whereabouts) -> dict[str, str]:
    """Names with their values as JSON, private ones hidden."""
    private = private_values(stage)
    return {known: private.shown(value, name) for known, name, value in named(stage.script, found)}


def private_values(stage: Stage) -> PrivateValues:
    """What of this call must not be shown."""
    state = stage.state
    return PrivateValues(stage.flow, state.values if state is not None else stage.script.values)
