"""`connect`: another leg is dialled, and the two talk until one of them leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.application import Hook, Ncco
from nccodsl.emulator.core.detection import wanted
from nccodsl.emulator.core.legs import Dial, Leg, Platform
from nccodsl.emulator.core.option_values import action_option, one_of, webhook
from nccodsl.emulator.core.processes import Signal, Steps
from nccodsl.emulator.core.run import Run
from nccodsl.emulator.core.sounds import RINGING, Sound, audio


def connect(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Dial the endpoint; what follows runs when it could not be reached or has left."""
    yield from run.settle()
    leg, network = run.leg, run.network
    if not network.starts.takes("connect"):
        # Over the limit, the platform sends an error event (troubleshooting); that the call goes on is our choice.
        reason = f"connect not dialed: the limit of {network.starts.most} per second is reached"
        network.note(leg, reason)
        network.report_error(leg, reason)
        return None
    hook = webhook(action) or leg.event_hook
    answers: list[Ncco | None] = []
    over = Signal()

    def failed(other: Leg, event: dict[str, Any]) -> Steps[None]:
        if action.get("eventType") == "synchronous":
            answers.append((yield from network.ask("event", other, hook, event)))
        else:
            network.tell("event", other, hook, event)

    tone = action.get("ringbackTone")
    leg.player.play(audio(str(tone), 0) if tone else Sound("tone", "", RINGING, 1.0, 0))
    other = network.dial(_dial(network, leg, action, hook, failed))
    other.over.then(over.fire)
    other.released.then(over.fire)
    yield over
    leg.player.stop()
    if answers:
        return answers[0]
    if _is_closed(other):
        event = payloads.disconnected(other, network.now)
        return (yield from network.ask("event", other, hook, event)) if hook is not None else None
    if _completes(leg, other):
        data = {"event": "after-connect", "uuid": other.uuid}
        network.note(leg, f"completed, because {other.name} has left: what follows `connect` is not played", data)
        network.end(leg, by="platform")
        yield Signal()
    return None


def _is_closed(other: Leg) -> bool:
    """Whether the server of a WebSocket has closed it: the call goes on in any case (websockets guide)."""
    return other.outcome == "completed" and other.endpoint.get("type") == "websocket" and other.ended_by == "user"


def _completes(leg: Leg, other: Leg) -> bool:
    """Whether the call ends with the connected leg: only if that was answered, and leaves this one alone."""
    wanted = leg.network.application.after_connect == "complete"
    return wanted and other.outcome == "completed" and list(leg.conversation.members) == [leg]


def _dial(
    network: Platform,
    leg: Leg,
    action: dict[str, Any],
    hook: Hook | None,
    failed: Callable[[Leg, dict[str, Any]], Steps[None]],
) -> Dial:
    """How the endpoint of an action is dialled."""
    endpoint = one_of(action["endpoint"])
    return Dial(
        endpoint=endpoint,
        answered=lambda other: _answered(network, leg, other, endpoint.get("onAnswer") or {}),
        number=str(action.get("from") or _own_number(leg)),
        ring_for=float(action_option(action, "timeout")),
        talk_for=float(action_option(action, "limit")),
        detection=wanted(action.get("advancedMachineDetection"), action.get("machineDetection")),
        event_hook=hook,
        parent=leg,
        failed=failed,
    )


def _answered(network: Platform, leg: Leg, other: Leg, on_answer: dict[str, Any]) -> Steps[None]:
    """Play to the other leg what it is to hear first, and bring the two together."""
    if url := on_answer.get("url"):
        if tone := on_answer.get("ringbackTone") or on_answer.get("ringback"):
            leg.player.stop()
            leg.player.play(audio(str(tone), 0))
        ncco = yield from network.fetch(other, ("GET", str(url)))
        if ncco is None:
            network.end(other, by="platform")
            return
        yield from network.perform(other, ncco)
    leg.player.stop()
    for one, partner in ((leg, other), (other, leg)):
        one.log("joins", f"with {partner.name}", {"with": partner.uuid})
    other.callee.joined()
    if other.callee.is_application:
        # The person who talks with it stays as long as other people do; it has no such time.
        leg.callee.joined()


def _own_number(leg: Leg) -> str:
    """The platform's number of a leg, which a connected phone is shown where nothing else is said."""
    return leg.caller if leg.direction == "outbound" else leg.callee_number
