"""Where a call is while a fetch is being answered: it has the answer that led there, which is not stored yet."""

from __future__ import annotations

from nccodsl.errors import RenderError
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.advance import advance
from nccodsl.runtime.event import Event
from nccodsl.runtime.operations import Find, Load, Steps
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.web_requests import Fetched
from nccodsl.runtime.webhook import Reply, Webhook
from nccodsl.runtime.webhook_call import asked_of, find_call


def state_at_fetch(stage: Stage) -> State | None:
    """The state that the pending fetch belongs to; None where the call cannot go on."""
    if stage.answering is None:
        return None
    steps = _advanced(stage.script, *stage.answering)
    try:
        operation = next(steps)
        while True:
            operation = steps.send(stage.known(operation) if isinstance(operation, Load | Find) else None)
    except StopIteration as end:
        found: State | None = end.value
        return found
    except RenderError:
        return None


def _advanced(script: Runnable, webhook: Webhook, brought: list[Fetched]) -> Steps[State | None]:
    key, kept = yield from find_call(webhook)
    found = yield from asked_of(script, webhook, key, kept)
    if isinstance(found, Reply):
        return None
    own, state, event = found
    after, _ = advance(own, state, event)
    for result in brought:
        after, _ = advance(own, after, Event("fetched", fetched=result))
    return after
