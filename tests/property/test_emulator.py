"""Any valid call with any persona ends, in bounded virtual time, and each leg ends once."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis import given, settings, strategies as st

from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.mail import OutgoingWebhook, WebhookReply
from nccodsl.emulator.emulate import emulated, virtual_network
from nccodsl.emulator.personas.persona import OUTCOMES, Act, Cast, Persona, Rule
from nccodsl.emulator.views.lines import listing, summary
from nccodsl.voice.call_api import FINAL
from tests.property.documents import bodies, nccos

acts = st.one_of(
    st.builds(Act, st.just("press"), st.text("0123456789*#", min_size=1, max_size=6)),
    st.builds(Act, st.just("say"), st.sampled_from(["yes", "a longer answer, in some words", "sales"])),
    st.builds(Act, st.just("wait"), st.floats(0, 60)),
    st.just(Act("hang_up", None)),
)
triggers = st.sampled_from(
    [{"hears": "a"}, {"hears": "word"}, {"after": 0.0}, {"after": 7.5}, {"when": "answered"}, {"when": "joined"}]
)
rules = st.builds(
    lambda trigger, acts, times, interrupt: Rule(tuple(acts), times=times, interrupt=interrupt, **trigger),
    triggers,
    st.lists(acts, min_size=1, max_size=3),
    st.sampled_from([1, 3, None]),
    st.booleans(),
)
personas = st.builds(
    lambda outcome, delay, machine, beep, stays, does: Persona(
        outcome=outcome,
        delay=delay,
        machine=machine,
        greeting="Leave a message" if machine else "",
        beep=beep,
        stays=stays,
        does=tuple(does),
    ),
    st.sampled_from(OUTCOMES),
    st.floats(0, 130),
    st.booleans(),
    st.booleans(),
    st.floats(0, 10_000),
    st.lists(rules, max_size=4),
)
_ANSWERS = [
    WebhookReply(),
    WebhookReply(204),
    WebhookReply(body=b'[{"action": "talk", "text": "taken over"}]'),
    WebhookReply(body=b"[]"),
    WebhookReply(body=b'[{"action": "tlak"}]'),
    WebhookReply(body=b"<html>", content_type="text/html"),
    WebhookReply(503),
    WebhookReply(404),
    WebhookReply(failure="no server answers at this address"),
]
LONGEST_LIFE = 130.0 + 86_400.0
"""Ringing at the longest, and `length_timer` at the longest."""
MOST_STEPS = 300_000


def _simulate(body: dict[str, Any], cast: Cast, answers: list[WebhookReply]) -> None:
    given_back = iter(answers)

    def answer(hook: OutgoingWebhook) -> WebhookReply:
        # In the end everybody agrees: what takes over again and again is not what is tested here.
        return next(given_back, WebhookReply())

    network = virtual_network(cast, answer)
    ended: Counter[str] = Counter()

    def over(leg: Leg) -> None:
        ended[leg.uuid] += 1

    network.watchers.append(over)
    leg = network.place(body)
    steps = 0
    while leg.ended_at is None:
        assert network.clock.step(), "nothing is due, and the call has not ended"
        steps += 1
        assert steps < MOST_STEPS
    assert network.clock.now <= LONGEST_LIFE
    assert dict.fromkeys(network.legs, 1) == dict(ended)
    for one in network.legs.values():
        assert one.ended_at is not None
        told = [entry.data["status"] for entry in leg.timeline.of("status", one.name)]
        finals = [status for status in told if status in FINAL]
        assert finals.count("completed") == (0 if "rejected" in finals else 1)
        assert told[-1] == finals[-1]
        assert not one.player.playing
    call = emulated(network, leg)
    json.dumps(call.to_json())
    assert summary(call)
    assert list(listing(call, everything=True))


@settings(deadline=None)
@given(bodies("v1"), st.lists(personas, min_size=1, max_size=3), st.lists(st.sampled_from(_ANSWERS), max_size=12))
def test_any_call_ends(body: dict[str, Any], cast: list[Persona], answers: list[WebhookReply]) -> None:
    _simulate(body, Cast(tuple(cast)), answers)


@settings(deadline=None)
@given(nccos, st.lists(personas, min_size=1, max_size=3), st.lists(st.sampled_from(_ANSWERS), max_size=12))
def test_any_ncco_ends(ncco: list[dict[str, Any]], cast: list[Persona], answers: list[WebhookReply]) -> None:
    body = {
        "to": [{"type": "phone", "number": "14155550101"}],
        "from": {"type": "phone", "number": "14155550100"},
        "event_url": ["https://example.com/e"],
        "ncco": ncco,
    }
    _simulate(body, Cast(tuple(cast)), answers)
