"""Webhooks that do not move a call: events of recordings, and callees who ask what they hear first."""

from __future__ import annotations

from urllib.parse import urlsplit

from nccodsl.base.loopback import is_loopback
from nccodsl.base.platform_hosts import is_of_platform
from nccodsl.diagnostics import Diagnostic, messages
from nccodsl.errors import RenderError
from nccodsl.runtime.advance import EMPTY
from nccodsl.runtime.events_beside import recorded, recording, transcript, whispered
from nccodsl.runtime.operations import Save, Steps, fetch
from nccodsl.runtime.runnable import LONGEST_FETCH, Runnable
from nccodsl.runtime.web_requests import PLATFORM_TOKEN, Fetch, Request, SecretName
from nccodsl.runtime.webhook import KIND_BESIDE, Reply, Webhook, failed
from nccodsl.runtime.webhook_call import BUSY, TRIES, flow_failed, known_call


def recording_event(script: Runnable, webhook: Webhook) -> Steps[Reply]:
    """An event of a recording, which a handler beside the call may be for. It may come when the call is over."""
    for _ in range(TRIES):
        found = yield from known_call(script, webhook)
        if isinstance(found, Reply):
            return found
        kept, own, state, event = found
        known = recording(webhook.payload)
        told: Diagnostic | None = None
        if webhook.route == "transcription":
            known["text"], told = yield from _transcript(own, event.at, webhook.payload.get("transcription_url"))
        moves = state.moves if event.moves is None else event.moves
        after = recorded(own, state, event.at, KIND_BESIDE[webhook.route], moves, known)
        if after.sends:
            conversation = str(state.call.get("conversation_uuid", ""))
            saved = yield Save(event.key, kept.data, kept.revision, conversation, state.ended, after.sends, own.late)
            if not saved:
                continue
        told = after.cut[0] if after.cut else told
        return Reply(204, found=told, key=event.key, block=state.block, beside=after.beside)
    return failed(BUSY, messages.webhooks.busy_call())


def _transcript(script: Runnable, at: str, url: object) -> Steps[tuple[str, Diagnostic | None]]:
    """The text of a transcription, empty where it cannot be had, and why: the platform tells only where it is."""
    if not isinstance(url, str) or not url:
        return "", _no_transcript(script, at, "the platform does not say where it is")
    here = is_loopback(urlsplit(script.url).hostname or "")
    if not (is_of_platform(url) or (here and is_loopback(_host(url)))):
        return "", _no_transcript(script, at, "its address is not one of the platform")
    authorization = ("authorization", ("Bearer ", SecretName(PLATFORM_TOKEN)))
    request = Request(url, headers=(authorization,), free_host=not here)
    result = yield from fetch(Fetch(request, LONGEST_FETCH))
    return transcript(result.value), _no_transcript(script, at, result.failure) if result.failure else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _no_transcript(script: Runnable, at: str, why: str) -> Diagnostic:
    file, ask = None, script.blocks[at].ask if at in script.blocks else None
    if ask is not None:
        file = script.flow.program.sources.file_of(ask.span)
    return messages.webhooks.no_transcript(why).about(file, ask.span if ask is not None else None)


def dialed(script: Runnable, webhook: Webhook) -> Steps[Reply]:
    """An event of a leg that the flow waits for nothing of: its server learns that it was dialed."""
    found = yield from known_call(script, webhook)
    return found if isinstance(found, Reply) else Reply(204, key=found[3].key, block=found[2].block)


def whisper_to(script: Runnable, webhook: Webhook) -> Steps[Reply]:
    """What a callee hears before the two are joined."""
    found = yield from known_call(script, webhook)
    if isinstance(found, Reply):
        return found
    _, own, state, event = found
    try:
        said = whispered(own, state, event.at, event.moves)
    except RenderError as error:
        return flow_failed(error.diagnostics[0], event.key, state)
    # Where the call has gone on, the two are joined without a word.
    ncco, ran = said or (EMPTY, ())
    return Reply(200, ncco, key=event.key, block=state.block, beside=ran)
