"""`input`: keys or speech are collected, and an event tells what was given."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.collect import Listening
from nccodsl.emulator.core.option_values import webhook
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run


def input_(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Collect keys or speech and tell the event address, whose answer may take over."""
    leg, network = run.leg, run.network
    hook = webhook(action) or leg.event_hook
    if action.get("mode") == "asynchronous":
        yield from run.settle()
        leg.keys_to = hook
        return None
    run.barging = False
    listening = leg.listening = Listening(action, network.clock, leg.player, network.keep_speech)
    collected = yield from listening.collect()
    leg.listening = None
    network.note(leg, f"input received: {_shown(collected)}", {"event": "collected", **collected})
    event = payloads.old_input_event if "type" not in action else payloads.input_event
    return (yield from network.ask("input", leg, hook, event(leg, collected, network.now)))


def _shown(collected: dict[str, Any]) -> str:
    shown = []
    if dtmf := collected.get("dtmf"):
        shown.append(f"keys {dtmf['digits']}" if dtmf["digits"] else "no keys")
    if speech := collected.get("speech"):
        said = ", ".join(f"“{result['text']}”" for result in speech["results"])
        shown.append(f"speech {said}" if said else "no speech")
    return " and ".join(shown)
