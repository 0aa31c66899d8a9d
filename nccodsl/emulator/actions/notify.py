"""`notify`: a payload is sent, and its answer may take over."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.option_values import webhook
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.run import Run


def notify(run: Run, action: dict[str, Any]) -> Steps[Ncco | None]:
    """Send the payload; the answer may take over."""
    yield from run.settle()
    leg, network = run.leg, run.network
    event = {
        "payload": action["payload"],
        "conversation_uuid": leg.conversation.uuid,
        "timestamp": payloads.utc_text(network.now),
    }
    return (yield from network.ask("notify", leg, webhook(action), event))
