"""One meaning: the same caller hears the same, whether a flow is tested, simulated or served to the platform."""

from __future__ import annotations

from collections.abc import Iterable
from unittest.mock import patch
from urllib.parse import urlsplit

from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.base.phone import OURS, SOMEBODY
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.mail import NOBODY, OutgoingWebhook, WebhookReply
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.emulate import ARRIVING, virtual_network
from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule
from nccodsl.rehearsal.person import Question
from nccodsl.rehearsal.phone_display import Told
from nccodsl.rehearsal.replies import FetchReply as Answered
from nccodsl.rehearsal.stage import Stage
from nccodsl.rehearsal.terminal_phone import Phone
from nccodsl.runtime.web_requests import Fetch, Fetched, Request
from nccodsl.server.sync import Served
from tests.property.flows import KEYS, PHRASES, flows, flows_in_two_languages
from tests.sizes import examples

URL = "https://calls.example.com/flow"

acts = st.one_of(
    st.builds(Act, st.just("press"), st.sampled_from(KEYS)),
    st.builds(Act, st.just("say"), st.sampled_from([*PHRASES, "something else"])),
)
rules = st.builds(
    lambda hears, act, times, interrupt: Rule((act,), hears=hears, times=times, interrupt=interrupt),
    st.sampled_from([f"Prompt {number}" for number in range(1, 8)] + ["Sorry"]),
    acts,
    st.sampled_from([1, 2, None]),
    st.booleans(),
)
casts = st.builds(
    lambda does, outcome, other: Cast(
        (
            Persona("caller", of=(f"phone {SOMEBODY}",), does=tuple(does)),
            Persona("one", of=("phone 14155550123",), outcome=outcome, stays=5.0),
            Persona("other", outcome=other, stays=5.0),
        )
    ),
    st.lists(rules, max_size=8),
    st.sampled_from(("answered", "busy", "timeout", "rejected", "failed", "unanswered")),
    st.sampled_from(("answered", "busy")),
)


def told(network: Network, leg: Leg) -> list[tuple[float, str, str, str]]:
    """What happened at the phones, and when."""
    shown = ("hears", "says", "presses", "status", "joins")
    return [
        (round(entry.at, 3), entry.leg, entry.kind, entry.text)
        for entry in sorted(leg.timeline.entries, key=lambda entry: entry.at)
        if entry.kind in shown
    ]


def told_to_others(requests: Iterable[Request]) -> list[tuple[str, str, str]]:
    """What other systems are asked for: the keys and recordings of two calls differ."""
    return sorted((request.method, request.url, request.body or "") for request in requests)


LONG = 120.0
"""Seconds after which a call that goes round and round is hung up."""


def until(seconds: float, happened: list[tuple[float, str, str, str]]) -> list[tuple[float, str, str, str]]:
    """What happened before."""
    return [row for row in happened if row[0] < seconds]


def bounded(network: Network, leg: Leg) -> None:
    """Let the call end."""
    clock = network.clock
    while leg.ended_at is None and clock.now < LONG and clock.step():
        pass
    network.end(leg, by="user")
    clock.run_until(clock.now + ARRIVING)


@settings(max_examples=examples(200))
@given(st.one_of(flows(), flows_in_two_languages()), casts, st.booleans())
def test_tested_simulated_and_served_are_the_same(flow: nccodsl.Flow, cast: Cast, brings: bool) -> None:
    result = Fetched({"word": "yes"}) if brings else Fetched(failure="down")
    stage = Stage(flow, cast=cast, fetcher=lambda _: result)
    leg = stage.begin()
    bounded(stage.network, leg)
    tested = told(stage.network, leg)

    sent = told_to_others(stage.sent)
    with (
        patch("nccodsl.server.sync.BlockingFetcher", lambda *_args, **_options: _Brings(result)),
        patch("nccodsl.server.sync.DeliveriesBeside", _NothingDelivered),
    ):
        served = Served(flow, URL)

    def answer(hook: OutgoingWebhook) -> WebhookReply:
        if not hook.url.startswith(URL):
            return NOBODY
        parts = urlsplit(hook.url)
        reply = served.handle(parts.path.rpartition("/")[2], parts.query, hook.payload)
        return WebhookReply(reply.status, reply.body)

    application = Application(
        answer=("POST", f"{URL}/answer"), event=("POST", f"{URL}/event"), fallback=("POST", f"{URL}/fallback")
    )
    network = virtual_network(cast, answer, application=application)
    leg = network.inbound({"type": "phone", "number": SOMEBODY}, OURS)
    bounded(network, leg)
    assert told(network, leg) == tested
    assert told_to_others(Request.from_json(one.request) for one in served.store.outbox.list()) == sent
    assert {one.number: one.reason for one in served.store.suppressions.list()} == stage.opted_out

    phone = Phone(flow, {}, _Nobody(), cast=cast, replies=[Answered("*", result)])
    hung_up = phone.stage.network.clock.after(LONG)
    hung_up.then(lambda _: phone.stage.network.end(phone.stage.leg, by="user"))
    phone.call()
    assert until(LONG, told(phone.stage.network, phone.stage.leg)) == until(LONG, tested)


class _Nobody:
    """Nobody holds the phone: personas play everybody."""

    def tell(self, told: Told) -> None:
        assert told.kind != "hint", told.text

    def ask(self, question: Question) -> str | None:
        raise AssertionError(question)


class _NothingDelivered:
    """What is sent stays in the outbox."""

    def __init__(self, *_args: object) -> None:
        pass

    def begin(self) -> None:
        pass

    def wake(self) -> None:
        pass


class _Brings:
    def __init__(self, result: Fetched) -> None:
        self._result = result

    async def fetch(self, request: Request, timeout: float) -> object:
        from nccodsl.server.fetch import Brought

        assert Fetch(request, timeout).timeout <= 4.0
        return Brought(self._result, "ok")

    def close(self) -> None:
        pass
