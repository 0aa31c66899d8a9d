"""A call of a script in virtual time: the emulated platform on one side, the flow on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from nccodsl.base.phone import OURS, SOMEBODY
from nccodsl.emulator.core.application import AfterConnect, Application, SecondsToSay, estimated_seconds
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.mail import NOBODY, OutgoingWebhook as PlatformWebhook, WebhookReply as PlatformReply
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.core.sockets import Live
from nccodsl.emulator.core.sound_files import transcription_of
from nccodsl.emulator.core.timeline import Emulated, Timeline
from nccodsl.emulator.emulate import ARRIVING, emulated, virtual_network
from nccodsl.emulator.personas.persona import Casting
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.advance import play
from nccodsl.runtime.first_ncco import begun, create_body
from nccodsl.runtime.handle import handle
from nccodsl.runtime.operations import Answer, Find, HeldState, Load, Save
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import Walk
from nccodsl.runtime.web_requests import PLATFORM_TOKEN, Fetch, Fetched, Request
from nccodsl.runtime.webhook import Reply, Webhook

URL = "https://flow.test/call"
"""Where the flow is, as long as no request has to reach it."""
KEY = "rehearsed"
_HOOKS = (("POST", f"{URL}/answer"), ("POST", f"{URL}/event"), ("POST", f"{URL}/fallback"))
_GOES_ON = ("E815", "E332")
"""What is reported of a call that goes on: a text that was cut, a language that is not known."""

Fetcher = Callable[[Fetch], Fetched]
"""Answers a `fetch`; nothing leaves this machine."""


class Move:
    """The flow went on, `at` seconds after the call began: because of `webhook`; `reply` is what it answered."""

    def __init__(self, script: Runnable, at: float, webhook: Webhook, reply: Reply, state: State, legs: int) -> None:
        self._script = script
        self.at = at
        self.state = state
        """Where the flow was then."""
        self.legs = legs
        """How many legs there were: what is dialled later is dialled by its NCCO, or by one that follows."""
        self.webhook = webhook
        self.reply = reply

    @cached_property
    def _walk(self) -> Walk:
        return play(self._script, self.state)

    @property
    def trail(self) -> tuple[tuple[str, str], ...]:
        """The blocks that it entered, each with the `connect` that has to be completed before (empty: none)."""
        return tuple(self._walk.trail)

    @property
    def waits(self) -> tuple[str, ...]:
        """The waits that its NCCO leads to."""
        return tuple(self._walk.waits)


class Stage:
    """One call. Where the script has a `call` block, it is placed; else the call is inbound.

    `fetcher` answers fetches, `cast` plays everybody who is called. `at`: when the call begins, if that is not now;
    without an offset, in the script's zone. `after_connect`: what becomes of it when a connected leg has hung up.
    `seconds_to_say`: how long speech takes. `live` opens WebSockets; without it, personas play them.
    Raises RenderError where the values do not fit, ScriptError where the `call` block does not fit the API.
    """

    def __init__(
        self,
        flow: Compiled,
        values: Mapping[str, object] | None = None,
        *,
        cast: Casting | None = None,
        fetcher: Fetcher | None = None,
        runnable: Runnable | None = None,
        seed: int = 0,
        api: str = "v1",
        at: datetime | None = None,
        after_connect: AfterConnect = "continue",
        seconds_to_say: SecondsToSay = estimated_seconds,
        live: Live | None = None,
    ) -> None:
        self.flow = flow
        self.script = (runnable or Runnable(flow, URL)).given(values or {})
        self._begins = flow.moment(self.script.values, at)
        self._began = self._begins.timestamp()
        self._fetcher = fetcher or _nothing
        self._kept: HeldState | None = None
        self._key = ""
        self.moves: list[Move] = []
        self.failures: list[Reply] = []
        self.sent: list[Request] = []
        """What was sent to other systems, in order."""
        self.fetched: list[Fetched] = []
        """What each fetch has brought, in order; the timeline has a note of each."""
        self.opted_out: dict[str, str] = {}
        """The numbers that are suppressed, each with the reason."""
        self.answering: tuple[Webhook, list[Fetched]] | None = None
        """The webhook that the flow is answering, and what it has fetched for it."""
        self.beside: set[object] = set()
        """The blocks that ran beside the call, and the arms of their `if`."""
        application = Application(*_HOOKS, after_connect=after_connect, seconds_to_say=seconds_to_say)
        self.network: Network = virtual_network(cast, self._answer, application=application, seed=seed, live=live)
        self._step = self.network.clock.step if live is None else live.step
        self.leg: Leg
        self.body: dict[str, Any] | None = None  # the create request, where the call was placed
        self._api = api

    def begin(self, edit: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: body) -> Leg:
        """Place the call, or call in; nothing happens until the clock is stepped.

        `edit` may change the body of the create request.
        """
        if self.flow.has_call:
            state = begun(self.script, {}, key=KEY, token=False, at=self._begins)
            body = self.body = edit(create_body(self.script, state, self._api))
            self._keep(state)
            if "ncco" in body:
                self._note(Webhook("answer", {}, {}), Reply(200, block=state.block, moved=True))
            self.leg = self.network.place(body)
        else:
            self.leg = self.network.inbound({"type": "phone", "number": SOMEBODY}, OURS)
        return self.leg

    def step(self) -> bool:
        """Let the next thing happen; False where the call is over and nothing else will."""
        return self._step()

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.leg.ended_at is not None

    def finish(self) -> Emulated:
        """Let the call end, and what was sent at its end arrive."""
        clock = self.network.clock
        while not self.over and self._step():
            pass
        clock.run_until(clock.now + ARRIVING)
        return self.result()

    def result(self) -> Emulated:
        """What has happened until now."""
        return emulated(self.network, self.leg)

    @property
    def state(self) -> State | None:
        """Where the flow is."""
        return self._kept.data if self._kept is not None else None

    # ---- the flow's side

    def _answer(self, hook: PlatformWebhook) -> PlatformReply:
        route, query = _parts_of(hook.url)
        if not route:
            return NOBODY
        payload = hook.payload
        if route == "answer" and not self.flow.has_call:
            payload = {**payload, "direction": "inbound"}
        webhook = Webhook(route, dict(query), payload, received=self._began + self.network.clock.now)
        reply = self._handled(webhook, hook.leg)
        if reply.found is not None:
            self._found(hook.leg, reply)
        self.beside.update(reply.beside)
        if reply.moved:
            self._note(webhook, reply)
        return PlatformReply(reply.status, reply.body)

    def _found(self, leg: Leg, reply: Reply) -> None:
        """Something is wrong with what the flow has made of a webhook."""
        if reply.code in ("E511", "E820") and reply.status == 200:
            # The call goes on.
            self.network.note(leg, reply.problem, {"event": "misfit", "code": reply.code})
        elif reply.code not in _GOES_ON:
            self.failures.append(reply)

    def _handled(self, webhook: Webhook, leg: Leg) -> Reply:
        """Drive the handling of one webhook."""
        handling, self.answering = handle(self.script, webhook), (webhook, [])
        result: Answer = None
        try:
            while True:
                operation = handling.send(result)
                result = None
                if isinstance(operation, Load | Find):
                    result = self.known(operation)
                elif isinstance(operation, Save):
                    result = self._save(operation, leg)
                elif isinstance(operation, Fetch):
                    result = self._fetched(operation, leg)
                    self.answering[1].append(result)
        except StopIteration as end:
            reply: Reply = end.value
            self.answering = None
            return reply

    def _save(self, save: Save, leg: Leg) -> bool:
        self._key = save.key
        self._kept = HeldState(save.kept, (save.revision or 0) + 1)
        for request in save.sends:
            self._send(request, leg)
        self._opt_out(save.opt_outs, leg)
        return True

    def known(self, operation: Load | Find) -> Answer:
        """What a store would answer: there is one call, and so one state."""
        kept = self._kept if isinstance(operation, Load) and operation.key == self._key else None
        return self._key or None if isinstance(operation, Find) else kept

    def _send(self, request: Request, leg: Leg) -> None:
        """What goes into the outbox, which knows what was put in before; nothing leaves this machine."""
        if any(request.key == one.key for one in self.sent):
            return
        self.sent.append(request)
        note = {"event": "send", "method": request.method, "url": request.url}
        self.network.note(leg, f"sends {request.method} {request.url}", note)

    def _opt_out(self, opt_outs: Iterable[tuple[str, str]], leg: Leg) -> None:
        """What a server suppresses: a number once, however often it is said."""
        for number, reason in opt_outs:
            if number not in self.opted_out:
                self.opted_out[number] = reason
                why = f": {reason}" if reason else ""
                note = {"event": "opt_out", "number": number, "reason": reason}
                self.network.note(leg, f"opts out {number}{why}", note)

    def _fetched(self, fetch: Fetch, leg: Leg) -> Fetched:
        request = fetch.request
        if PLATFORM_TOKEN in request.secrets:
            return Fetched(self.transcription(request.url))
        result = self._fetcher(fetch)
        self.fetched.append(result)
        method = "" if request.method == "GET" else f"{request.method} "
        note = {"event": "fetch", "method": request.method, "url": request.url, "failure": result.failure}
        self.network.note(leg, f"fetches {method}{request.url}: {result.failure or 'answered'}", note)
        return result

    def transcription(self, url: str) -> object:
        """What the platform has understood of a recording; None where there is none at the address."""
        file = self.network.files.get(urlsplit(url).path.split("/")[-2])
        return transcription_of(file) if file is not None else None

    def _keep(self, state: State) -> None:
        self._key = state.key
        self._kept = HeldState(state.kept(), 1)

    def _note(self, webhook: Webhook, reply: Reply) -> None:
        assert self._kept is not None
        now, legs = self.network.clock.now, len(self.network.legs)
        self.moves.append(Move(self.script, now, webhook, reply, self._kept.data, legs))


def route_of(url: str) -> str:
    """The route of the flow that an address leads to; empty where it leads elsewhere."""
    return _parts_of(url)[0]


@lru_cache(maxsize=256)
def _parts_of(url: str) -> tuple[str, Mapping[str, str]]:
    """The route and the query of an address of the flow; an empty route where it leads elsewhere."""
    if not url.startswith(f"{URL}/"):
        return "", {}
    if url.isascii() and url.isprintable() and not any(char in url for char in "%+#"):
        # As the flow writes them: nothing in it has to be decoded.
        path, _, plain = url.partition("?")
        pairs = (pair.partition("=") for pair in plain.split("&"))
        return path.rpartition("/")[2], {name: value for name, _, value in pairs if value}
    parts = urlsplit(url)
    return parts.path.rpartition("/")[2], dict(parse_qsl(parts.query))


def as_heard(call: Emulated) -> Emulated:
    """A call as the person at the phone knows it: without what the platform asked the flow, and was answered."""
    timeline = Timeline()
    timeline.entries = [
        entry
        for entry in call.timeline.entries
        if not (entry.kind == "webhook" and route_of(entry.data["url"]))
        and not (entry.data.get("event") == "takeover" and entry.data["by"] == "answer")
    ]
    return Emulated(timeline, call.legs, call.seconds)


def _nothing(fetch: Fetch) -> Fetched:
    return Fetched(failure=f"there is no reply for {fetch.request.url}")
