"""How the tests of a script went, for the printers of `nccodsl test` and for its JUnit report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nccodsl.diagnostics import Diagnostic
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
