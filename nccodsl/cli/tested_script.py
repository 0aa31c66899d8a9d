"""One script whose tests are run, in this process: some of its tests after the other, and exploring."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from nccodsl.base.record import Record
from nccodsl.cli.call_emulated import lines
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import told
from nccodsl.cli.test_results import Covered, CoveredPoint, ExploredReport, Failure, TestReport
from nccodsl.diagnostics import Diagnostic
from nccodsl.diagnostics.printers.text import Shown
from nccodsl.rehearsal.coverage import Coverage, Point
from nccodsl.rehearsal.hidden_members import shown_call
from nccodsl.rehearsal.run_tests import ScriptTestOutcome, diagnostic_of, run_test
from nccodsl.rehearsal.stage import URL, as_heard
from nccodsl.runtime.runnable import Runnable

if TYPE_CHECKING:
    from nccodsl.analysis.script_tests import ScriptTest
    from nccodsl.emulator.core.application import AfterConnect


class TestOptions(Record):
    """Which tests are run, how, and what the output has of them. `columns`: of the terminal, None without one."""

    keyword: str
    seed: int
    pseudo: bool
    after_connect: AfterConnect
    coverage: bool
    explore: int | None
    as_json: bool
    junit: bool
    color: bool
    columns: int | None


class TestedScript:
    """A script that was loaded. Raises ScriptError where it has errors."""

    def __init__(self, file: str, wanted: TestOptions) -> None:
        began = time.perf_counter()
        self._wanted = wanted
        self._flow = load_flow(file, pseudo=wanted.pseudo)
        self._script = Runnable(self._flow, URL)
        main = self._flow.program.sources.files[0]
        self.cases: list[ScriptTest] = [
            case
            for case in self._flow.program.tests
            if self._flow.program.sources.file_of(case.span) is main
            and (wanted.keyword in case.title.casefold() or wanted.keyword in file.casefold())
        ]
        """The tests that stand in the script itself and are wanted."""
        self.loading = time.perf_counter() - began
        """Seconds that this took."""

    def run(self, number: int) -> TestReport:
        """Run one of the tests."""
        began = time.perf_counter()
        wanted, case = self._wanted, self.cases[number]
        outcome = run_test(self._flow, self._script, case, seed=wanted.seed, after_connect=wanted.after_connect)
        seconds = time.perf_counter() - began
        if wanted.coverage and outcome.stage is not None:
            self._coverage.add(self._script, outcome.stage)
        failure = self._failure(outcome) if outcome.failure is not None else None
        call = shown_call(self._flow, outcome.call) if wanted.as_json and outcome.call is not None else None
        return TestReport(case.title, seconds, failure, call)

    def covered(self) -> Covered | None:
        """What the tests that were run here have taken, where that is wanted."""
        if not self._wanted.coverage or not self.cases:
            return None
        points = self._coverage.points
        return Covered(self._points, frozenset(point.key for point in points if self._coverage.taken(point)))

    def explored(self) -> ExploredReport | None:
        """Explore it, where that is wanted."""
        if self._wanted.explore is None:
            return None
        from nccodsl.rehearsal.explore import explore

        found = explore(self._flow, self._script, self._wanted.explore)
        shown = tuple(self._told(one.diagnostic) for one in found.findings)
        return ExploredReport(len(found.findings), shown, found.summary, found.to_json())

    def _failure(self, outcome: ScriptTestOutcome) -> Failure:
        wanted, failure = self._wanted, outcome.failure
        assert failure is not None
        found = diagnostic_of(self._flow, outcome)
        heard: list[Shown] = []
        plain: list[str] = []
        if outcome.call is not None:
            call = as_heard(outcome.call)
            width = wanted.columns - 2 if wanted.columns else None
            heard += [] if wanted.as_json else lines(call, everything=False, color=wanted.color, columns=width)
            plain += lines(call, everything=False, color=False) if wanted.junit else []
        return Failure(
            found.code,
            found.message,
            f"{found.file.name}:{found.line}:{found.column}" if found.file else "",
            failure.expected,
            failure.instead,
            self._told(found),
            tuple(heard),
            tuple(plain),
        )

    def _told(self, found: Diagnostic) -> Shown:
        """For people; nothing where only a program reads it."""
        if self._wanted.as_json:
            return Shown("")
        return told([found], color=self._wanted.color, columns=self._wanted.columns)

    @cached_property
    def _coverage(self) -> Coverage:
        return Coverage(self._flow)

    @cached_property
    def _points(self) -> tuple[CoveredPoint, ...]:
        files = self._flow.program.sources

        def at(point: Point) -> str:
            file = files.file_of(point.span)
            return f"{file.name}:{file.line_column(point.span.start)[0]}"

        return tuple(CoveredPoint(one.kind, one.label, at(one), one.key) for one in self._coverage.points)
