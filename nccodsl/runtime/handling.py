"""One webhook from its arrival to its answer: which call it is about, where that is, and what is answered.

`handle` is a generator of operations (operations.py), so that it needs no network, no database and no event loop.
It raises nothing for anything that a webhook may hold.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import RenderError
from nccodsl.runtime.advancing import EMPTY, Event, advance
from nccodsl.runtime.operations import Fetch, Find, Kept, Load, Operation, Save, Version
from nccodsl.runtime.runnable import FAILURES, Runnable
from nccodsl.runtime.state import BadState, State
from nccodsl.runtime.tokens import BadToken, read_token
from nccodsl.runtime.tracing import line_of, without_values
from nccodsl.runtime.webhooks import ROUTES, Reply, Webhook

_KINDS = {"answer": "answer", "input": "input", "connect": "connect", "resume": "resume", "event": "status"}
_KEY = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_TRIES = 50
"""How often somebody else may save a state first before the platform is asked to come again."""
_PLATFORM = frozenset(("to", "from", "from_user", "uuid", "call_uuid", "conversation_uuid", "at", "n", "call", "with"))
_LONGEST_URL = 8000
_BUSY = 503
"""The platform comes once more after it (voice-api.md 3.5)."""

Handling = Generator[Operation, Any, Reply]


def handle(script: Runnable, webhook: Webhook) -> Handling:
    """Answer a webhook."""
    if webhook.route not in ROUTES:
        return Reply(404, code="E810", problem=f"there is no route `{webhook.route}`")
    if webhook.route == "fallback":
        return (yield from _fallback(script, webhook))
    if webhook.route == "record" or (webhook.route == "event" and "recording_url" in webhook.payload):
        return Reply(204)
    # The events of a connected leg come to the address of its `connect`, and so do errors.
    if webhook.route in ("event", "connect") and "reason" in webhook.payload and "status" not in webhook.payload:
        return (yield from _error(script, webhook))
    return (yield from _moved(script, webhook))


def _moved(script: Runnable, webhook: Webhook) -> Handling:
    """An event that may move the flow."""
    if webhook.route == "event" and "call" not in webhook.query and not _matters(script, webhook):
        return Reply(204)
    for _ in range(_TRIES):
        key, kept = yield from _find(webhook)
        if not key:
            return Reply(400, code="E810", problem="the webhook says of no call that it is about it")
        try:
            event = _event(script, webhook, key)
            state = State.from_bytes(kept.data) if kept is not None else None
        except (BadState, BadToken) as error:
            return Reply(410, code="E811", problem=str(error), key=key)
        if state is None and not _may_begin(script, event):
            if event.kind == "status":
                return Reply(204, key=key)
            problem = "nothing is known of this call: its state was lost, or is too old"
            return Reply(410, code="E811", problem=problem, key=key)
        if state is not None and not state.call.get("uuid") and (yield from _known_elsewhere(webhook, key)):
            return Reply(204, key=key)
        own = script
        if state is not None and state.version != script.version:
            found = yield Version(state.version)
            if found is None:
                problem = f"the call began with version {state.version} of the script, which nobody has any more"
                return Reply(410, code="E811", problem=problem, key=key)
            own = found
        try:
            after, ncco = advance(own, state, event)
            while after.pending is not None:
                result = yield Fetch(*after.pending)
                after, ncco = advance(own, after, Event("fetched", fetched=result))
        except RenderError as error:
            return _failed(error.diagnostics[0], key, state)
        if state is None and ncco is None and event.kind in ("input", "connect", "resume"):
            if event.kind == "connect" and event.payload.get("status") not in FAILURES:
                return Reply(204, key=key)
            problem = f"the script does not wait for this at `{event.at[:100]}` where a call begins"
            return Reply(410, code="E811", problem=problem, key=key)
        if after is not state:
            saved = yield Save(
                key,
                after.to_bytes(),
                kept.revision if kept is not None else None,
                conversation=after.call.get("conversation_uuid", ""),
                ended=after.ended,
            )
            if not saved:
                continue
        moved = state is None or after.moves != state.moves
        return Reply(
            204 if ncco is None else 200,
            ncco or b"",
            moved=moved,
            ended=after.ended,
            key=key,
            block=after.block,
        )
    return Reply(_BUSY, code="E811", problem="others change the state of this call without end", key=key)


def _known_elsewhere(webhook: Webhook, key: str) -> Generator[Operation, Any, bool]:
    """Whether the call that a body is about has another key: a call that was placed does not know its leg at first."""
    conversation = _id(webhook.payload.get("conversation_uuid"))
    return bool(conversation) and (yield Find(conversation)) not in (None, key)


def _matters(script: Runnable, webhook: Webhook) -> bool:
    """Whether a status changes anything. Of a call that was placed, the first ones tell which leg is ours."""
    status = webhook.payload.get("status")
    return status == "completed" or (bool(script.handlers) and status in ("machine", "human"))


def _find(webhook: Webhook) -> Generator[Operation, Any, tuple[str, Kept | None]]:
    """The key of the call's state, and what is kept; an empty key where the webhook names no call."""
    named = webhook.query.get("call", "")
    if _KEY.fullmatch(named):
        return named, (yield Load(named))
    conversation = _id(webhook.payload.get("conversation_uuid"))
    leg = _id(webhook.payload.get("uuid")) or _id(webhook.payload.get("call_uuid"))
    if leg:
        kept = yield Load(leg)
        if kept is not None or webhook.route == "answer":
            return leg, kept
    if conversation:
        key = yield Find(conversation)
        if key is not None:
            return key, (yield Load(key))
    # An event of a leg that was connected before anybody asked us: the call is known by its conversation.
    first = conversation if webhook.route == "connect" and conversation else leg or conversation
    return first, (yield Load(first)) if first else None


def _id(value: object) -> str:
    return value if isinstance(value, str) and _KEY.fullmatch(value) else ""


def _event(script: Runnable, webhook: Webhook, key: str) -> Event:
    """Raises BadToken."""
    query, payload = webhook.query, webhook.payload
    token = query.get("with", "")
    moves = query.get("n", "")
    values: dict[str, object] = read_token(token) if token else {}
    if webhook.route == "answer":
        values.update(
            {name: value for name, value in query.items() if name in script.declared and name not in _PLATFORM}
        )
        direction = query.get("direction") or ("outbound" if "call" in query else "inbound")
        payload = {"direction": direction, **payload}
    number = int(moves) if moves.isascii() and moves.isdecimal() and len(moves) < 10 else None
    return Event(
        _KINDS[webhook.route],
        payload,
        at=query.get("at", ""),
        moves=number,
        key=key,
        token=token,
        values=values,
    )


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
    place = f"{found.file.name}:{found.line}" if found.file else ""
    block = state.block if state is not None else ""
    return Reply(500, code=found.code, problem=found.message, place=place, key=key, block=block)


def _fallback(script: Runnable, webhook: Webhook) -> Handling:
    """The platform had no answer from us: it says what it had asked, and may have it now; else the call ends."""
    route, query = _asked(webhook.payload.get("original_request"))
    if route in ROUTES and route not in ("fallback", "record"):
        payload = {name: value for name, value in webhook.payload.items() if name not in ("reason", "original_request")}
        reply = yield from _moved(script, Webhook(route, query, payload))
        if reply.status in (200, 204):
            return reply._replace(status=200, body=reply.body or EMPTY)
        return reply._replace(status=200, body=EMPTY)
    return Reply(200, EMPTY, code="E810", problem="the fallback does not say what was asked: the call ends")


def _asked(original: object) -> tuple[str, dict[str, str]]:
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
    reason = webhook.payload.get("reason")
    problem = f"the platform reports: {str(reason)[:500]}"
    _key, kept = yield from _find(webhook)
    place = ""
    if kept is not None:
        try:
            state = State.from_bytes(kept.data)
            own = script
            if state.version != script.version:
                own = (yield Version(state.version)) or script
            place = line_of(own, state, str(reason)) if own.version == state.version else ""
            problem = f"the platform reports: {without_values(str(reason), state)[:500]}"
        except (BadState, RenderError):
            place = ""
    return Reply(204, code="E812", problem=problem, place=place, key=_key)
