"""The places that ask a dialog: what goes wrong in a dialog may be due to what a place gives it."""

from __future__ import annotations

from nccodsl.analysis.item_walks import every_item, walk
from nccodsl.analysis.program import AskItem, Program, StepBody
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic, Label

_MOST = 3


def with_asking_places(found: Diagnostic, program: Program) -> Diagnostic:
    """A finding about a running call, which names the places that ask where it lies in a dialog."""
    labels = asking_places(program, found.span) if found.span is not None else ()
    return Diagnostic(**{**vars(found), "labels": (*found.labels, *labels)}) if labels else found


def asking_places(program: Program, span: Span) -> tuple[Label, ...]:
    """The first places in the script itself that ask the dialog that `span` lies in, directly or by other dialogs."""
    steps = program.steps.values()
    wanted = {step.dialog for step in steps if step.dialog is not None and _holds(step, span)}
    if not wanted:
        return ()
    askers = {
        (step.dialog, item.dialog)
        for step in steps
        for item in walk(step.body)
        if step.dialog is not None and isinstance(item, AskItem)
    }
    while more := {owner for owner, asked in askers if asked in wanted} - wanted:
        wanted |= more
    own = {name: step for name, step in program.steps.items() if step.dialog is None}
    asks = [item for item in every_item(own, program.handlers) if isinstance(item, AskItem) and item.dialog in wanted]
    places = [Span(item.span.start, item.span.start + len("ask")) for item in asks[:_MOST]]
    return tuple(Label(program.sources.file_of(at), at, "the dialog is asked here") for at in places)


def _holds(step: StepBody, span: Span) -> bool:
    return step.whole is not None and step.whole.start <= span.start < step.whole.end
