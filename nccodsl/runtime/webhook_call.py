"""Which call a webhook is about, and where that call is; what is refused as another's."""

from __future__ import annotations

from nccodsl.base.ids import id_in, is_id
from nccodsl.diagnostics import Diagnostic, messages
from nccodsl.runtime.event import Event
from nccodsl.runtime.operations import Kept, Steps, find, load, seal_for, version
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import BadState, State
from nccodsl.runtime.tags import ANOTHER_CALL, OUTER, another_call, another_kind, misaddressed, used_elsewhere
from nccodsl.runtime.value_token import BadToken, read_token
from nccodsl.runtime.webhook import KIND_AT, Reply, Webhook, failed

TRIES = 50
"""How often another process may save a state first before the platform is asked to come again."""
BUSY = 503
"""The platform comes once more after it (webhook reference)."""
_PLATFORM = frozenset(("to", "from", "from_user", "uuid", "call_uuid", "conversation_uuid", "at", "n", "call", "with"))
_REFUSED = 401


def find_call(webhook: Webhook) -> Steps[tuple[str, Kept | None]]:
    """The key of the call's state, and what is kept; an empty key where the webhook names no call."""
    named = webhook.query.get("call", "")
    if is_id(named):
        return named, (yield from load(named))
    conversation = id_in(webhook.payload.get("conversation_uuid"))
    leg = id_in(webhook.payload.get("uuid")) or id_in(webhook.payload.get("call_uuid"))
    if leg:
        kept = yield from load(leg)
        if kept is not None or webhook.route == "answer":
            return leg, kept
    if conversation:
        key = yield from find(conversation)
        if key is not None:
            return key, (yield from load(key))
    # An event of a leg that was connected before anybody asked us: the call is known by its conversation.
    first = conversation if webhook.route == "connect" and conversation else leg or conversation
    return first, (yield from load(first)) if first else None


def asked_of(
    script: Runnable, webhook: Webhook, key: str, kept: Kept | None
) -> Steps[tuple[Runnable, State | None, Event] | Reply]:
    """The version that a call began with, its state and the event about it; or why nothing is asked of it."""
    try:
        event = event_of(script, webhook, key)
        state = kept.state if kept is not None else None
    except (BadState, BadToken) as error:
        return failed(410, messages.webhooks.unreadable_state(str(error)), key=key)
    own = script
    if state is not None and state.version != script.version:
        found = yield from version(state.version)
        if found is None:
            return failed(410, messages.webhooks.version_gone(state.version), key=key)
        own = found
    state, event, refused = yield from bound(own, webhook, state, event)
    if refused is not None:
        return refused
    if state is None and not may_begin(script, event):
        lost = event.kind != "status"
        return failed(410, messages.webhooks.lost_call(), key=key) if lost else Reply(204, key=key)
    return own, state, event


def known_call(script: Runnable, webhook: Webhook) -> Steps[tuple[Kept, Runnable, State, Event] | Reply]:
    """What is kept of a call, and what it asks as `asked_of` says; or why nothing is known of it."""
    key, kept = yield from find_call(webhook)
    if kept is None:
        return failed(410, messages.webhooks.lost_call(), key=key)
    found = yield from asked_of(script, webhook, key, kept)
    if isinstance(found, Reply):
        return found
    own, state, event = found
    assert state is not None, "it was kept"
    return kept, own, state, event


def bound(
    script: Runnable, webhook: Webhook, state: State | None, event: Event
) -> Steps[tuple[State | None, Event, Reply | None]]:
    """State and event with what their tags need, and the refusal where the webhook is not about what this call asks.

    What is refused as another's is answered like what is badly signed: it was signed, but not for this.
    """
    route, query, key = webhook.route, webhook.query, event.key
    seal = (state.seal if state is not None else "") or (yield from seal_for(key))
    named = "call" in query
    if state is not None and seal and not state.seal:
        state = state.sealed(seal)
    problem = misaddressed(state, seal, route, query, event.moves) if seal else ""
    if problem and state is None:
        # Its tag was made by a store that has forgotten the call, and its own secret with it.
        return state, event, failed(410, messages.webhooks.lost_call(), key=key)
    if state is None:
        bare = "tag" not in query
        if bare and named and (yield from _known_elsewhere(webhook, key)):
            problem = ANOTHER_CALL
        event = event._replace(seal=seal, bare=int(bare and route != "answer"), bare_outside=bare and named)
    else:
        if route not in OUTER and not named and seal:
            # What was compiled beforehand is asked before the first move of ours.
            event = event._replace(moves=state.bare - 1)
        problem = (
            problem
            or another_kind(route, webhook.payload)
            or another_call(state, route, webhook.payload, meets=script.meets)
            or used_elsewhere(state, webhook.proof, event.moves)
        )
        # A call that was placed does not know its leg at first.
        if not problem and not state.call.get("uuid") and (yield from _known_elsewhere(webhook, key)):
            problem = ANOTHER_CALL
    if problem:
        block = state.block if state is not None else ""
        return state, event, failed(_REFUSED, messages.webhooks.of_another_call(problem), key=key, block=block)
    return state, event, None


def _known_elsewhere(webhook: Webhook, key: str) -> Steps[bool]:
    """Whether the call that a body is about is known by another key than the address says."""
    conversation = id_in(webhook.payload.get("conversation_uuid"))
    return bool(conversation) and (yield from find(conversation)) not in (None, key)


def event_of(script: Runnable, webhook: Webhook, key: str) -> Event:
    """The event that a webhook about the call of a key is. Raises BadToken."""
    query, payload = webhook.query, webhook.payload
    token = query.get("with", "")
    values: dict[str, object] = read_token(token) if token else {}
    if webhook.route == "answer":
        own = _PLATFORM | {"tag"} if "call" in query else _PLATFORM
        values.update({name: value for name, value in query.items() if name in script.declared and name not in own})
        direction = query.get("direction") or ("outbound" if "call" in query else "inbound")
        payload = {"direction": direction, **payload}
    return Event(
        KIND_AT.get(webhook.route, webhook.route),
        payload,
        at=query.get("at", ""),
        moves=moves_of(webhook),
        key=key,
        token=token,
        values=values,
        proof=webhook.proof,
        received=webhook.received,
    )


def moves_of(webhook: Webhook) -> int | None:
    """The move of the flow that the address of a webhook belongs to; None where it does not say."""
    moves = webhook.query.get("n", "")
    return int(moves) if moves.isascii() and moves.isdecimal() and len(moves) < 10 else None


def may_begin(script: Runnable, event: Event) -> bool:
    """Whether an event about an unknown call can be the first that we hear of it."""
    if event.kind == "answer":
        return True
    if event.kind == "status":
        status = event.payload.get("status")
        return bool(script.handlers) and status in ("machine", "human")
    return event.at in script.blocks and not event.moves


def flow_failed(found: Diagnostic, key: str, state: State | None) -> Reply:
    """The flow cannot go on: the platform asks the fallback address, or goes on with what it has."""
    return Reply(500, found=found, key=key, block=state.block if state is not None else "")
