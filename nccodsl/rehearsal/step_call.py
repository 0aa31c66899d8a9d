"""A call that begins at a step: the same script, entered elsewhere."""

from __future__ import annotations

from nccodsl.analysis.analyse import Checked
from nccodsl.analysis.program import Case, Program
from nccodsl.diagnostics import Collector
from nccodsl.diagnostics.suggest import nearest
from nccodsl.errors import UsageError
from nccodsl.lowering.compiled import Compiled

_ENDED = ":ended"


def calling_from(flow: Compiled, step: str) -> Compiled:
    """The script, but a call begins at a step, and nothing but its end takes it elsewhere.

    What other steps bind has no value there. Raises UsageError where there is no such step.
    """
    program = flow.program
    steps = steps_to_call_from(flow)
    if step not in steps:
        near = nearest(step, steps)
        raise UsageError(f"there is no step `{step}`" + (f"; did you mean `{near}`?" if near else ""))
    handlers = tuple(Case((_ENDED,), case.body, case.span) for case in program.handlers if _ENDED in case.matches)
    begun = Program(**{**vars(program), "entry": step, "handlers": handlers})
    return Compiled(Checked(begun, Collector(program.sources, program.ignores)), flow.name)


def steps_to_call_from(flow: Compiled) -> tuple[str, ...]:
    """The steps of the script itself; those of dialogs are entered by asking."""
    return tuple(name for name, step in flow.program.steps.items() if step.dialog is None)
