"""How the tests of a script went, for the printers of `nccodsl test` and for its JUnit report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nccodsl.diagnostics import REGISTER, Diagnostic

if TYPE_CHECKING:
    from nccodsl.lowering.compiled import Compiled
    from nccodsl.rehearsal.coverage import Coverage
    from nccodsl.rehearsal.explored import Explored
    from nccodsl.rehearsal.run_tests import ScriptTestOutcome


class Result:
    """One script: its tests, what they took of it, and what exploring found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.outcomes: list[ScriptTestOutcome] = []
        self.seconds: list[float] = []
        self.errors: list[Diagnostic] = []
        self.coverage: Coverage | None = None
        self.flow: Compiled | None = None
        self.explored: Explored | None = None


def diagnostic(flow: Compiled, outcome: ScriptTestOutcome) -> Diagnostic:
    """What a failed test tells, at the line of the test."""
    failure = outcome.failure
    assert failure is not None
    code = failure.code
    message = failure.found.message if failure.found is not None else f"expected {failure.expected}"
    if failure.instead:
        message += f", but {'; '.join(failure.instead)}"
    span = failure.span or outcome.case.span
    file = flow.program.sources.file_of(span)
    return Diagnostic(code, REGISTER[code].severity, message, file=file, span=span, help=failure.help)
