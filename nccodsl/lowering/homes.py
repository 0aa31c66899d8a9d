"""Where a body stands while it is lowered: its step, and the loops that wait around it."""

from __future__ import annotations

from nccodsl.analysis.program import ForgetItem, LoopItem
from nccodsl.base.record import Record
from nccodsl.lowering import loop_parts


class Round(Record):
    """A loop around a body: the block that begins a round, that which begins the next one, and that behind it."""

    loop: LoopItem
    first: str
    next: str
    left: str


class Home(Record):
    """Where a body stands: its step, and the loops around it."""

    step: str
    rounds: tuple[Round, ...] = ()

    @property
    def round(self) -> str:
        """The block that begins the innermost round; empty outside of loops."""
        return self.rounds[-1].first if self.rounds else ""

    @property
    def closings(self) -> list[ForgetItem]:
        """What a jump out of all of them takes away."""
        return [loop_parts.closing(one.loop) for one in reversed(self.rounds)]
