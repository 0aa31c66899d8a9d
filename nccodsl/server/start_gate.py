"""Who keeps the limit of an account, and what webhooks tell it."""

from __future__ import annotations

from typing import Protocol

from nccodsl.runtime.webhook import DIALED, Reply, Webhook

HELD = 2.0
"""Seconds for which a webhook may wait at the gate before its call has to ask again."""
_REFUSED = 400


class StartGate(Protocol):
    """A gate. `connect` is what a `connect` is called: the call, the move and the place, such as `ivr/leg-1/0/main`."""

    async def enter(self, connect: str, since: float, seconds: float) -> bool:
        """Whether a `connect` may be dialed now; waits so long for it. Raises BadStore.

        `since`: the Unix time from which it has waited, also before other webhooks.
        """

    def dialed(self, connect: str) -> None:
        """A `connect` was dialed, now or before."""

    def over(self, call: str) -> None:
        """A call is over; the names of its connects begin with this."""

    async def close(self) -> None:
        """Write down what is left to write."""


def tell(gate: StartGate, call: str, webhook: Webhook, reply: Reply) -> None:
    """Tell the gate what a webhook says of what was dialed."""
    if reply.status >= _REFUSED:
        return
    if webhook.route in ("connect", DIALED):
        gate.dialed(f"{call}/{webhook.query.get('n', '')}/{webhook.query.get('at', '')}")
    if reply.ended:
        gate.over(f"{call}/")
