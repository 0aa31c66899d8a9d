"""The phone of a page: the state of a call after a tape, and a call saved as a test.

Nothing is kept between two requests: a page holds the tape, and each answer replays it. Answers are JSON data, with
FilePlace where the protocol has a location. A page that asks for what cannot be is answered with a problem in words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from nccodsl.analysis.program import Hole, Parameter
from nccodsl.analysis.script_tests import ScriptTest
from nccodsl.base.source import Span
from nccodsl.editor.call_lines import CallLine, call_lines
from nccodsl.editor.call_request import CallRequest, call_request
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.known_replies import known_replies
from nccodsl.editor.page_answers import PageAnswer, Refused, flow_of, place_in, problem_of
from nccodsl.editor.possible_words import ALWAYS
from nccodsl.editor.session import Altered, Session
from nccodsl.editor.tape import Awaited
from nccodsl.editor.whereabouts import shown_names
from nccodsl.emulator.core.application import SecondsToSay, estimated_seconds
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.views.lines import summary
from nccodsl.errors import UsageError
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.person import HELP
from nccodsl.rehearsal.step_call import calling_from, steps_to_call_from

_FREE = ("recording", "talk")
"""Where a call takes keys and words alike."""
_NOTHING: PageAnswer = {
    **{"problem": None, "location": None, "params": [], "missing": [], "tests": [], "steps": []},
    **{"readsClock": False, "at": None, "tape": [], "asked": [], "answers": [], "altered": None, "lines": []},
    **{"waits": None, "over": False, "seconds": 0.0, "ended": "", "names": [], "walked": []},
}


def phone_call(document: Document, params: Mapping[str, Any]) -> PageAnswer:
    """The answer to `nccodsl/call`: `CallState` of web/src/protocol.ts."""
    state = dict(_NOTHING)
    try:
        request = call_request(params)
        flow = flow_of(document)
        state |= _beginnings(flow, request)
        return state | _played(flow, request)
    except Refused as error:
        return state | problem_of(error)


def saved_call(document: Document, params: Mapping[str, Any]) -> PageAnswer:
    """The answer to `nccodsl/saveCall`: the text of a `test` block, or the problem."""
    try:
        title = params.get("title")
        if not isinstance(title, str) or not title.strip():
            raise UsageError("a test needs a title")
        request = call_request(params)
        if request.step is not None:
            raise UsageError("a test plays a call from its beginning: a call that began at a step cannot be saved")
        return {"test": session_of(flow_of(document), request).as_test(title.strip()), "problem": None}
    except Refused as error:
        return {"test": None, "problem": problem_of(error)["problem"]}


# ---- what a call begins with


def _test(flow: Compiled, request: CallRequest) -> ScriptTest | None:
    """The test whose values are used. Raises UsageError."""
    if request.test is None:
        return None
    found = next((test for test in flow.program.tests if test.title == request.test), None)
    if found is None:
        raise UsageError(f"there is no test “{request.test}”")
    return found


def _values(flow: Compiled, request: CallRequest) -> dict[str, object]:
    """The values of the test, and those of the page; of params that the script does not have any more, none."""
    test = _test(flow, request)
    values = {name: value for name, value in (test.values if test is not None else {}).items() if _is_known(value)}
    return values | {name: value for name, value in request.values.items() if flow.takes(name)}


def _is_known(value: object) -> bool:
    return not isinstance(value, Hole)


def _beginnings(flow: Compiled, request: CallRequest) -> PageAnswer:
    """The params with what is wrong with their values, and where a call can begin."""
    given = _values(flow, request)
    params = [_param(one, given, request) for one in flow.params]
    return {
        "params": params,
        "missing": [one["name"] for one in params if one["problem"]],
        "tests": [test.title for test in flow.program.tests],
        "steps": list(steps_to_call_from(flow)),
        "readsClock": flow.reads_clock,
    }


def _param(one: Parameter, given: Mapping[str, object], request: CallRequest) -> PageAnswer:
    problem = None
    if one.name in given:
        try:
            one.convert(given[one.name])
        except ValueError as reason:
            problem = str(reason)
    elif one.required:
        problem = "it needs a value"
    known = given.get(one.name, None if one.required or not _is_known(one.default) else one.default)
    return {
        "name": one.name,
        "type": one.type,
        "required": one.required,
        "private": one.private,
        "value": None if one.private or known is None or one.name in request.values else _text(known),
        "doc": one.doc,
        "problem": problem,
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def session_of(flow: Compiled, request: CallRequest, seconds_to_say: SecondsToSay = estimated_seconds) -> Session:
    """The call that a page asks for. Raises RenderError, ScriptError, UsageError."""
    test = _test(flow, request)
    at = request.at or (test.at if test is not None else None)
    begun = calling_from(flow, request.step) if request.step is not None else flow
    return Session(begun, _values(flow, request), request.tape, at=at, seconds_to_say=seconds_to_say)


# ---- the call


def _played(flow: Compiled, request: CallRequest) -> PageAnswer:
    session = session_of(flow, request)
    altered: Altered | None = None
    answers: list[str] = []
    if request.asked:
        before = request.asked[: len(request.tape) + 1]
        reloaded = session.since(before, over=len(before) == len(request.tape))
        session, altered = reloaded.session, reloaded.altered
    if request.enter is not None and altered is None:
        entering = session.enter(request.enter)
        session, answers = entering.session, [told.text for told in entering.answers]
    return {
        "at": session.at.isoformat() if flow.reads_clock and session.at is not None else None,
        "tape": list(session.tape),
        "asked": [{name: getattr(one, name) for name in one._fields} for one in session.asked],
        "answers": answers,
        "altered": _altered(session, altered) if altered is not None else None,
        "lines": [_line(session, line) for line in call_lines(session)],
        "waits": _waits(session, session.pending) if session.pending is not None else None,
        "over": session.over,
        "seconds": round(session.replay.call.seconds, 3),
        "ended": summary(session.replay.call) if session.over else "",
        "names": _names(session),
        "walked": _walked(session),
    }


def _place(session: Session, span: Span | None) -> FilePlace | None:
    return place_in(session.flow.program.sources, span)


def _altered(session: Session, altered: Altered) -> PageAnswer:
    place = altered.now.place if altered.now is not None else None
    return {
        "text": str(altered),
        "entries": len(session.tape),
        "location": _place(session, place.span if place is not None else None),
    }


def _line(session: Session, line: CallLine) -> PageAnswer:
    return {
        "kind": line.kind,
        "at": round(line.at, 3),
        "until": round(line.until, 3) if line.until is not None else None,
        "who": line.who,
        "text": line.text,
        "language": line.language,
        "cut": line.cut,
        "entries": line.entries,
        "location": _place(session, line.span),
    }


def _waits(session: Session, asked: Awaited) -> PageAnswer:
    free = asked.what in _FREE
    listening = session.replay.stage.leg.listening if asked.what == "input" else None
    keys = free or "keys" in asked.prompt
    choices = [word for word in asked.words if word not in ALWAYS]
    if asked.what == "fetch":
        choices = [*known_replies(session.replay, asked.subject), *choices]
    return {
        "what": asked.what,
        "at": round(asked.at, 3),
        "keys": keys,
        "words": free or "words" in asked.prompt,
        "mostKeys": listening.most_keys if keys and listening is not None else None,
        "submitOnHash": keys and listening is not None and listening.submit_on_hash,
        "interrupts": any(map(_is_being_said, session.replay.entries)),
        "subject": asked.subject,
        "choices": choices,
        "help": HELP[asked.what],
        "step": asked.place.step if asked.place is not None else "",
        "location": _place(session, asked.place.span if asked.place is not None else None),
    }


def _is_being_said(entry: TimelineEntry) -> bool:
    """Whether it is a prompt that can still be interrupted."""
    return entry.data.get("source") == "NCCO" and bool(entry.data.get("text")) and entry.until is None


def _names(session: Session) -> list[PageAnswer]:
    """What the script can read where the call stands; private values are hidden."""
    happened = session.timeline
    if not happened:
        return []
    known = shown_names(session.replay.stage, happened[-1].whereabouts(session.replay))
    return [{"name": name, "value": value} for name, value in known.items()]


def _walked(session: Session) -> list[FilePlace | None]:
    """The statements that the call came through, each once in a row."""
    spans = (one.span for one in session.timeline if one.span is not None)
    return [place_in(session.flow.program.sources, span) for span, _ in groupby(spans)]
