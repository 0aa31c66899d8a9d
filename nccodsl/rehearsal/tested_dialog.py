"""A dialog by itself, as a test asks it: a script that asks it and does nothing else."""

from __future__ import annotations

from nccodsl.analysis.analyse import Checked
from nccodsl.analysis.program import AskItem, Body, Program, StepBody
from nccodsl.analysis.script_tests import ENDED, RETURNED
from nccodsl.diagnostics import Collector
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.walk import Walk

_STEP = "main"


def asking(flow: Compiled, asked: AskItem) -> Compiled:
    """A script that asks a dialog of `flow`. Its outcome is a name of the call, ENDED, and what it returns RETURNED."""
    program = flow.program
    steps = {name: step for name, step in program.steps.items() if step.dialog is not None}
    steps[_STEP] = StepBody(_STEP, Body((asked,)), asked.span)
    alone = Program(**{**vars(program), "steps": steps, "entry": _STEP, "handlers": (), "call": None})
    return Compiled(Checked(alone, Collector(program.sources, program.ignores)), flow.name)


def outcome_of(stage: Stage) -> tuple[str, dict[str, object]] | None:
    """How the dialog of a call has ended, and what it has returned; None where it has not."""
    if ENDED not in stage.script.bound or not stage.moves:
        return None
    scope = Walk(stage.script, stage.moves[-1].state).run(silent=True).scope
    returned = scope.get(RETURNED)
    ended = scope.get(ENDED)
    return (str(ended), dict(returned) if isinstance(returned, dict) else {}) if ended is not None else None
