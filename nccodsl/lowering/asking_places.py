"""The places that ask a dialog: what goes wrong in a dialog may be due to what a place gives it."""

from __future__ import annotations

from functools import cached_property

from nccodsl.analysis.item_walks import every_item, walk
from nccodsl.analysis.program import AskItem, Program
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic, Label

_MOST = 3


class AskingPlaces:
    """The places of one script."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._dialogs = [step for step in program.steps.values() if step.dialog is not None and step.whole is not None]

    def named(self, found: Diagnostic) -> Diagnostic:
        """A finding about a running call; one in a dialog names the first places that ask it, directly or not."""
        labels = self._labels(found.span) if found.span is not None else ()
        if not labels:
            return found
        return Diagnostic.of(
            found.code,
            found.message,
            file=found.file,
            span=found.span,
            labels=(*found.labels, *labels),
            help=found.help,
            fix=found.fix,
            path=found.path,
        )

    def _labels(self, at: Span) -> tuple[Label, ...]:
        wanted = {step.dialog for step in self._dialogs if step.whole and step.whole.start <= at.start < step.whole.end}
        while more := {owner for owner, asked in self._askers if asked in wanted} - wanted:
            wanted |= more
        spans = sorted(span for dialog in wanted for span in self._own.get(dialog or "", ()))[:_MOST]
        return tuple(Label(self._program.sources.file_of(span), span, "the dialog is asked here") for span in spans)

    @cached_property
    def _askers(self) -> set[tuple[str | None, str]]:
        """Which dialogs ask which."""
        asks = ((step.dialog, item) for step in self._dialogs for item in walk(step.body))
        return {(owner, item.dialog) for owner, item in asks if isinstance(item, AskItem)}

    @cached_property
    def _own(self) -> dict[str, list[Span]]:
        """The first places in the script itself, by dialog."""
        own = {name: step for name, step in self._program.steps.items() if step.dialog is None}
        found: dict[str, list[Span]] = {}
        for item in every_item(own, self._program.handlers):
            if isinstance(item, AskItem) and len(spans := found.setdefault(item.dialog, [])) < _MOST:
                spans.append(Span(item.span.start, item.span.start + len("ask")))
        return found
