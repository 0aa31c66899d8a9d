"""Whole calls in virtual time: place one, let it end, look at what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nccodsl.emulator.actions import ACTIONS
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.call_legs import legs_of_call
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.mail import NOBODY, OutgoingWebhook, WebhookReply
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.core.processes import Signal
from nccodsl.emulator.core.sockets import Live
from nccodsl.emulator.core.timeline import Emulated, LegSummary
from nccodsl.emulator.personas.persona import Casting

WEBHOOK_SECONDS = 0.1
"""How long a webhook takes in virtual time."""
ARRIVING = 60.0
"""Seconds after the end of a call during which its last webhooks are sent, and sent again."""
Answer = Callable[[OutgoingWebhook], WebhookReply]


def virtual_network(
    cast: Casting | None = None,
    answer: Answer | None = None,
    *,
    application: Application | None = None,
    seed: int = 0,
    legacy: bool = False,
    live: Live | None = None,
) -> Network:
    """A network whose webhooks are answered by a function. `live` opens its WebSockets, and has to step its clock."""
    network: Network

    def transport(hook: OutgoingWebhook) -> Signal:
        reply = answer(hook) if answer is not None else NOBODY
        if not reply.sent:
            signal = Signal()
            signal.fire(reply)
            return signal
        return network.clock.after(WEBHOOK_SECONDS, reply)

    network = Network(
        cast, actions=ACTIONS, transport=transport, application=application, seed=seed, legacy=legacy, sockets=live
    )
    if live is not None:
        live.begin(network.clock)
    return network


def emulate(
    body: dict[str, Any],
    cast: Casting | None = None,
    answer: Answer | None = None,
    *,
    application: Application | None = None,
    seed: int = 0,
    legacy: bool = False,
    live: Live | None = None,
) -> Emulated:
    """Place the call of a valid create body, and play it to its end."""
    network = virtual_network(cast, answer, application=application, seed=seed, legacy=legacy, live=live)
    leg = network.place(body)
    step = network.clock.step if live is None else live.step
    while leg.ended_at is None and step():
        pass
    ended = network.clock.now
    # What was sent at the end has still to arrive.
    network.clock.run_until(ended + ARRIVING)
    return Emulated(leg.timeline, _summaries(leg), ended)


def emulated(network: Network, leg: Leg) -> Emulated:
    """What has happened until now in the call that a leg belongs to."""
    legs = _summaries(leg)
    ends = [one.ended if one.ended is not None else network.clock.now for one in legs]
    return Emulated(leg.timeline, legs, max(ends) - legs[0].started)


def _summaries(leg: Leg) -> list[LegSummary]:
    """How the legs of a call went, in the order in which they were created."""
    return [
        LegSummary(
            name=one.name,
            uuid=one.uuid,
            direction=one.direction,
            endpoint=one.endpoint_name,
            outcome=one.outcome or one.status,
            started=one.created_at,
            answered=one.answered_at,
            ended=one.ended_at,
            ended_by=one.ended_by,
        )
        for one in legs_of_call(leg)
    ]
