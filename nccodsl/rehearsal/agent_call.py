"""The call of one caller to an application: played, and judged by what the caller expects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from nccodsl.base.phone import OURS, SOMEBODY
from nccodsl.base.record import Record
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.callee import Callee
from nccodsl.emulator.core.mail import NOBODY, OutgoingWebhook, WebhookReply
from nccodsl.emulator.core.sockets import Live
from nccodsl.emulator.core.timeline import Emulated
from nccodsl.emulator.emulate import ARRIVING, emulated, virtual_network
from nccodsl.emulator.personas.persona import DEFAULT, Persona, Rule
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.agent_callers import Caller, CallerSuite, shortcomings
from nccodsl.rehearsal.agent_turns import AgentTurns, agent_turns, together
from nccodsl.rehearsal.replies import FetchReply, Replies
from nccodsl.rehearsal.stage import URL, Fetcher, Stage, as_heard
from nccodsl.runtime.web_requests import Fetch, Fetched

_OPENING = 15
"""Seconds that the application has to take the WebSocket, if no script says it."""


class AgentCall(Record):
    """How a call went. `turns`: None where no WebSocket was dialled. `wrong`: what was not as expected.

    `never`: what the caller would have done, and did not come to.
    """

    call: Emulated
    turns: AgentTurns | None
    wrong: tuple[str, ...]
    never: tuple[str, ...]


def play_caller(caller: Caller, suite: CallerSuite, flow: Compiled | None, live: Live) -> AgentCall:
    """Play the call of one caller: through the script, or with nothing but the application."""
    cast = _Cast(caller.persona)
    failures: list[str] = []
    if flow is not None:
        stage = Stage(flow, suite.values, cast=cast, fetcher=_fetcher(suite.replies), live=live)
        callee = stage.begin().callee
        call = as_heard(stage.finish())
        failures = [f"{reply.code} {reply.problem}" for reply in stage.failures]
    else:
        call, callee = _connected(suite, cast, live)
    found = agent_turns(call)
    turns = together(found) if found else None
    if turns is None:
        return AgentCall(call, None, (*failures, "the call did not connect a WebSocket"), _never(callee))
    wrong = [*failures, *_broken(caller, call, turns)]
    wrong += [f"expected {wanted}, but {instead}" for wanted, instead in shortcomings(caller.expected, call, turns)]
    return AgentCall(call, turns, tuple(wrong), _never(callee))


def _broken(caller: Caller, call: Emulated, turns: AgentTurns) -> Iterator[str]:
    """Why the application was not talked with to an orderly end, unless that is expected."""
    told = {str(entry.data.get("what")): entry for entry in call.timeline.of("note", turns.leg)}
    for what in ("persona", "failed", "broken"):
        if what in told and caller.expected.ends != what:
            yield told[what].text


class _Cast:
    """The caller plays the first leg; who is reached later answers, and listens."""

    def __init__(self, caller: Persona) -> None:
        self._left = [caller]

    def playing(self, _endpoint: str) -> Persona:
        return self._left.pop() if self._left else DEFAULT


def _connected(suite: CallerSuite, cast: _Cast, live: Live) -> tuple[Emulated, Callee]:
    """A call that connects the application, and nothing else."""
    endpoint = {
        "type": "websocket",
        "uri": suite.agent,
        "content-type": f"audio/l16;rate={suite.rate}",
        "headers": dict(suite.headers),
    }
    ncco = json.dumps([{"action": "connect", "endpoint": [endpoint], "timeout": _OPENING}]).encode()

    def answer(hook: OutgoingWebhook) -> WebhookReply:
        return WebhookReply(200, ncco, "application/json") if hook.kind == "answer" else NOBODY

    application = Application(answer=("GET", f"{URL}/answer"))
    network = virtual_network(cast, answer, application=application, live=live)
    leg = network.inbound({"type": "phone", "number": SOMEBODY}, OURS)
    while leg.ended_at is None and live.step():
        pass
    network.clock.run_until(network.clock.now + ARRIVING)
    return as_heard(emulated(network, leg)), leg.callee


def _fetcher(replies: Mapping[str, Any]) -> Fetcher:
    known = Replies([FetchReply(url, Fetched(value)) for url, value in replies.items()])

    def fetch(wanted: Fetch) -> Fetched:
        url = wanted.request.url
        return known.to(url) or Fetched(failure=f"there is no reply for {url}: add it to `replies`")

    return fetch


def _never(callee: Callee) -> tuple[str, ...]:
    """What the caller did not come to, in words."""
    return tuple(f"the caller never came to {_acts(rule)}: {_condition(rule)}" for rule in callee.never)


def _acts(rule: Rule) -> str:
    act = rule.acts[0]
    return f"`{act.verb}: {act.value}`" if isinstance(act.value, str) else f"`{act.verb}`"


def _condition(rule: Rule) -> str:
    """What it waited for."""
    if rule.turn is not None:
        return f"it waited for {rule.turn.seconds:g} s of {rule.turn.what}"
    if rule.hears is not None:
        return f"it waited for the words “{rule.hears}”"
    return f"it waited until `{rule.when}`" if rule.when is not None else f"it waited for {rule.after:g} s"
