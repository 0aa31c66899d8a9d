"""What a test does at the phone, as a call by hand: a tape that answers as the test does."""

from __future__ import annotations

from typing import Any

from nccodsl.analysis.script_tests import ScriptTest
from nccodsl.editor.session import MOST_ENTRIES, Session
from nccodsl.editor.tape import Awaited
from nccodsl.errors import UsageError
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.replies import FetchReply
from nccodsl.rehearsal.run_tests import lines_of
from nccodsl.rehearsal.scripted import ACTS, CALL, STAYS, Script, ScriptTestLine
from nccodsl.rehearsal.tested_dialog import asking

_MOST_WAITS = 3
"""How often in a row the person only listens to the others: a conversation has no end of its own."""
_TO_THE_END = "wait"
_ENDS_OF_RECORDINGS = ("recorded", "transcribed")


def named_test(flow: Compiled, title: str) -> ScriptTest:
    """A test of a script. Raises UsageError where there is none of this title."""
    for case in flow.program.tests:
        if case.title == title:
            return case
    raise UsageError(f"the script has no test `{title}`")


def flow_of_test(flow: Compiled, case: ScriptTest) -> Compiled:
    """What a test calls: the script, or the dialog that it is of."""
    return asking(flow, case.asked) if case.asked is not None else flow


def session_of_test(flow: Compiled, case: ScriptTest, **more: Any) -> Session:
    """The call after all that a test does; it may still wait for something. `flow` is `flow_of_test`.

    `more` is as for `Session`, and raises as there; also UsageError where no person answers the call of the test.
    """
    # The ids of the call are not known before it has begun, and addresses may contain them.
    plan = Script(lines_of(flow, case, {**CALL, "uuid": "*", "conversation_uuid": "*"}), placed=flow.has_call)
    first = plan.playing("")
    if first.outcome != "answered" or first.machine:
        raise UsageError(f"in the test `{case.title}` no person answers the call, so there is nothing to play")
    replies = [FetchReply(str(one.value), plan.reply(at)) for at, one in enumerate(plan.lines) if one.name == "fetched"]
    answers = _Answers(plan)
    tape: tuple[str, ...] = ()
    while True:
        session = Session(flow, case.values, tape, at=case.at, replies=replies, **more)
        line = answers.to(session.pending) if session.pending is not None and len(tape) < MOST_ENTRIES else None
        if line is None:
            return session
        tape = (*tape, line)


class _Answers:
    """Answers the questions of a call, one after the other, as a test does."""

    def __init__(self, plan: Script) -> None:
        self._plan = plan
        self._waits = 0

    def to(self, asked: Awaited) -> str | None:
        """The line that answers; None where the test does no more."""
        if asked.what == "talk":
            self._waits += 1
            return _TO_THE_END if self._waits <= _MOST_WAITS else None
        self._waits = 0
        if asked.what == "connect":
            return self._outcome(asked.subject)
        return self._act(recording=asked.what == "recording") if asked.what != "fetch" else None

    def _outcome(self, endpoint: str) -> str:
        persona = self._plan.playing(endpoint)
        if persona.machine:
            return "voicemail"
        return f"answered {STAYS:g}s" if persona.outcome == "answered" else persona.outcome

    def _act(self, *, recording: bool) -> str | None:
        lines = self._plan.lines
        for number in range(self._plan.at, len(lines)):
            if recording and lines[number].name in _ENDS_OF_RECORDINGS:
                return _TO_THE_END
            if lines[number].name in ACTS:
                self._plan.at = number + 1
                return _entry(lines[number])
        return _TO_THE_END if recording else None


def _entry(line: ScriptTestLine) -> str:
    """What the person types who does what a line of a test says."""
    if line.name != "silence":
        return f"{line.name} {line.value}"
    return f"wait {line.value:g}s" if isinstance(line.value, int | float) else _TO_THE_END
