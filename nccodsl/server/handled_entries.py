"""What a webhook that was handled says of its call, as an entry of a history: without private values, and bounded."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from nccodsl.base.utc import utc_text
from nccodsl.errors import RenderError
from nccodsl.lowering.holes import Failed
from nccodsl.runtime.advance import begin
from nccodsl.runtime.gate import place_in
from nccodsl.runtime.handle import asked
from nccodsl.runtime.handle_gate import FAILED
from nccodsl.runtime.history import Entry, FetchedEntry, Position
from nccodsl.runtime.match import heard
from nccodsl.runtime.path import Paths
from nccodsl.runtime.redaction import Private, Redactor, Withheld, withheld
from nccodsl.runtime.runnable import CONNECT_EVENTS, Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.value_token import BadToken
from nccodsl.runtime.walk import Walk
from nccodsl.runtime.web_requests import Fetched
from nccodsl.runtime.webhook import GATE, KIND_AT, Reply, Webhook
from nccodsl.runtime.webhook_call import event_of, moves_of
from nccodsl.server.driver import Handled
from nccodsl.server.state_key import space_of

MOST_SCRIPTS = 64
_TELLING = {"status": ("machine", "human", "completed"), "connect": CONNECT_EVENTS}
# Statuses that a script may have something to say to; the others change no call.


class HandledEntries:
    """Makes entries; what it has found out about a script is kept for the next webhook."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._known: dict[str, tuple[Private, Paths]] = {}

    def of(self, handled: Handled) -> Entry | None:
        """The entry; None for a webhook that changes no call."""
        return self._entry(handled, _effective(handled.webhook, handled.reply))

    def _entry(self, handled: Handled, webhook: Webhook) -> Entry | None:
        script, _, reply, before, after, fetched = handled
        kind = KIND_AT.get(webhook.route)
        key = reply.key or leg_of(webhook)
        if kind is None or not key or "recording_url" in webhook.payload:
            return None
        if webhook.payload.get("status") not in _TELLING.get(kind, (webhook.payload.get("status"),)):
            return None
        private, paths = self._of(script)
        old = State.from_bytes(before) if before is not None else None
        state = State.from_bytes(after) if after is not None else None
        first = old or state or _begun(script, webhook, key)
        redactor = self.redactor(script, state or first)
        at = webhook.query.get("at", "")
        members: dict[str, Any] = {
            "flow": space_of(script)[:-1],
            "call": key,
            "version": script.version,
            "kind": kind,
            "time": utc_text(self._clock()),
            "leg": _own_leg(state or first, key),
            "at": at if at in script.blocks else "",
            "moves": moves_of(webhook),
            "given": _given(kind, webhook.payload, redactor, hidden=at in private.waits),
            "begins": old is None and state is not None,
            "status": reply.status,
            "code": reply.code,
            "place": reply.place,
            "moved": reply.moved,
            "ended": reply.ended and (old is None or not old.ended),
        }
        if first is not None and (old is None or not old.moves):
            members["values"] = shown_values(first.values, private, redactor)
            members["known"] = shown_values(_known(state or first, private), private, redactor)
        if state is not None and (reply.moved or old is None):
            members |= self._where(script, state, private, redactor, paths)
        elif reply.code:
            members["fetched"] = tuple(_fetched("", one, private, redactor) for one in fetched)
        return Entry(**members)

    def _where(
        self, script: Runnable, state: State, private: Private, redactor: Redactor, paths: Paths
    ) -> dict[str, Any]:
        """What is recorded of the state after an event."""
        walk = Walk(script, state).run(silent=True)
        position = Position(
            state.block,
            state.start,
            state.moves,
            shown_values(state.names, private, redactor),
            state.visits,
            state.retries,
            tuple(state.handled),
            state.now,
        )
        return {
            "position": position,
            "path": paths.of(state, walk),
            "resumes": walk.resumes,
            "fetched": tuple(_fetched(one[0], Fetched(*one[1:]), private, redactor) for one in state.fetched),
        }

    def redactor(self, script: Runnable, state: State | None) -> Redactor:
        """What takes the private values of a call out of others."""
        private = self.private(script)
        if state is None or not private.names:
            return Redactor(())
        scope = Walk(script, state).scope
        return Redactor([scope[name] for name in private.names if name in scope])

    def private(self, script: Runnable) -> Private:
        """What of a script is private."""
        return self._of(script)[0]

    def _of(self, script: Runnable) -> tuple[Private, Paths]:
        found = self._known.get(script.version)
        if found is None:
            if len(self._known) >= MOST_SCRIPTS:
                self._known.clear()
            found = self._known[script.version] = (Private(script), Paths(script))
        return found


def _effective(webhook: Webhook, reply: Reply) -> Webhook:
    """Of what came to the fallback address, the webhook that the platform had sent before.

    A call that has waited at a gate for too long goes on as if its `connect` had failed.
    """
    route, query, payload = webhook.route, webhook.query, webhook.payload
    if route == "fallback":
        route, query = asked(payload.get("original_request"))
    place = place_in(query.get("at", "")) if route == GATE and reply.moved else None
    if place is not None:
        route, query, payload = "connect", {**query, "at": place.wait}, {**payload, "status": FAILED}
    return Webhook(route, query, payload, received=webhook.received)


def _begun(script: Runnable, webhook: Webhook, key: str) -> State | None:
    """The state that a call began with which broke off at once; None where its values do not fit."""
    if webhook.route != "answer":
        return None
    try:
        return begin(script, event_of(script, webhook, key))
    except (RenderError, Failed, BadToken):
        return None


def leg_of(webhook: Webhook) -> str:
    """The leg that a webhook is about; empty where it does not say."""
    for name in ("uuid", "call_uuid"):
        value = webhook.payload.get(name)
        if isinstance(value, str) and value:
            return value[:128]
    return ""


def _own_leg(state: State | None, key: str) -> str:
    """The call's own leg; empty where the key of its state says it, or nothing does."""
    leg = state.call.get("uuid") if state is not None else None
    return leg if isinstance(leg, str) and leg != key else ""


def _given(kind: str, payload: Mapping[str, Any], redactor: Redactor, *, hidden: bool) -> object:
    """What the flow reads of a payload; nothing but silence where it is `hidden`."""
    if kind == "input":
        given = heard(payload)
        if hidden and not given.silence:
            return Withheld("map")
        members = {
            "digits": given.digits,
            "texts": list(given.texts),
            "confidence": given.confidence,
            "timed_out": given.timed_out,
        }
        cleaned = redactor.clean({name: value for name, value in members.items() if value})
        whole = isinstance(cleaned, dict) and not any(isinstance(one, Withheld) for one in _values(cleaned))
        return cleaned if whole else Withheld("map", cleaned.why if isinstance(cleaned, Withheld) else "private")
    if kind in ("connect", "status"):
        return {name: str(payload[name])[:40] for name in ("status", "sub_state") if payload.get(name)}
    return None


def _values(given: Mapping[str, object]) -> list[object]:
    texts = given.get("texts")
    return [*given.values(), *(texts if isinstance(texts, list) else ())]


def _known(state: State, private: Private) -> dict[str, object]:
    known = {"caller": state.caller, "callee": state.callee, "call": dict(state.call)}
    return {name: value for name, value in known.items() if name in private.reads}


def shown_values(values: Mapping[str, object], private: Private, redactor: Redactor) -> dict[str, object]:
    """Values by name, without what is private."""
    return {name: withheld(value) if name in private.names else redactor.clean(value) for name, value in values.items()}


def _fetched(name: str, brought: Fetched, private: Private, redactor: Redactor) -> FetchedEntry:
    """What a fetch has brought, as it is recorded; where its wait is not known, it may be any."""
    hidden = bool(private.answers) if not name else name in private.answers
    value = withheld(brought.value) if hidden else redactor.clean(brought.value)
    return name, value, _failure(brought.failure), brought.outcome


def _failure(why: str) -> str:
    """That a fetch failed is all that a script can tell; why may hold an address."""
    return "it failed" if why else ""
