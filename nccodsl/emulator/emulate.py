"""Whole calls in virtual time: place one, let it end, look at what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nccodsl.base.record import Record
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.mail import NOBODY, NOT_SENT, OutgoingWebhook, WebhookReply
from nccodsl.emulator.core.network import Application, Network
from nccodsl.emulator.core.processes import Signal
from nccodsl.emulator.core.timeline import LegSummary, Timeline
from nccodsl.emulator.personas.persona import Casting

WEBHOOK_SECONDS = 0.1
"""How long a webhook takes in virtual time."""
ARRIVING = 60.0
"""Seconds after the end of a call during which its last webhooks are sent, and sent again."""
Answer = Callable[[OutgoingWebhook], WebhookReply]


class Emulated(Record):
    """A call that is over. `seconds` is how long it took, in virtual time."""

    timeline: Timeline
    legs: list[LegSummary]
    seconds: float

    @property
    def outcome(self) -> str:
        """How the first leg ended."""
        return self.legs[0].outcome

    def to_json(self) -> dict[str, Any]:
        """The whole call as JSON data."""
        legs = [{field: getattr(leg, field) for field in leg._fields} for leg in self.legs]
        entries = [entry.to_json() for entry in sorted(self.timeline.entries, key=lambda entry: entry.at)]
        return {"outcome": self.outcome, "seconds": round(self.seconds, 3), "legs": legs, "timeline": entries}


def virtual_network(
    cast: Casting | None = None,
    answer: Answer | None = None,
    *,
    application: Application | None = None,
    seed: int = 0,
    legacy: bool = False,
) -> Network:
    """A network whose webhooks are answered by a function."""
    network: Network

    def transport(hook: OutgoingWebhook) -> Signal:
        reply = answer(hook) if answer is not None else NOBODY
        if reply.failure.startswith(NOT_SENT):
            signal = Signal()
            signal.fire(reply)
            return signal
        answered = Signal()
        network.clock.after(WEBHOOK_SECONDS).then(lambda _: answered.fire(reply))
        return answered

    network = Network(cast, transport=transport, application=application, seed=seed, legacy=legacy)
    return network


def emulate(
    body: dict[str, Any],
    cast: Casting | None = None,
    answer: Answer | None = None,
    *,
    application: Application | None = None,
    seed: int = 0,
    legacy: bool = False,
) -> Emulated:
    """Place the call of a valid create body and let it end."""
    network = virtual_network(cast, answer, application=application, seed=seed, legacy=legacy)
    leg = network.place(body)
    while leg.ended_at is None and network.clock.step():
        pass
    ended = network.clock.now
    # What was sent at the end has still to arrive.
    network.clock.run_until(ended + ARRIVING)
    return Emulated(leg.timeline, network.summaries(leg), ended)


def emulated(network: Network, leg: Leg) -> Emulated:
    """What has happened until now in the call that a leg belongs to."""
    legs = network.summaries(leg)
    ends = [one.ended if one.ended is not None else network.clock.now for one in legs]
    return Emulated(leg.timeline, legs, max(ends) - legs[0].started)
