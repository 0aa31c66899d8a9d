"""Answering-machine detection (Voice API reference): is it a human, and when does the machine's beep come?"""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.core.legs import Leg, Platform
from nccodsl.emulator.core.processes import Steps, first
from nccodsl.emulator.core.status import mark, status_event

DETECTING = 4.0
"""Seconds that telling a human from a machine takes."""
BEEP_TIMEOUT = 45.0
"""Seconds that a beep is waited for where `beep_timeout` is not given: the platform states no default."""
PLAIN = "plain"
"""The mode of `machine_detection`, which the platform has no name for: beside the flow, and without the beep."""


def wanted(advanced: Any, plain: Any) -> dict[str, Any] | None:
    """The detection that an action or body asks for; the advanced form wins."""
    if isinstance(advanced, dict):
        return advanced
    return {"behavior": str(plain), "mode": PLAIN} if plain else None


def works_beside(settings: dict[str, Any]) -> bool:
    """Whether the flow goes on while it is being detected."""
    return settings.get("mode", "detect") in ("default", PLAIN)


def detect(network: Platform, leg: Leg, settings: dict[str, Any]) -> Steps[None]:
    """Find out who answered, and tell it."""
    mode = settings.get("mode", "detect")
    machine = leg.callee.persona.machine
    yield network.clock.after(DETECTING)
    yield from _tell(network, leg, "machine" if machine else "human", mode)
    if not machine:
        return
    if settings.get("behavior") == "hangup":
        network.end(leg, by="platform")
        return
    if mode not in ("default", "detect_beep"):
        return
    timer = network.clock.after(float(settings.get("beep_timeout") or BEEP_TIMEOUT))
    if leg.callee.beeped.done:
        timer.cancel()
        heard: object = leg.callee.beeped
    else:
        heard = yield first(leg.callee.beeped, timer)
    yield from _tell(network, leg, "machine", mode, "beep_timeout" if heard is timer else "beep_start")


def _tell(network: Platform, leg: Leg, status: str, mode: str, sub_state: str = "") -> Steps[None]:
    """Send the event; in the mode `default` an NCCO may answer it."""
    before = leg.status
    mark(leg, status, sub_state)
    event = status_event(network, leg, status, {"sub_state": sub_state} if sub_state else {})
    # The status of a leg can be `machine`, but not `human` (Voice API reference).
    leg.status = before if status == "human" else status
    event["call_uuid"] = event.pop("uuid")
    if mode != "default":
        network.tell("event", leg, leg.event_hook, event)
        return
    if leg.event_hook is None:
        return
    ncco = yield from network.ask("event", leg, leg.event_hook, event)
    if ncco is not None:
        data = {"event": "takeover", "by": "detection", "actions": len(ncco)}
        network.note(leg, f"an NCCO takes over: detected {status}", data)
        network.start(leg, ncco)
