"""Calls of random scripts are recorded; their own script, and the same with other lines and words, replays them alike."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.errors import RenderError
from nccodsl.rehearsal.safety import Safety, groups
from nccodsl.runtime.history import BadHistory, read_history
from nccodsl.runtime.runnable import Runnable
from tests.property.flows import OUTCOMES, flows
from tests.property.test_runtime import URL, answers, events_of
from tests.unit.rehearsal.recording import Recorded

ROUTES = {"input": "input", "connect": "connect", "resume": "resume"}
happenings = st.lists(st.tuples(answers, st.sampled_from(OUTCOMES), st.integers(0, 5)), max_size=10)


def played(flow: nccodsl.Flow, happenings: list[Any], *, brings: bool) -> Recorded:
    """A call of a script, recorded."""
    call = Recorded(flow.program.sources.files[0].text, {"word": "yes"} if brings else None)
    call.call()
    for given_answer, outcome, which in happenings:
        if not call.kept or not call.state.block:
            break
        try:
            events = events_of(call.script, call.state, given_answer, outcome)
        except RenderError:
            break
        if not events:
            break
        event = events[which % len(events)]
        call.send(ROUTES[event.kind], {"at": event.at, "n": str(event.moves), "call": event.key}, **event.payload)
    assert not call.notes.notes
    return call


@settings(max_examples=40)
@given(flows(), happenings, st.booleans())
def test_what_was_recorded_is_the_same_again(flow: nccodsl.Flow, happenings: list[Any], brings: bool) -> None:
    call = played(flow, happenings, brings=brings)
    text = flow.program.sources.files[0].text
    for other in (text, f"# Another version.\n\n{text.replace('Prompt', 'Question')}"):
        report = call.by(other)
        assert groups([*report.beginnings, *report.deployed, *report.taken_over]) == []
        assert report.calls == bool(call.file.lines)


@settings(max_examples=40)
@given(flows(), flows(), happenings, st.booleans(), st.randoms(use_true_random=False))
def test_any_script_and_any_damage_give_a_report(
    flow: nccodsl.Flow, other: nccodsl.Flow, happenings: list[Any], brings: bool, dice: random.Random
) -> None:
    lines = [json.loads(line) for line in played(flow, happenings, brings=brings).file.lines]
    for _ in range(dice.randrange(3) if lines else 0):
        _damage(dice.choice(lines), dice)
    try:
        history = read_history([json.dumps(line).encode() for line in lines], "h")
    except BadHistory:
        return
    for script in (flow, other):
        report = Safety(Runnable(script, URL), history, "ivr")
        assert json.dumps(report.to_json())
        assert all(found.message for found in report.diagnostics())


def _damage(value: Any, dice: random.Random) -> Any:
    """A part of it taken away, or another in its place."""
    if isinstance(value, dict | list) and value and dice.random() < 0.8:
        place: Any = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
        if dice.random() < 0.2:
            del value[place]
        else:
            value[place] = _damage(value[place], dice)
        return value
    return dice.choice([None, "", 0, -1, 3, "main", [], {}, True, 1e99, ["a"], "99"])
