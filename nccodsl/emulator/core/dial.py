"""What a body of the create request asks for."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.core.detection import wanted
from nccodsl.emulator.core.legs import LONGEST, Dial, Leg, Platform
from nccodsl.emulator.core.option_values import webhook
from nccodsl.emulator.core.processes import Steps

RING_SECONDS = 60.0
ANY_NUMBER = "12015550100"
"""The number that `random_from_number` draws here."""


def dial_of(network: Platform, body: dict[str, Any]) -> Dial:
    """How the call of a body is dialled."""

    def answered(leg: Leg) -> Steps[None]:
        ncco = body.get("ncco")
        if ncco is None:
            hook = webhook(body, "answer_url", "answer_method")
            assert hook is not None
            # An answer address is asked with GET where nothing else is said (Voice API reference).
            method = str(body.get("answer_method") or "GET").upper()
            ncco = yield from network.fetch(leg, (method, hook[1]))
        network.start(leg, ncco)

    caller = body.get("from") or {}
    return Dial(
        endpoint=body["to"][0],
        answered=answered,
        number=str(caller.get("number") or caller.get("user") or ANY_NUMBER),
        ring_for=float(body.get("ringing_timer") or RING_SECONDS),
        talk_for=float(body.get("length_timer") or LONGEST),
        detection=wanted(body.get("advanced_machine_detection"), body.get("machine_detection")),
        event_hook=webhook(body, "event_url", "event_method"),
    )
