"""A flow moves once for each event, never back, and the same event gives the same answer, whatever comes when."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.documents.validate import validate_text
from nccodsl.errors import RenderError
from nccodsl.runtime.advance import advance, play
from nccodsl.runtime.event import Event
from nccodsl.runtime.flow_failure import NobodyAsked
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import BadState, State
from nccodsl.runtime.web_requests import Fetched
from tests.property.flows import KEYS, OUTCOMES, PHRASES, flows
from tests.sizes import examples

URL = "https://calls.example.com/flow"
LEG = {"uuid": "leg-1", "conversation_uuid": "CON-1", "from": "14155550101", "to": "14155550100"}

answers = st.one_of(
    st.builds(lambda key: {"dtmf": {"digits": key, "timed_out": False}}, st.sampled_from(KEYS)),
    st.just({"dtmf": {"digits": "", "timed_out": True}, "speech": {"results": []}}),
    st.builds(
        lambda text: {"speech": {"results": [{"text": text, "confidence": "0.9"}]}},
        st.sampled_from([*PHRASES, "something else"]),
    ),
)
fetches = st.one_of(st.just(Fetched({"word": "yes"})), st.just(Fetched(failure="down")))


def answered(script: Runnable, state: State | None, event: Event, fetched: Fetched) -> tuple[State, bytes | None]:
    """Advance, and let each fetch bring the same."""
    state, ncco = advance(script, state, event)
    for _ in range(50):
        if state.pending is None:
            return kept(state), ncco
        state, ncco = advance(script, state, Event("fetched", fetched=fetched))
    raise AssertionError("one answer fetches without end")


def kept(state: State) -> State:
    """As it comes back from a store."""
    again = State.from_bytes(state.to_bytes())
    assert again == state
    # What rehearsing takes instead is the same.
    assert repr(state.kept().__dict__) == repr(again.__dict__)
    return again


def events_of(script: Runnable, state: State, given: dict[str, Any], outcome: str) -> list[Event]:
    """What the platform may send where the flow is."""
    found = []
    walk = play(script, state)
    if walk.resumes:
        found.append(Event("resume", LEG, at=walk.resumes, moves=state.moves, key=state.key))
    for wait in walk.waits:
        ask = script.blocks[wait].ask
        assert ask is not None
        if ask.what in ("fetch", "opt_out", "record", "send"):
            continue
        kind = ask.what
        payload = {**LEG, **given} if kind == "input" else {**LEG, "uuid": "leg-2", "status": outcome}
        found.append(Event(kind, payload, at=wait, moves=state.moves, key=state.key))
    return found


@settings(max_examples=examples(300))
@given(
    flows(),
    st.lists(st.tuples(answers, st.sampled_from(OUTCOMES), st.integers(0, 5), fetches), min_size=1, max_size=12),
)
def test_moves_once_and_never_back(flow: nccodsl.Flow, happenings: list[Any]) -> None:
    script = Runnable(flow, URL)
    event = Event("answer", LEG, key="leg-1")
    try:
        state, ncco = answered(script, None, event, Fetched({"word": "yes"}))
    except NobodyAsked:
        return  # a ring that only an `if` closes: no call can go on, and that is told
    past: list[tuple[Event, Fetched]] = []
    for given_, outcome, which, fetched in happenings:
        assert ncco is not None
        errors = [found for found in validate_text("ncco.json", ncco.decode(), None) if found.is_error]
        assert not errors, errors
        possible = events_of(script, state, given_, outcome)
        if not possible:
            break
        event = possible[which % len(possible)]
        try:
            after, ncco_after = answered(script, state, event, fetched)
        except NobodyAsked:
            return
        if after.moves == state.moves:
            # Only what is no failure of a connect moves nothing.
            assert event.kind == "connect"
            assert event.payload["status"] == "completed"
            assert ncco_after is None
            continue
        assert after.moves == state.moves + 1
        # The same event again: the same answer, and no move. The fetches are not made again.
        twice, same = advance(script, after, event)
        assert (twice, same) == (after, ncco_after)
        # Anything older: no answer, and no move.
        for old, _ in past:
            assert advance(script, after, old) == (after, None)
        # Another answer to the same question comes too late.
        late = Event(event.kind, {**event.payload, "dtmf": {"digits": "5"}}, at=event.at, moves=event.moves)
        assert advance(script, after, late) == (after, ncco_after)
        past.append((event, fetched))
        state, ncco = after, ncco_after


@settings(max_examples=examples(100))
@given(flows(), st.lists(answers, max_size=6))
def test_is_deterministic(flow: nccodsl.Flow, given_: list[Any]) -> None:
    """Two servers that see the same events are at the same place, and say the same."""

    def run() -> list[tuple[bytes, bytes | None]]:
        script = Runnable(nccodsl.load(flow.program.sources.files[0].text), URL)
        seen: list[tuple[bytes, bytes | None]] = []
        try:
            state, ncco = answered(script, None, Event("answer", LEG, key="leg-1"), Fetched({"word": "yes"}))
            seen.append((state.to_bytes(), ncco))
            for one in given_:
                possible = events_of(script, state, one, "busy")
                if not possible:
                    break
                state, ncco = answered(script, state, possible[0], Fetched({"word": "yes"}))
                seen.append((state.to_bytes(), ncco))
        except NobodyAsked:
            seen.append((b"it goes round", None))
        return seen

    assert run() == run()


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
FIELDS = ("status", "dtmf", "speech", "uuid", "call_uuid", "from", "to", "sub_state", "direction", "conversation_uuid")


@settings(max_examples=examples(300))
@given(
    flows(),
    st.lists(
        st.tuples(
            st.sampled_from(("answer", "input", "connect", "resume", "status")),
            st.dictionaries(st.sampled_from(FIELDS), anything),
            st.one_of(st.sampled_from(("main", "main.1", "sales", "")), st.text(max_size=8)),
            st.one_of(st.none(), st.integers(0, 4)),
        ),
        max_size=6,
    ),
)
def test_any_payload_is_answered_or_refused(flow: nccodsl.Flow, webhooks: list[Any]) -> None:
    script = Runnable(flow, URL)
    state: State | None = None
    for kind, payload, at, moves in webhooks:
        try:
            state, ncco = answered(script, state, Event(kind, payload, at, moves, key="k"), Fetched(failure="no"))
        except RenderError:
            continue
        assert ncco is None or isinstance(json.loads(ncco), list)


@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_a_state(data: bytes) -> None:
    with pytest.raises(BadState):
        State.from_bytes(data)


@given(anything)
def test_what_a_call_brings_comes_back_from_the_store(value: object) -> None:
    state = State("v", "k", "main", names={"x": value})
    assert kept(state).names["x"] == value
