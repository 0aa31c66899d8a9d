"""`connect`: another leg is dialled, and the two talk until one of them leaves."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.actions.play import audio
from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.detection import wanted
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.mail import Ncco
from nccodsl.emulator.core.option_values import action_option, one_of, webhook
from nccodsl.emulator.core.player import RINGING, Sound
from nccodsl.emulator.core.processes import Signal, Steps
from nccodsl.emulator.core.ring import Dial
from nccodsl.emulator.core.run import Run, perform


def connect(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Dial the endpoint; what follows runs when it could not be reached or has left."""
    yield from run.settle()
    leg, network = run.leg, run.network
    endpoint = one_of(action["endpoint"])
    on_answer = endpoint.get("onAnswer") or {}
    hook = webhook(action) or leg.event_hook
    answers: list[Ncco | None] = []
    over = Signal()

    def failed(other: Leg, event: dict[str, Any]) -> Steps[None]:
        if action.get("eventType") == "synchronous":
            answers.append((yield from network.ask("event", other, hook, event)))
        else:
            network.tell("event", other, hook, event)

    def answered(other: Leg) -> Steps[None]:
        if url := on_answer.get("url"):
            if tone := on_answer.get("ringbackTone") or on_answer.get("ringback"):
                leg.player.stop()
                leg.player.play(audio(str(tone), 0))
            ncco = yield from network.fetch(other, ("GET", str(url)))
            if ncco is None:
                network.end(other, by="platform")
                return
            yield from perform(network, other, ncco)
        leg.player.stop()
        for one, partner in ((leg, other), (other, leg)):
            network.log(one, "joins", f"with {partner.name}", {"with": partner.uuid})
        other.callee.joined()

    tone = action.get("ringbackTone")
    leg.player.play(audio(str(tone), 0) if tone else Sound("tone", "", RINGING, 1.0, 0))
    other = network.dial(
        Dial(
            endpoint=endpoint,
            answered=answered,
            number=str(action.get("from") or _own_number(leg)),
            ring_for=float(action_option(action, "timeout")),
            talk_for=float(action_option(action, "limit")),
            detection=wanted(action.get("advancedMachineDetection"), action.get("machineDetection")),
            event_hook=hook,
            parent=leg,
            failed=failed,
        )
    )
    other.over.then(over.fire)
    other.released.then(over.fire)
    yield over
    leg.player.stop()
    if answers:
        return answers[0]
    if other.outcome == "completed" and other.endpoint.get("type") == "websocket" and other.ended_by == "user":
        event = payloads.status_event(other, "disconnected", network.now)
        del event["direction"]
        return (yield from network.ask("event", other, hook, event))
    return None


def _own_number(leg: Leg) -> str:
    """The platform's number of a leg, which a connected phone is shown where nothing else is said."""
    return leg.caller if leg.direction == "outbound" else leg.callee_number
