"""`input`, `notify` and `wait`: actions whose end is a webhook or a time."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.collect import Listening
from nccodsl.emulator.core.mail import Ncco
from nccodsl.emulator.core.option_values import action_option, webhook
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run

SHORTEST_WAIT, LONGEST_WAIT = 0.1, 7200.0


def input_(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Collect keys or speech and tell the event address, whose answer may take over."""
    leg, network = run.leg, run.network
    hook = webhook(action) or leg.event_hook
    if action.get("mode") == "asynchronous":
        yield from run.settle()
        leg.keys_to = hook
        return None
    run.barging = False
    listening = leg.listening = Listening(leg, action)
    collected = yield from listening.collect()
    leg.listening = None
    shown = []
    if dtmf := collected.get("dtmf"):
        shown.append(f"keys {dtmf['digits']}" if dtmf["digits"] else "no keys")
    if speech := collected.get("speech"):
        said = ", ".join(f"“{result['text']}”" for result in speech["results"])
        shown.append(f"speech {said}" if said else "no speech")
    network.log(leg, "note", f"the input took {' and '.join(shown)}", collected)
    event = payloads.old_input_event if "type" not in action else payloads.input_event
    return (yield from network.ask("input", leg, hook, event(leg, collected, network.now)))


def notify(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Send the payload; the answer may take over."""
    yield from run.settle()
    leg, network = run.leg, run.network
    event = {
        "payload": action["payload"],
        "conversation_uuid": leg.conversation.uuid,
        "timestamp": payloads.timestamp(network.now),
    }
    return (yield from network.ask("notify", leg, webhook(action), event))


def wait(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Do nothing for a while; what is out of range is clamped, as the platform does."""
    yield from run.settle()
    seconds = action_option(action, "timeout")  # clamped first: a whole number may be too large for a float
    yield run.network.clock.after(float(min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)))
    return None
