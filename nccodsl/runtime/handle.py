"""One webhook from its arrival to its answer: which call it is about, where that is, and what is answered.

`handle` is a generator of operations (operations.py), so that it needs no network, no database and no event loop.
It raises nothing for anything that a webhook may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from nccodsl.base.ids import id_in, is_id
from nccodsl.base.loopback import is_loopback
from nccodsl.diagnostics import Diagnostic, messages
from nccodsl.errors import RenderError
from nccodsl.runtime.advance import EMPTY, Event, advance
from nccodsl.runtime.events_beside import FAILED_CALLS, recorded, recording, transcript, whispered
from nccodsl.runtime.operations import KeptState, Save, Steps, fetch, find, load, seal_for, version
from nccodsl.runtime.origin import span_of, without_values
from nccodsl.runtime.runnable import FAILURES, LONGEST_FETCH, Runnable
from nccodsl.runtime.state import BadState, State
from nccodsl.runtime.tags import ANOTHER_CALL, OUTER, another_call, another_kind, misaddressed, used_elsewhere
from nccodsl.runtime.value_token import BadToken, read_token
from nccodsl.runtime.web_requests import PLATFORM_TOKEN, Fetch, Request, SecretName
from nccodsl.runtime.webhook import KIND_AT, KIND_BESIDE, ROUTES, Reply, Webhook, failed

_TRIES = 50
"""How often another process may save a state first before the platform is asked to come again."""
_PLATFORM = frozenset(("to", "from", "from_user", "uuid", "call_uuid", "conversation_uuid", "at", "n", "call", "with"))
_REFUSED = 401
_LONGEST_URL = 8000
_BUSY = 503
"""The platform comes once more after it (webhook reference)."""

Handling = Steps[Reply]


def handle(script: Runnable, webhook: Webhook) -> Handling:
    """Answer a webhook."""
    if webhook.route not in ROUTES:
        return failed(404, messages.webhooks.no_route(webhook.route))
    if webhook.route == "fallback":
        return (yield from _fallback(script, webhook))
    if webhook.route in KIND_BESIDE and "at" in webhook.query:
        return (yield from _beside(script, webhook))
    if webhook.route in KIND_BESIDE or (webhook.route == "event" and "recording_url" in webhook.payload):
        return Reply(204)
    if webhook.route == "whisper":
        return (yield from _whispered(script, webhook))
    # The events of a connected leg come to the address of its `connect`, and so do errors.
    if webhook.route in ("event", "connect") and "reason" in webhook.payload and "status" not in webhook.payload:
        return (yield from _error(script, webhook))
    return (yield from _moved(script, webhook))


def _moved(script: Runnable, webhook: Webhook) -> Handling:
    """An event that may move the flow."""
    if webhook.route == "event" and "call" not in webhook.query and not _matters(script, webhook):
        return Reply(204)
    key = ""
    for _ in range(_TRIES):
        key, kept = yield from _find(webhook)
        if not key:
            return failed(400, messages.webhooks.about_no_call())
        reply = yield from _tried(script, webhook, key, kept)
        if reply is not None:
            return reply
    return failed(_BUSY, messages.webhooks.busy_call(), key=key)


def _tried(script: Runnable, webhook: Webhook, key: str, kept: KeptState | None) -> Steps[Reply | None]:
    """The reply to an event about what was kept of a call; None where another process has saved the call first."""
    found = yield from _asked_of(script, webhook, key, kept)
    if isinstance(found, Reply):
        return found
    own, state, event = found
    try:
        after, ncco = advance(own, state, event)
        while after.pending is not None:
            result = yield from fetch(after.pending)
            after, ncco = advance(own, after, Event("fetched", fetched=result))
    except RenderError as error:
        return _failed(error.diagnostics[0], key, state)
    if state is None and ncco is None and event.kind in ("input", "connect", "resume"):
        if event.kind == "connect" and event.payload.get("status") not in FAILURES:
            return Reply(204, key=key)
        return failed(410, messages.webhooks.not_waited_for(event.at[:100]), key=key)
    moved = state is None or after.moves != state.moves
    if after is not state:
        revision = kept.revision if kept is not None else None
        conversation = after.call.get("conversation_uuid", "")
        # What an NCCO sends is sent once, however often it is asked for.
        sends = after.sends if moved or after.ended else ()
        if not (yield Save(key, after.to_bytes(), revision, conversation, after.ended, sends)):
            return None
    return Reply(
        204 if ncco is None else 200,
        ncco or b"",
        found=after.cut[0] if after.cut else None,
        moved=moved,
        ended=after.ended,
        key=key,
        block=after.block,
        beside=after.beside,
    )


def _beside(script: Runnable, webhook: Webhook) -> Handling:
    """An event of a recording, which a handler beside the call may be for. It may come when the call is over."""
    for _ in range(_TRIES):
        key, kept = yield from _find(webhook)
        if kept is None:
            return failed(410, messages.webhooks.lost_call(), key=key)
        found = yield from _asked_of(script, webhook, key, kept)
        if isinstance(found, Reply):
            return found
        own, state, event = found
        assert state is not None
        known = recording(webhook.payload)
        if webhook.route == "transcription":
            known["text"] = yield from _transcript(own, webhook.payload.get("transcription_url"))
        moves = state.moves if event.moves is None else event.moves
        after = recorded(own, state, event.at, KIND_BESIDE[webhook.route], moves, known)
        if after.sends:
            conversation = state.call.get("conversation_uuid", "")
            saved = yield Save(key, kept.data, kept.revision, conversation, state.ended, after.sends)
            if not saved:
                continue
        told = after.cut[0] if after.cut else None
        return Reply(204, found=told, key=key, block=state.block, beside=after.beside)
    return failed(_BUSY, messages.webhooks.busy_call())


def _transcript(script: Runnable, url: object) -> Steps[str]:
    """The text of a transcription, empty where it cannot be had: the platform tells only where it is."""
    if not isinstance(url, str) or not url:
        return ""
    authorization = ("authorization", ("Bearer ", SecretName(PLATFORM_TOKEN)))
    request = Request(url, headers=(authorization,), free_host=not is_loopback(urlsplit(script.url).hostname or ""))
    result = yield from fetch(Fetch(request, LONGEST_FETCH))
    return transcript(result.value)


def _whispered(script: Runnable, webhook: Webhook) -> Handling:
    """What a callee hears before the two are joined."""
    key, kept = yield from _find(webhook)
    if kept is None:
        return failed(410, messages.webhooks.lost_call(), key=key)
    found = yield from _asked_of(script, webhook, key, kept)
    if isinstance(found, Reply):
        return found
    own, state, event = found
    assert state is not None
    try:
        said = whispered(own, state, event.at, event.moves)
    except RenderError as error:
        return _failed(error.diagnostics[0], key, state)
    # Where the call has gone on, the two are joined without a word.
    ncco, ran = said or (EMPTY, ())
    return Reply(200, ncco, key=key, block=state.block, beside=ran)


def _asked_of(
    script: Runnable, webhook: Webhook, key: str, kept: KeptState | None
) -> Steps[tuple[Runnable, State | None, Event] | Reply]:
    """The version that a call began with, its state and the event about it; or why nothing is asked of it."""
    try:
        event = event_of(script, webhook, key)
        state = State.from_bytes(kept.data) if kept is not None else None
    except (BadState, BadToken) as error:
        return failed(410, messages.webhooks.unreadable_state(str(error)), key=key)
    own = script
    if state is not None and state.version != script.version:
        found = yield from version(state.version)
        if found is None:
            return failed(410, messages.webhooks.version_gone(state.version), key=key)
        own = found
    state, event, refused = yield from _bound(own, webhook, state, event)
    if refused is not None:
        return refused
    if state is None and not _may_begin(script, event):
        lost = event.kind != "status"
        return failed(410, messages.webhooks.lost_call(), key=key) if lost else Reply(204, key=key)
    return own, state, event


def _bound(
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


def _matters(script: Runnable, webhook: Webhook) -> bool:
    """Whether a status changes anything. Of a call that was placed, the first ones tell which leg is ours."""
    status = webhook.payload.get("status")
    if status == "completed" or (script.ends and status in FAILED_CALLS):
        return True
    return bool(script.handlers) and status in ("machine", "human")


def _find(webhook: Webhook) -> Steps[tuple[str, KeptState | None]]:
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


def _may_begin(script: Runnable, event: Event) -> bool:
    """Whether an event about an unknown call can be the first that we hear of it."""
    if event.kind == "answer":
        return True
    if event.kind == "status":
        status = event.payload.get("status")
        return bool(script.handlers) and status in ("machine", "human")
    return event.at in script.blocks and not event.moves


def _failed(found: Diagnostic, key: str, state: State | None) -> Reply:
    """The flow cannot go on: the platform asks the fallback address, or goes on with what it has."""
    return Reply(500, found=found, key=key, block=state.block if state is not None else "")


def _fallback(script: Runnable, webhook: Webhook) -> Handling:
    """The platform had no answer from us: it says what it had asked, and may have it now; else the call ends."""
    route, query = asked(webhook.payload.get("original_request"))
    if route == "whisper":
        return (yield from _whispered(script, webhook._replace(route=route, query=query)))
    if route in ROUTES and route not in ("fallback", *KIND_BESIDE):
        payload = {name: value for name, value in webhook.payload.items() if name not in ("reason", "original_request")}
        reply = yield from _moved(script, webhook._replace(route=route, query=query, payload=payload))
        if reply.status == 204 and route == "event" and not reply.ended:
            return reply  # nothing takes over: the call goes on
        if reply.status in (200, 204):
            return reply._replace(status=200, body=reply.body or EMPTY)
        return reply._replace(status=200, body=EMPTY)
    return failed(200, messages.webhooks.fallback_of_nothing(), body=EMPTY)


def asked(original: object) -> tuple[str, dict[str, str]]:
    """Route and query of a request that the platform has made before; an empty route where it does not say."""
    url = original.get("url") if isinstance(original, Mapping) else None
    if not isinstance(url, str) or not url.isprintable() or len(url) > _LONGEST_URL:
        return "", {}
    try:
        parts = urlsplit(url)
        return parts.path.rpartition("/")[2], dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        return "", {}


def _error(script: Runnable, webhook: Webhook) -> Handling:
    """The platform reports an error, such as an NCCO that it does not take: say where in the script that is."""
    reason = str(webhook.payload.get("reason"))
    told, file, span = reason, None, None
    key, kept = yield from _find(webhook)
    if kept is not None:
        try:
            state = State.from_bytes(kept.data)
            own = script
            if state.version != script.version:
                own = (yield from version(state.version)) or script
            _, _, refused = yield from _bound(own, webhook, state, event_of(script, webhook, key))
            if refused is not None:
                return refused
            told = without_values(reason, state)
            if own.version == state.version and (span := span_of(own, state, reason)) is not None:
                file = own.flow.program.sources.file_of(span)
        except (BadState, BadToken, RenderError):
            pass
    found = messages.webhooks.platform_reports(told[:500]).about(file, span)
    return Reply(204, found=found, key=key)
