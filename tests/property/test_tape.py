"""Calls as tapes, with random inputs on the examples: replays are deterministic, and what is saved as a test passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.dap.debugged_call import DebuggedCall
from nccodsl.editor.saved_test import with_test
from nccodsl.editor.session import Session, session_from
from nccodsl.errors import UsageError
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import tree
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.runtime.runnable import Runnable
from nccodsl.syntax.formatter import format_text
from nccodsl.templates import Scope
from tests.sizes import examples

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/script.call"))
MOMENT = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)
LINES = (
    "",
    "1",
    "2",
    "9",
    "4711#",
    "12#",
    "yes",
    "no",
    "say hello",
    "!1",
    "wait 2s",
    "wait 30s",
    "help",
    "/oops",
    "bye",
)


@cache
def example(name: str) -> tuple[Compiled, dict[str, object], tuple[str, ...]]:
    """A script, values for its params, and the replies that its tests give."""
    flow = nccodsl.load(EXAMPLES / name / "script.call", name=f"{name}.call")
    given_file = EXAMPLES / name / "vars.json"
    values = json.loads(given_file.read_text()) if given_file.exists() else {}
    return flow, values, tuple(_replies(flow))


def _replies(flow: Compiled) -> Iterator[str]:
    for case in flow.program.tests:
        for verb in case.verbs:
            if verb.reply is not None:
                yield json.dumps(tree(verb.reply)(Scope({**case.values})))


@st.composite
def sessions(draw: st.DrawFn, most: int = 8) -> Session:
    flow, values, replies = example(draw(st.sampled_from(NAMES)))
    session = Session(flow, values, at=MOMENT)
    for _ in range(draw(st.integers(0, most))):
        asked = session.pending
        if asked is None:
            break
        pool = (*(replies if asked.what == "fetch" else ()), *asked.words, *LINES)
        session = session.enter(draw(st.sampled_from(pool))).session
    return session


def view(session: Session) -> object:
    return [happening.to_json(session.replay) for happening in session.timeline], session.pending, session.replay.told


@settings(max_examples=examples(40), deadline=None)
@given(sessions())
def test_replay_is_deterministic(session: Session) -> None:
    again = session_from(json.loads(json.dumps(session.to_json())), session.flow, session.values)
    assert view(again) == view(session)


@settings(max_examples=examples(40), deadline=None)
@given(sessions(), st.sampled_from(LINES))
def test_undo_of_an_entry_is_the_identity(session: Session, line: str) -> None:
    entered = session.enter(line)
    assert view(entered.session.undo() if entered.moved else entered.session) == view(session)


@settings(max_examples=examples(40), deadline=None)
@given(sessions())
def test_a_shorter_tape_is_a_prefix(session: Session) -> None:
    """What happened until a question does not change when it is answered."""
    for number in range(len(session.tape)):
        before = session.back_to(number)
        known = [(one.at, one.kind, one.leg, one.text, one.place) for one in before.timeline]
        assert [(one.at, one.kind, one.leg, one.text, one.place) for one in session.timeline][: len(known)] == known
    assert [one.at for one in session.timeline] == sorted(one.at for one in session.timeline)


@settings(max_examples=examples(60), deadline=None)
@given(sessions())
def test_what_is_saved_as_a_test_passes(session: Session) -> None:
    try:
        written = session.as_test("what happened")
    except UsageError as reason:
        refused = str(reason)
    else:
        tried = with_test(session.flow, written)
        outcome = run_test(tried, Runnable(tried, "https://flow.test/call"), tried.program.tests[-1])
        assert outcome.failure is None
        assert format_text(written).text == written
        return
    assert session.replay.failures or "nothing to save" in refused, (refused, session.flow.name, session.tape)


@settings(max_examples=examples(40), deadline=None)
@given(sessions())
def test_a_debugger_comes_back_the_way_it_went(session: Session) -> None:
    call = DebuggedCall(session)
    lines = []
    while call.at < len(call.stops) - 1:
        call.step_in(lambda _: False)
        assert call.stop is not None
        lines.append(call.stop.place)
    back = lines[-1:]
    while call.at > 0:
        call.back()
        assert call.stop is not None
        back.append(call.stop.place)
    assert back == lines[::-1]
    call.forward(lambda _: False)
    assert call.waits or call.over or not session.timeline[-1].stops


@settings(max_examples=examples(40), deadline=None)
@given(sessions())
def test_the_same_script_changes_nothing(session: Session) -> None:
    call = DebuggedCall(session)
    call.forward(lambda _: False)
    at = call.at
    assert call.reload(session.flow).altered is None
    assert call.at == at
    assert view(call.session) == view(session)
