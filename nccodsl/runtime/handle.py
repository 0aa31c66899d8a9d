"""One webhook from its arrival to its answer: which call it is about, where that is, and what is answered.

`handle` gives a generator of operations (operations.py), so that it needs no network, no database and no event loop.
It raises nothing for anything that a webhook may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from nccodsl.diagnostics import messages
from nccodsl.errors import RenderError
from nccodsl.runtime.advance import EMPTY
from nccodsl.runtime.answer import answered
from nccodsl.runtime.events_beside import FAILED_CALLS
from nccodsl.runtime.handle_beside import dialed, recording_event, whisper_to
from nccodsl.runtime.handle_gate import through_gate
from nccodsl.runtime.operations import Kept, Steps, version
from nccodsl.runtime.origin import span_of, without_values
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import BadState
from nccodsl.runtime.value_token import BadToken
from nccodsl.runtime.webhook import DIALED, GATE, KIND_AT, KIND_BESIDE, ROUTES, Reply, Webhook, failed
from nccodsl.runtime.webhook_call import BUSY, TRIES, asked_of, bound, event_of, find_call

_LONGEST_URL = 8000
_BESIDE = {"whisper": whisper_to, GATE: through_gate, DIALED: dialed}

Handling = Steps[Reply]


def handle(script: Runnable, webhook: Webhook) -> Handling:
    """Answer a webhook."""
    if webhook.route not in ROUTES:
        return _at_once(failed(404, messages.webhooks.no_route(webhook.route)))
    if webhook.route == "fallback":
        return _fallback(script, webhook)
    if webhook.route in KIND_BESIDE and "at" in webhook.query:
        return recording_event(script, webhook)
    if webhook.route in KIND_BESIDE or (webhook.route == "event" and "recording_url" in webhook.payload):
        return _at_once(Reply(204))
    if webhook.route in _BESIDE:
        return _BESIDE[webhook.route](script, webhook)
    # The events of a connected leg come to the address of its `connect`, and so do errors.
    if webhook.route in ("event", "connect") and "reason" in webhook.payload and "status" not in webhook.payload:
        return _error(script, webhook)
    return _moved(script, webhook)


def _at_once(reply: Reply) -> Handling:
    """What nothing has to be asked for."""
    return reply
    yield


def _moved(script: Runnable, webhook: Webhook) -> Handling:
    """An event that may move the flow."""
    if webhook.route == "event" and "call" not in webhook.query and not _matters(script, webhook):
        return Reply(204)
    key = ""
    for _ in range(TRIES):
        key, kept = yield from find_call(webhook)
        if not key:
            return failed(400, messages.webhooks.about_no_call())
        reply = yield from _tried(script, webhook, key, kept)
        if reply is not None:
            return reply
    return failed(BUSY, messages.webhooks.busy_call(), key=key)


def _tried(script: Runnable, webhook: Webhook, key: str, kept: Kept | None) -> Steps[Reply | None]:
    """The reply to an event about what was kept of a call; None where another process has saved the call first."""
    found = yield from asked_of(script, webhook, key, kept)
    if isinstance(found, Reply):
        return found
    own, state, event = found
    return (yield from answered(own, state, event, kept))


def _matters(script: Runnable, webhook: Webhook) -> bool:
    """Whether a status changes anything. Of a call that was placed, the first ones tell which leg is ours."""
    status = webhook.payload.get("status")
    if status == "completed" or (script.ends and status in FAILED_CALLS):
        return True
    return bool(script.handlers) and status in ("machine", "human")


def _fallback(script: Runnable, webhook: Webhook) -> Handling:
    """The platform had no answer from us: it says what it had asked, and may have it now; else the call ends."""
    route, query = asked(webhook.payload.get("original_request"))
    if route == "whisper":
        reply = yield from whisper_to(script, webhook._replace(route=route, query=query))
        # Without words the two are joined all the same.
        return reply if reply.status == 200 else reply._replace(status=200, body=EMPTY)
    if route == GATE:
        # Where there is no answer now either, the call asks again.
        return (yield from through_gate(script, webhook._replace(route=route, query=query)))
    if route in KIND_AT:
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
    key, kept = yield from find_call(webhook)
    if kept is not None:
        try:
            state = kept.state
            own = script
            if state.version != script.version:
                own = (yield from version(state.version)) or script
            _, _, refused = yield from bound(own, webhook, state, event_of(script, webhook, key))
            if refused is not None:
                return refused
            told = without_values(reason, state)
            if own.version == state.version and (span := span_of(own, state, reason)) is not None:
                file = own.flow.program.sources.file_of(span)
        except (BadState, BadToken, RenderError):
            pass
    found = messages.webhooks.platform_reports(told[:500]).about(file, span)
    return Reply(204, found=found, key=key)
