"""`test` blocks at work: each is a call in virtual time, in which the test is the person at the phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nccodsl.analysis.program import Hole, holes_in
from nccodsl.analysis.script_tests import ANYBODY, ScriptTest, ScriptVerb
from nccodsl.base.record import Record
from nccodsl.diagnostics import Diagnostic
from nccodsl.emulator.core.application import AfterConnect
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.timeline import Emulated
from nccodsl.errors import RenderError
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import Failed, tree
from nccodsl.rehearsal.expected import number_of
from nccodsl.rehearsal.scripted import ACTS, CALL, Script, ScriptTestLine
from nccodsl.rehearsal.stage import Move, Stage
from nccodsl.rehearsal.tested_call import ScriptFailure, TestedCall, Turns, Wrong
from nccodsl.rehearsal.tested_dialog import asking
from nccodsl.rehearsal.verbs import EXPECTATIONS
from nccodsl.runtime.runnable import Runnable
from nccodsl.templates import Scope


class ScriptTestOutcome(Record):
    """How a test ended. `call` is None where no call could begin."""

    case: ScriptTest
    failure: ScriptFailure | None
    call: Emulated | None
    moves: tuple[Move, ...]
    stage: Stage | None = None

    @property
    def passed(self) -> bool:
        return self.failure is None


def diagnostic_of(flow: Compiled, outcome: ScriptTestOutcome) -> Diagnostic:
    """Why a test failed, at its line in the script."""
    failure = outcome.failure
    assert failure is not None
    message = failure.found.message if failure.found is not None else f"expected {failure.expected}"
    if failure.instead:
        message += f", but {'; '.join(failure.instead)}"
    span = failure.span or outcome.case.span
    file = flow.program.sources.file_of(span)
    return Diagnostic.of(failure.code, message, file=file, span=span, help=failure.help)


def run_test(
    flow: Compiled, script: Runnable, case: ScriptTest, *, seed: int = 0, after_connect: AfterConnect = "continue"
) -> ScriptTestOutcome:
    """Run one test. Whatever goes wrong is in the outcome."""
    turns = turns_of_test(flow, script, case, seed=seed, after_connect=after_connect)
    while True:
        try:
            next(turns)
        except StopIteration as end:
            outcome: ScriptTestOutcome = end.value
            return outcome


def turns_of_test(
    flow: Compiled,
    script: Runnable,
    case: ScriptTest,
    *,
    seed: int = 0,
    after_connect: AfterConnect = "continue",
    begins: Callable[[Stage], object] = lambda _stage: None,
) -> Turns[ScriptTestOutcome]:
    """One test, which runs as far as it is asked to. Whatever goes wrong is in the outcome.

    `begins` gets the stage of the call before anything happens on it.
    """
    flow, script = _alone(flow, script, case)
    stage: Stage | None = None
    try:
        plan = Script(lines_of(flow, case, CALL), placed=flow.has_call)
        stage = Stage(
            flow,
            case.values,
            cast=plan,
            fetcher=lambda fetch: _begun(plan, flow, case, stage).fetched(fetch),
            runnable=script,
            seed=seed,
            at=case.at,
            after_connect=after_connect,
        )
        call = TestedCall(stage, plan)
        begins(stage)
        _begun(plan, flow, case, stage)
        yield from _play(call)
        failure = None
    except Wrong as wrong:
        failure = wrong.failure
    except RenderError as error:
        found = error.diagnostics[0]
        expected = f"{found.code} {found.message}"
        failure = ScriptFailure(expected, (), found.span or case.span, found.code, found.help, found)
    return _outcome(case, failure, stage)


def _alone(flow: Compiled, script: Runnable, case: ScriptTest) -> tuple[Compiled, Runnable]:
    """The script that a test is of; where it is of a dialog, one that asks it and does nothing else."""
    if case.asked is None:
        return flow, script
    flow = asking(flow, case.asked)
    return flow, Runnable(flow, script.url)


def _outcome(case: ScriptTest, failure: ScriptFailure | None, stage: Stage | None) -> ScriptTestOutcome:
    if stage is None or not hasattr(stage, "leg"):
        return ScriptTestOutcome(case, failure, None, ())
    return ScriptTestOutcome(case, failure, stage.result(), tuple(stage.moves), stage)


def _begun(plan: Script, flow: Compiled, case: ScriptTest, stage: Stage | None) -> Script:
    """The plan with the ids of its call, which may fetch something at once. Raises RenderError."""
    if not plan.begun:
        assert stage is not None
        leg: Leg = next(iter(stage.network.legs.values()))
        ids = {"uuid": leg.uuid, "conversation_uuid": leg.conversation.uuid, "direction": leg.direction}
        plan.begins(lines_of(flow, case, ids) if _reads_call(case) else plan.lines)
    return plan


def _reads_call(case: ScriptTest) -> bool:
    """Whether the lines of a test may say something of its call, which is not known before it has begun."""
    for verb in case.verbs:
        for value in (verb.value, verb.reply, verb.body, *verb.options.values()):
            if value is not None and not isinstance(value, str) and any(True for _ in holes_in(value)):
                return True
    return False


def lines_of(flow: Compiled, case: ScriptTest, ids: Mapping[str, str]) -> list[ScriptTestLine]:
    """The verbs with their values: what a test says may use the params, and `ids` of the call.

    Raises RenderError; Wrong where there are none.
    """
    if not case.verbs:
        raise Wrong(ScriptFailure("a test with at least one line", ("it is empty",), case.span, help="add `ended`"))
    values = {name: value for name, value in case.values.items() if not isinstance(value, Hole)}
    try:
        scope = flow.binder.bind(values, flow.moment(values, case.at))
        if "call" not in scope:
            scope["call"] = ids
        return [_line(verb, scope) for verb in case.verbs]
    except Failed as failure:
        raise RenderError([flow.diagnostic(failure)]) from None


def _line(verb: ScriptVerb, scope: Scope) -> ScriptTestLine:
    value = tree(verb.value)(scope) if verb.value is not None else None
    if verb.verb == "dialled" and value is not None and value != ANYBODY:
        value = f"{verb.kind or 'phone'} {number_of(value) if verb.kind in (None, 'phone') else value}"
    if value == ANYBODY and verb.verb == "dialled":
        value = f"{verb.kind or 'phone'} {ANYBODY}"
    reply = tree(verb.reply)(scope) if verb.reply is not None else None
    options = {name: tree(option)(scope) for name, option in verb.options.items()}
    return ScriptTestLine(verb, value, reply, options, tree(verb.body)(scope) if verb.body is not None else None)


def _play(call: TestedCall) -> Turns[None]:
    """Take the call from line to line. Raises Wrong, RenderError."""
    stage, plan = call.stage, call.plan
    for number, line in enumerate(plan.lines):
        plan.at = number
        if line.name in ACTS:
            yield from call.act(line)
        elif not plan.skips(number):
            yield from EXPECTATIONS[line.name](call, line, number)
        call.sound(line)
    plan.at = len(plan.lines)
    for number, line in enumerate(plan.lines):
        if line.name == "fetched" and not plan.is_taken(number):
            raise call.wrong(f"{line.value} to be fetched", line, "it is not")
    if all(line.name in ACTS for line in plan.lines):
        raise call.wrong("a `hear` or another expectation", plan.lines[-1], "the test has none")
    if not stage.over:
        stage.network.end(call.leg, by="user")
    stage.finish()
