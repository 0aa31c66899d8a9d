"""What an event makes of a call: it moves, what it needs is fetched, it is saved, and the NCCO is handed out."""

from __future__ import annotations

from nccodsl.diagnostics import messages
from nccodsl.errors import RenderError
from nccodsl.runtime.advance import advance
from nccodsl.runtime.event import Event
from nccodsl.runtime.gate import handed_out
from nccodsl.runtime.operations import Kept, Save, Steps, fetch
from nccodsl.runtime.runnable import FAILURES, Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.webhook import Reply, failed
from nccodsl.runtime.webhook_call import flow_failed


def answered(own: Runnable, state: State | None, event: Event, kept: Kept | None) -> Steps[Reply | None]:
    """The reply to an event; None where another process has saved the call first.

    `own` is the version of the script that the call began with, `kept` what was kept of the call.
    """
    key = event.key
    try:
        after, ncco = advance(own, state, event)
        while after.pending is not None:
            result = yield from fetch(after.pending)
            after, ncco = advance(own, after, Event("fetched", fetched=result))
    except RenderError as error:
        return flow_failed(error.diagnostics[0], key, state)
    if state is None and ncco is None and event.kind in ("input", "connect", "resume"):
        if event.kind == "connect" and event.payload.get("status") not in FAILURES:
            return Reply(204, key=key)
        return failed(410, messages.webhooks.not_waited_for(event.at[:100]), key=key)
    moved = state is None or after.moves != state.moves
    if after is not state:
        revision = kept.revision if kept is not None else None
        conversation = str(after.call.get("conversation_uuid", ""))
        # Of an NCCO that is asked for again, the outbox knows the keys: what it sends is sent once.
        if not (yield Save(key, after, revision, conversation, after.ended, after.sends, own.late, after.opt_outs)):
            return None
    if ncco is not None and own.gated:
        ncco = yield from handed_out(own, after, ncco, event.received)
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
