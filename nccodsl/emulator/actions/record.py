"""`record`: goes on beside the flow until the call ends, or stops the flow until a key, silence or a time."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.option_values import action_option
from nccodsl.emulator.core.processes import Signal, Steps, first
from nccodsl.emulator.core.run import Run

BEEP_SECONDS = 0.5


def record(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Record the leg."""
    yield from run.settle()
    leg, network = run.leg, run.network
    if action_option(action, "beepStart"):
        heard = network.log(leg, "hears", "a beep", {"sound": "beep"})
        yield network.clock.after(BEEP_SECONDS)
        heard.until = network.clock.now
    recording = network.record(leg, action)
    if action_option(action, "beepStart") and not leg.earmuffed:
        leg.callee.hears_beep()
    key, longest = action_option(action, "endOnKey"), action_option(action, "timeOut")
    silence = action_option(action, "endOnSilence")
    if key is None and silence is None and longest is None:
        return None
    ends: list[Signal] = []
    if key is not None:
        ends.append(_pressed(run, str(key)))
    if longest is not None:
        ends.append(network.clock.after(float(longest)))
    if silence is not None:
        ends.append(leg.run(_silence(run, float(silence))))
    leg.held_by = recording
    yield first(*ends)
    leg.held_by = None
    leg.key_hooks.clear()
    recording.stop()
    return None


def _pressed(run: Run, key: str) -> Signal:
    """Fires when the key is pressed."""
    pressed = Signal()

    def hook(other: str) -> None:
        if other == key:
            pressed.fire()

    run.leg.key_hooks.append(hook)
    return pressed


def _silence(run: Run, seconds: float) -> Steps[None]:
    """Ends after so much silence at the leg."""
    clock = run.network.clock
    since = clock.now
    while (until := max(since, run.leg.voice_until) + seconds) > clock.now:
        yield clock.after(until - clock.now)
