"""How a caller and an application take turns, from timelines that are written here."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from nccodsl.emulator.core.timeline import Emulated, LegSummary, Timeline
from nccodsl.rehearsal.agent_turns import AgentTurns, agent_turns, percentile

PHONE, SOCKET = "phone 14155550101", "websocket ws://127.0.0.1/voice"


def leg(name: str, ended: float, ended_by: str, answered: float | None = 0.0) -> LegSummary:
    return LegSummary(name, name, "outbound", name, "completed", 0.0, answered, ended, ended_by)


def turns(
    *speech: tuple[str, float, float], ended: float = 20.0, ended_by: str = "user", opened: bool = True
) -> AgentTurns:
    """Of a call in which each of `caller` and `agent` spoke from one second to another."""
    timeline = Timeline()
    for who, begin, until in speech:
        if who == "agent":
            entry = timeline.add(begin, SOCKET, "says", "(speech)", {"text": "yes"})
        else:
            entry = timeline.add(begin, SOCKET, "hears", "", {"text": "Hello", "from": "caller"})
        entry.until = until
    timeline.add(1.0, SOCKET, "note", "late", {"event": "socket", "what": "late", "count": 3})
    timeline.add(1.0, SOCKET, "note", "sizes", {"event": "socket", "what": "size", "count": 9})
    answered = 0.0 if opened else None
    call = Emulated(timeline, [leg(PHONE, ended, "platform"), leg(SOCKET, ended, ended_by, answered)], ended)
    (found,) = agent_turns(call)
    return found


@pytest.mark.parametrize(
    ("speech", "silence"),
    [
        # Until the application begins, between its own utterances, and after what was said to it.
        ([("agent", 2.0, 3.0)], 2.0),
        ([("agent", 0.5, 1.0), ("agent", 5.0, 6.0)], 4.0),
        ([("agent", 0.5, 1.0), ("caller", 2.0, 4.0), ("agent", 4.7, 5.0)], 0.7),
        ([("agent", 0.0, 1.0), ("caller", 2.0, 4.0)], 16.0),
        # Not while the caller lets it wait, nor at the end after its own words.
        ([("agent", 0.0, 1.0), ("caller", 9.0, 10.0), ("agent", 10.5, 20.0)], 0.5),
        ([("agent", 0.0, 1.0)], 0.0),
        # One that never speaks is silent from the beginning.
        ([], 20.0),
    ],
)
def test_silence_when_it_is_the_applications_turn(speech: list[tuple[str, float, float]], silence: float) -> None:
    assert turns(*speech).silence == pytest.approx(silence)


@pytest.mark.parametrize(
    ("speech", "overlap"),
    [
        ([("agent", 1.0, 4.0), ("caller", 3.0, 5.0)], 1.0),
        ([("agent", 1.0, 9.0), ("caller", 3.0, 5.0)], 6.0),
        ([("agent", 1.0, 4.0), ("caller", 4.0, 5.0)], None),
        # That the application interrupts the caller is no interruption of it.
        ([("caller", 1.0, 4.0), ("agent", 3.0, 5.0)], None),
    ],
)
def test_overlap_after_an_interruption(speech: list[tuple[str, float, float]], overlap: float | None) -> None:
    assert turns(*speech).overlap == overlap


def test_what_is_counted() -> None:
    found = turns(("agent", 1.0, 3.0), ("agent", 4.0, 5.5))
    assert (found.spurts, found.speech, found.dropped, found.words) == (2, 3.5, 3, "yes yes")


def test_how_it_ended() -> None:
    assert turns(ended_by="user").ended == "application"
    assert turns(ended_by="platform").ended == "platform"
    assert turns(ended_by="platform", opened=False).ended == "failed"


@given(st.lists(st.floats(0, 100), min_size=1), st.sampled_from([0.5, 0.95]))
def test_percentiles(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert percentile(values, 1.0) == max(values)


def test_no_values() -> None:
    assert percentile([], 0.5) is None
