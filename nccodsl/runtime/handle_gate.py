"""A call asks for its next `connect` (gate.py)."""

from __future__ import annotations

from nccodsl.diagnostics import messages
from nccodsl.errors import RenderError
from nccodsl.runtime.advance import play
from nccodsl.runtime.answer import answered
from nccodsl.runtime.event import Event
from nccodsl.runtime.gate import GatePlace, handed_out, place_in
from nccodsl.runtime.operations import Kept, Steps
from nccodsl.runtime.runnable import FAILURES, Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.webhook import Reply, Webhook, failed
from nccodsl.runtime.webhook_call import BUSY, TRIES, flow_failed, known_call

FAILED = "failed"
"""What becomes of a `connect` that has waited for too long."""
assert FAILED in FAILURES


def through_gate(script: Runnable, webhook: Webhook) -> Steps[Reply]:
    """The rest of the NCCO that the call plays, or a pause after which it asks again."""
    for _ in range(TRIES):
        found = yield from known_call(script, webhook)
        if isinstance(found, Reply):
            return found
        kept, own, state, event = found
        place = place_in(event.at)
        if place is None or event.moves != state.moves or state.ended or not state.block:
            return Reply(204, key=event.key, block=state.block)  # the call has gone on
        reply = yield from _passed(own, state, event, kept, place)
        if reply is not None:
            return reply
    return failed(BUSY, messages.webhooks.busy_call(), key=event.key)


def _passed(own: Runnable, state: State, event: Event, kept: Kept, place: GatePlace) -> Steps[Reply | None]:
    """The reply at a place; None where another process has saved the call first."""
    try:
        ncco = play(own, state).ncco
    except RenderError as error:
        return flow_failed(error.diagnostics[0], event.key, state)
    body = yield from handed_out(own, state, ncco, event.received, place.number, place.since)
    if body is not None:
        return Reply(200, body, key=event.key, block=state.block)
    vain = messages.webhooks.no_start().about()
    if place.wait:
        unreached = event._replace(kind="connect", payload={**event.payload, "status": FAILED}, at=place.wait)
        reply = yield from answered(own, state, unreached, kept)
        return reply._replace(found=reply.found or vain) if reply is not None else None
    # What follows a `connect` is played when no one was reached.
    rest = yield from handed_out(own, state, ncco, event.received, place.number + 1)
    return Reply(200, rest or b"[]", found=vain, key=event.key, block=state.block)
