"""A walk that comes to a place of the call, and runs beside it from there: a handler, or what a callee hears first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from nccodsl.base.source import Span
from nccodsl.lowering.blocks import is_in_dialog
from nccodsl.lowering.trace import actions_of
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import Walk


class SideWalk(Walk):
    """`aside` are the blocks that have run beside the call, and the arms of their `if` (Reply.beside)."""

    def __init__(self, script: Runnable, state: State) -> None:
        super().__init__(script, state)
        self.aside: list[object] = []

    def beside(self, name: str, names: Mapping[str, object], moves: int, occasion: str = "") -> Self:
        """Run a handler. `names` are those that it has besides; `occasion` as in `idempotency_key`. Raises Failed."""
        self.scope.update(names)
        # What the walk until here sends, was sent with the NCCO.
        self.sends = []
        self._silent = False
        step = self._script.blocks[name].step
        # What is not of a step is of the last one, as `step` is.
        self._show_visits(step if step in self._script.steps or is_in_dialog(step) else self.step)
        following: str | None = name
        # A handler cannot jump, so this ends.
        while following is not None:
            block = self._script.blocks[following]
            self._ran(following)
            if block.ask is None:
                following = block.next(self.scope)
                continue
            self._send(block.ask, moves, occasion)
            following = block.ask.then
        return self

    def whisper(self, name: str) -> bytes:
        """The NCCO of what a callee hears first. Raises Failed."""
        self.actions = []
        self._ran(name)
        self._script.blocks[name].write(self.scope, self.actions)
        return self.ncco

    def _ran(self, name: str) -> None:
        """What is not heard by the caller is followed statement by statement: it is short."""
        taken: list[Span] = []
        list(actions_of(self._script.flow.blocks[name].parts, self.scope, taken))
        self.aside += [name, *((span.start, span.end) for span in taken)]
