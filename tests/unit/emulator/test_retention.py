"""What is over is kept as long as on the platform, and no longer: memory stays as it is."""

from __future__ import annotations

import gc
from collections import Counter
from typing import Any

import pytest

from nccodsl.emulator.core import retention, starts
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.mail import WebhookReply
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.emulate import virtual_network
from nccodsl.emulator.personas.persona import BUILT_IN, Act, Cast, Persona, Rule

HOUR, DAY = 3600.0, 86_400.0
EVERY = HOUR
"""Seconds from one call to the next: 48 come in two days."""
CALLER = {"type": "phone", "number": "14155550100"}
NCCO: list[dict[str, Any]] = [
    {"action": "record", "beepStart": True, "endOnKey": "#", "eventUrl": ["https://example.com/recording"]},
    {"action": "input", "type": ["speech"], "speech": {"saveAudio": True}, "eventUrl": ["https://example.com/input"]},
    {"action": "connect", "endpoint": [{"type": "phone", "number": "14155550102"}], "timeout": 20},
    {"action": "conversation", "name": "room"},
]
ANN = Persona(
    of=("phone 14155550101",),
    stays=60.0,
    does=(Rule((Act("press", "#"),), when="beep"), Rule((Act("say", "yes"),), after=6.0)),
)
CAST = Cast((ANN, Persona(of=("phone 14155550102",), stays=20.0), BUILT_IN["busy"]))


def _calls(network: Network, number: int) -> None:
    """Calls one after the other: most talk, record and connect, each seventh is busy."""
    for count in range(number):
        callee = "14155550103" if count % 7 == 0 else "14155550101"
        began = network.clock.now
        leg = network.place(
            {"to": [{"type": "phone", "number": callee}], "from": CALLER, "ncco": NCCO, "event_url": ["https://e.com"]}
        )
        network.clock.run_until(began + EVERY)
        assert leg.ended_at is not None


def _objects() -> Counter[str]:
    gc.collect()
    kinds = (type(one) for one in gc.get_objects())
    return Counter(
        kind.__qualname__ for kind in kinds if str(getattr(kind, "__module__", "")).startswith("nccodsl.emulator")
    )


@pytest.mark.slow
@pytest.mark.parametrize("calls", [200, 4_000])
def test_memory_is_flat(monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    # Recordings go after as long as legs, so that both come to rest within the test.
    monkeypatch.setattr(retention, "FILE_DAYS", 2)
    monkeypatch.setattr(starts, "MOST_KEPT", 50)
    network = virtual_network(CAST, lambda _: WebhookReply(), seed=1)
    _calls(network, 100)
    before = _objects()
    assert before["Leg"] > 48
    assert before["SoundFile"] > 48
    _calls(network, calls)
    after = _objects()
    assert {kind: count for kind, count in after.items() if count > before[kind] * 1.05 + 5} == {}
    assert not network.named
    assert not network.conversations


def test_a_leg_is_shown_for_two_days_after_its_end() -> None:
    network = virtual_network(CAST, lambda _: WebhookReply())
    _calls(network, 1)
    (leg,) = network.legs.values()
    assert leg.ended_at is not None
    for after, shown in ((2 * DAY - 1, True), (2 * DAY, False)):
        network.retention.expire(leg.ended_at + after)
        assert (leg.uuid in network.legs) is shown


def test_the_application_says_how_long() -> None:
    network = virtual_network(CAST, lambda _: WebhookReply(), application=Application(leg_days=31))
    _calls(network, 2)
    network.retention.expire(30 * DAY)
    assert len(network.legs) >= 2


def test_recordings_are_kept_for_thirty_days() -> None:
    network = virtual_network(CAST, lambda _: WebhookReply())
    _calls(network, 2)
    assert network.files
    network.retention.expire(29 * DAY)
    assert network.files
    assert not network.legs
    network.retention.expire(30 * DAY + 2 * HOUR)
    assert not network.files


def test_what_still_goes_on_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST_LEGS", 10)
    network = virtual_network(Cast((BUILT_IN["busy"],)))
    waiting = virtual_network(seed=1).place({"to": [CALLER], "from": CALLER, "ncco": NCCO})
    network.legs[waiting.uuid] = waiting
    _calls(network, 30)
    assert waiting.uuid in network.legs
    assert len(network.legs) == 11
