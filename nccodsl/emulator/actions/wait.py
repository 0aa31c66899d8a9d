"""`wait`: nothing happens for a while."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.option_values import action_option
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run

SHORTEST_WAIT, LONGEST_WAIT = 0.1, 7200.0


def wait(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Do nothing for a while; what is out of range is clamped, as the platform does."""
    yield from run.settle()
    seconds = action_option(action, "timeout")  # clamped first: a whole number may be too large for a float
    yield run.network.clock.after(float(min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)))
    return None
