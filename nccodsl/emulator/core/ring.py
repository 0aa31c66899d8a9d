"""A leg from its creation until somebody answers it, or nobody does (voice-api.md 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nccodsl.base.record import Record
from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.detection import detect, works_beside
from nccodsl.emulator.core.legs import Hook, Leg, Membership
from nccodsl.emulator.core.processes import Steps

if TYPE_CHECKING:
    from nccodsl.emulator.core.network import Network

SETUP = 0.5
"""Seconds from creating a leg until it rings."""
LONGEST = 7200.0
"""Seconds after which the platform ends a call that sets no `length_timer` (voice-api.md 1.1)."""


class Dial(Record):
    """How a leg is dialled. `ring_for` and `talk_for` in seconds; `detection` an advanced_machine_detection object.

    `answered` says what the leg does when it has been picked up.
    """

    endpoint: dict[str, Any]
    answered: Callable[[Leg], Steps[None]]
    number: str = ""
    ring_for: float = 60.0
    talk_for: float = LONGEST
    detection: dict[str, Any] | None = None
    event_hook: Hook | None = None
    parent: Leg | None = None
    failed: Callable[[Leg, dict[str, Any]], Steps[None]] | None = None


def ring(network: Network, leg: Leg, dial: Dial) -> Steps[None]:
    persona = leg.callee.persona
    network.event(leg, "started")
    if leg.endpoint.get("type") != "websocket":
        yield network.clock.after(SETUP)
    if persona.outcome in ("busy", "rejected", "failed"):
        yield from _fail(network, leg, dial, persona.outcome, persona.detail)
        return
    network.event(leg, "ringing")
    delay = persona.delay if leg.endpoint.get("type") != "websocket" else 0.0
    if persona.outcome == "timeout" or delay >= dial.ring_for:
        yield network.clock.after(dial.ring_for)
        yield from _fail(network, leg, dial, "timeout", None)
        return
    yield network.clock.after(delay)
    if persona.outcome == "unanswered":
        yield from _fail(network, leg, dial, "unanswered", persona.detail or "unavailable")
        return
    yield from _answer(network, leg, dial)


def _fail(network: Network, leg: Leg, dial: Dial, status: str, detail: str | None) -> Steps[None]:
    network.mark(leg, status, detail)
    payload = network.status_event(leg, status, **({"detail": detail} if detail else {}))
    if dial.failed is not None:
        yield from dial.failed(leg, payload)
    else:
        network.tell("event", leg, leg.event_hook, payload)
    network.end(leg, by="platform")


def _answer(network: Network, leg: Leg, dial: Dial) -> Steps[None]:
    leg.answered_at = network.clock.now
    network.join(leg, leg.conversation, Membership())
    network.event(leg, "answered", **payloads.answered_extra(network.now))
    keys = leg.endpoint.get("dtmfAnswer")
    if keys:
        network.log(leg, "hears", f"the keys {keys}", {"keys": keys})
    _limit(network, leg, dial.talk_for)
    leg.callee.answered()
    if dial.detection is not None:
        if works_beside(dial.detection):
            leg.processes.append(network.run(detect(network, leg, dial.detection)))
        else:
            yield from detect(network, leg, dial.detection)
    leg.picked_up.fire("answered")
    yield from dial.answered(leg)


def come_in(network: Network, leg: Leg) -> Steps[None]:
    network.event(leg, "started")
    network.event(leg, "ringing")
    leg.answered_at = network.clock.now
    network.join(leg, leg.conversation, Membership())
    _limit(network, leg, LONGEST)
    hook = network.application.answer
    if hook is None:
        network.note(leg, "the application has no answer address, so nobody takes the call")
        network.end(leg, by="platform")
        return
    ncco = yield from network.fetch(leg, hook)
    if ncco is not None:
        network.event(leg, "answered", **payloads.answered_extra(network.now))
        leg.callee.answered()
        leg.picked_up.fire("answered")
    network.start(leg, ncco)


def _limit(network: Network, leg: Leg, seconds: float) -> None:
    """Hang up in so many seconds, if nobody has by then."""

    def too_long(_value: object) -> None:
        network.note(leg, f"ended after {seconds:g} seconds, the longest it may take")
        network.end(leg, by="platform")

    leg.limit = network.clock.after(seconds)
    leg.limit.then(too_long)
