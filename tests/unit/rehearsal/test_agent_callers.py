"""Files of callers, and what is said of an application that does not do as they expect."""

from __future__ import annotations

from typing import Any

import pytest

from nccodsl.emulator.bad_input import BadPersona
from nccodsl.emulator.core.timeline import Emulated, LegSummary, Timeline
from nccodsl.emulator.personas.persona import Turn
from nccodsl.rehearsal.agent_callers import Expected, read_callers, shortcomings
from nccodsl.rehearsal.agent_turns import AgentTurns

WELL = AgentTurns(
    "websocket ws://x", 2, 3.0, (0.4, 0.8), 1.0, 0.3, 0, "caller", ({"reason": {"key": 0, "more": 1}},), "We are open"
)


def test_a_file() -> None:
    suite = read_callers(
        {
            "agent": "ws://127.0.0.1:1/voice",
            "rate": 8000,
            "callers": [
                {
                    "name": "Ann",
                    "does": [{"hears": {"silence": "800ms"}, "say": "Hello"}, {"hears": {"speech": 1}, "press": 1}],
                    "expect": {"latency": "1s", "notifies": {"a": 1}, "says": ["a", "b"], "reaches": 14155550123},
                },
                {},
            ],
        }
    )
    ann, other = suite.callers
    assert (suite.rate, ann.name, other.name) == (8000, "Ann", "callers[1]")
    assert [rule.turn for rule in ann.persona.does] == [Turn("silence", 0.8), Turn("speech", 1.0)]
    assert ann.expected == Expected(latency=1.0, notifies=({"a": 1},), says=("a", "b"), reaches=("phone 14155550123",))


@pytest.mark.parametrize("hears", [{}, {"silence": "1s", "speech": "1s"}, {"noise": "1s"}, {"silence": "soon"}, 5])
def test_conditions_that_are_not_known(hears: Any) -> None:
    with pytest.raises(BadPersona, match=r"callers\[0\]\.does"):
        read_callers({"agent": "ws://x", "callers": [{"does": [{"hears": hears, "say": "a"}]}]})


@pytest.mark.parametrize(
    ("expected", "wanted", "instead"),
    [
        ({"latency": 0.5}, "each answer to begin within 0.5 s", "one began after 0.8 s"),
        ({"silence": 0.5}, "the application to be silent for 0.5 s at most", "it was for 1 s"),
        ({"overlap": 0.2}, "the application to fall silent within 0.2 s of an interruption", "it spoke on for 0.3 s"),
        ({"answers": 3}, "3 answers at least", "there were 2"),
        ({"ends": "application"}, "the leg to end because the application closed the WebSocket", "the caller hung up"),
        ({"reaches": ("sip *",)}, "the call to reach sip *", "it reached phone 14155550123"),
        (
            {"notifies": ({"reason": {"key": 1}},)},
            'a `notify` with {"reason": {"key": 1}}',
            'the application sent {"reason": {"key": 0, "more": 1}}',
        ),
        ({"says": ("closed",)}, "the application to say “closed”", "it said “We are open”"),
    ],
)
def test_what_is_missing(expected: dict[str, Any], wanted: str, instead: str) -> None:
    legs = [
        LegSummary(name, name, "outbound", name, "completed", 0.0, 0.0, 1.0, "user")
        for name in ("a", "phone 14155550123")
    ]
    call = Emulated(Timeline(), legs, 1.0)
    assert list(shortcomings(Expected(**expected), call, WELL)) == [(wanted, instead)]


def test_what_is_as_expected() -> None:
    expected = Expected(
        latency=0.8,
        silence=1.0,
        overlap=0.3,
        dropped=0,
        answers=2,
        ends="caller",
        says=("ARE open",),
        notifies=({"reason": {"key": 0}},),
    )
    assert not list(shortcomings(expected, Emulated(Timeline(), [], 0.0), WELL))


def test_what_did_not_happen_at_all() -> None:
    nothing = AgentTurns("a", 0, 0.0, (), 0.0, None, 4, "failed", (), "")
    expected = Expected(latency=1.0, overlap=1.0, dropped=3, notifies=({},), says=("a",))
    assert [instead for _, instead in shortcomings(expected, Emulated(Timeline(), [], 0.0), nothing)] == [
        "none came",
        "it was not interrupted",
        "4 were lost",
        "the application sent nothing",
        "no words were recognized",
    ]
