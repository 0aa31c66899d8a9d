"""A leg from its creation until it is answered or gives up (webhook reference)."""

from __future__ import annotations

from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.agent import Agent
from nccodsl.emulator.core.conversations import join
from nccodsl.emulator.core.detection import detect, works_beside
from nccodsl.emulator.core.endpoint_names import endpoint_value
from nccodsl.emulator.core.legs import LONGEST, Dial, Leg, Platform
from nccodsl.emulator.core.membership import Membership
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.sockets import Sockets
from nccodsl.emulator.core.status import change, mark, status_event

SETUP = 0.5
"""Seconds from creating a leg until it rings."""


def ring(network: Platform, leg: Leg, dial: Dial) -> Steps[None]:
    persona = leg.callee.persona
    change(network, leg, "started")
    is_socket = leg.endpoint.get("type") == "websocket"
    if is_socket and (sockets := _sockets(network, leg)) is not None:
        yield from _open(network, leg, dial, sockets)
        return
    if not is_socket:
        yield network.clock.after(SETUP)
    if persona.outcome in ("busy", "rejected", "failed"):
        yield from _fail(network, leg, dial, persona.outcome, persona.detail)
        return
    change(network, leg, "ringing")
    delay = 0.0 if is_socket else persona.delay
    if persona.outcome == "timeout" or delay >= dial.ring_for:
        yield network.clock.after(dial.ring_for)
        yield from _fail(network, leg, dial, "timeout", None)
        return
    yield network.clock.after(delay)
    if persona.outcome == "unanswered":
        yield from _fail(network, leg, dial, "unanswered", persona.detail or "unavailable")
        return
    yield from _answer(network, leg, dial)


def _sockets(network: Platform, leg: Leg) -> Sockets | None:
    """What opens the WebSocket of a leg; None where a persona plays it."""
    if network.sockets is None:
        return None
    if refusal := network.sockets.refusal(endpoint_value(leg.endpoint)):
        data = {"event": "socket", "what": "persona", "count": 1}
        network.note(leg, f"a persona plays this WebSocket: {refusal}", data)
        return None
    return network.sockets


def _open(network: Platform, leg: Leg, dial: Dial, sockets: Sockets) -> Steps[None]:
    """Open the WebSocket of a leg; that is the answer."""
    change(network, leg, "ringing")
    agent = leg.callee = Agent(leg, sockets, dial.ring_for)
    if wrong := (yield agent.picked_up):
        network.note(leg, f"the WebSocket was not opened: {wrong}", {"event": "socket", "what": "failed", "count": 1})
        yield from _fail(network, leg, dial, "failed", "cannot_route")
        return
    yield from _answer(network, leg, dial)


def _fail(network: Platform, leg: Leg, dial: Dial, status: str, detail: str | None) -> Steps[None]:
    mark(leg, status, detail)
    payload = status_event(network, leg, status, {"detail": detail} if detail else {})
    if dial.failed is not None:
        yield from dial.failed(leg, payload)
    else:
        network.tell("event", leg, leg.event_hook, payload)
    network.end(leg, by="platform")


def _answer(network: Platform, leg: Leg, dial: Dial) -> Steps[None]:
    leg.answered_at = network.clock.now
    join(leg, leg.conversation, Membership())
    change(network, leg, "answered", payloads.answered_extra(network.now))
    keys = leg.endpoint.get("dtmfAnswer")
    if keys:
        network.log(leg, "hears", f"the keys {keys}", {"keys": keys})
    _limit(network, leg, dial.talk_for)
    leg.callee.answered()
    if dial.detection is not None:
        if works_beside(dial.detection):
            leg.run(detect(network, leg, dial.detection))
        else:
            yield from detect(network, leg, dial.detection)
    leg.picked_up.fire("answered")
    yield from dial.answered(leg)


def come_in(network: Platform, leg: Leg) -> Steps[None]:
    change(network, leg, "started")
    change(network, leg, "ringing")
    leg.answered_at = network.clock.now
    join(leg, leg.conversation, Membership())
    _limit(network, leg, LONGEST)
    hook = network.application.answer
    if hook is None:
        network.note(leg, "the application has no answer URL, so the call is not answered")
        network.end(leg, by="platform")
        return
    ncco = yield from network.fetch(leg, hook)
    if ncco is not None:
        change(network, leg, "answered", payloads.answered_extra(network.now))
        leg.callee.answered()
        leg.picked_up.fire("answered")
    network.start(leg, ncco)


def _limit(network: Platform, leg: Leg, seconds: float) -> None:
    """Hang up after so many seconds, unless the call is over by then."""

    def too_long(_value: object) -> None:
        network.note(leg, f"ended after {seconds:g} s, the maximum length")
        network.end(leg, by="platform")

    leg.limit = network.clock.after(seconds)
    leg.limit.then(too_long)
