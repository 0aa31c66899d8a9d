"""Where a body stands while it is lowered: its step, its dialog, and the loops that wait around it."""

from __future__ import annotations

from collections.abc import Mapping

from nccodsl.analysis.dialogs import entry_of
from nccodsl.analysis.program import ForgetItem, LoopItem
from nccodsl.base.record import Record
from nccodsl.lowering import loop_parts


class Round(Record):
    """A loop around a body: the block that begins a round, that which begins the next one, and that behind it."""

    loop: LoopItem
    first: str
    next: str
    left: str


class Use(Record):
    """One place that asks a dialog. `name` is that of the block it begins with.

    `ends`: where its outcomes go on, None where the call ends. `binding`: the name of what is returned.
    """

    name: str
    dialog: str
    ends: Mapping[str, str | None]
    binding: str | None

    def step(self, name: str) -> str:
        """What a step of the dialog is called in this place."""
        return self.name + name.removeprefix(entry_of(self.dialog))


class Home(Record):
    """Where a body stands: its step, the loops around it, and within a dialog the place that asks it."""

    step: str
    rounds: tuple[Round, ...] = ()
    use: Use | None = None

    @property
    def round(self) -> str:
        """The block that begins the innermost round; empty outside of loops."""
        return self.rounds[-1].first if self.rounds else ""

    @property
    def closings(self) -> list[ForgetItem]:
        """What a jump out of all of them takes away."""
        return [loop_parts.closing(one.loop) for one in reversed(self.rounds)]
