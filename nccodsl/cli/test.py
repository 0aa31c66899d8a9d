"""The tests of scripts: running them one after the other, and telling how they went."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from nccodsl.cli.call_emulated import lines
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import colored, joined, print_out, show, styled, told, write_whole
from nccodsl.cli.test_results import Result, diagnostic
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import ScriptError
from nccodsl.rehearsal.coverage import Coverage, Point
from nccodsl.rehearsal.run_tests import ScriptTestOutcome, run_test
from nccodsl.rehearsal.stage import URL, as_heard
from nccodsl.runtime.runnable import Runnable

if TYPE_CHECKING:
    from nccodsl.lowering.compiled import Compiled


class Suite:
    """The tests of several scripts. `wrong`: something failed; `ran`: how many tests were run."""

    def __init__(self, *, keyword: str | None, coverage: bool, explore: int | None, seed: int, as_json: bool) -> None:
        self._keyword = (keyword or "").casefold()
        self._coverage = coverage
        self._explore = explore
        self._seed = seed
        self._json = as_json
        self._began = time.perf_counter()
        self._color = colored(sys.stdout)
        self.results: list[Result] = []
        self.wrong = False
        self.ran = 0

    def run(self, file: str) -> None:
        """Run the tests of one script, and tell them as they come."""
        result = Result(file)
        try:
            flow = result.flow = load_flow(file)
        except ScriptError as error:
            result.errors = error.diagnostics
            self.results.append(result)
            self.wrong = True
            if not self._json:
                show(error.diagnostics)
            return
        main = flow.program.sources.files[0]
        cases = [
            case
            for case in flow.program.tests
            if flow.program.sources.file_of(case.span) is main
            and (self._keyword in case.title.casefold() or self._keyword in file.casefold())
        ]
        if not cases and self._explore is None:
            return
        self.results.append(result)
        if not self._json:
            print_out(file)
        script = Runnable(flow, URL)
        if self._coverage and cases:
            result.coverage = Coverage(flow)
        for case in cases:
            began = time.perf_counter()
            outcome = run_test(flow, script, case, seed=self._seed)
            result.outcomes.append(outcome)
            result.seconds.append(time.perf_counter() - began)
            self.ran += 1
            self.wrong = self.wrong or not outcome.passed
            if result.coverage is not None and outcome.stage is not None:
                result.coverage.add(script, outcome.stage)
            if not self._json:
                self._tell(flow, outcome)
        if self._explore is not None:
            from nccodsl.rehearsal.explore import explore

            result.explored = explore(flow, script, self._explore)
            self.wrong = self.wrong or bool(result.explored.findings)
            if not self._json:
                for found in result.explored.findings:
                    self._print(found.diagnostic)
                print_out(f"  {result.explored.summary}")

    def finish(self, junit: str | None) -> None:
        """The summary, and the reports. Raises CannotWrite."""
        if junit is not None:
            from nccodsl.cli.junit import to_xml

            write_whole(junit, to_xml(self.results))
        if self._json:
            print_out(self._to_json())
            return
        for result in self.results:
            if result.coverage is not None:
                self._tell_coverage(result.coverage, result)
        failed = sum(not outcome.passed for result in self.results for outcome in result.outcomes)
        broken = sum(bool(result.errors) for result in self.results)
        parts = [f"{self.ran - failed} passed"]
        parts += [f"{failed} failed"] if failed else []
        parts += [f"{broken} script{'s' if broken > 1 else ''} with errors"] if broken else []
        found = sum(len(result.explored.findings) for result in self.results if result.explored is not None)
        parts += [f"{found} found by exploring"] if found else []
        print_out(f"{', '.join(parts)} in {time.perf_counter() - self._began:.2f} s")

    # ---- for people

    def _tell(self, flow: Compiled, outcome: ScriptTestOutcome) -> None:
        mark, style = ("✓", "green") if outcome.passed else ("✗", "red")
        print_out(joined("  ", styled(mark, fg=style) if self._color else mark, f" {outcome.case.title}"))
        if outcome.failure is None:
            return
        self._print(diagnostic(flow, outcome))
        if outcome.call is not None:
            for line in lines(as_heard(outcome.call), everything=False, color=self._color):
                print_out(joined("  ", line))
            print_out("")

    def _print(self, found: Diagnostic) -> None:
        print_out(told([found], color=self._color))

    def _tell_coverage(self, coverage: Coverage, result: Result) -> None:
        taken = len(coverage.points) - len(coverage.missing)
        print_out(f"coverage of {result.file}: {taken} of {len(coverage.points)} ({coverage.share:.0%})")
        assert result.flow is not None
        for point in coverage.missing:
            print_out(joined(f"  never taken: {_place(result.flow, point)} {point.label}"))

    # ---- for machines

    def _to_json(self) -> dict[str, Any]:
        files = []
        for result in self.results:
            shown: dict[str, Any] = {"file": result.file}
            if result.errors:
                shown["errors"] = [f"{found.code} {found.message}" for found in result.errors]
            shown["tests"] = [_as_json(result, number) for number in range(len(result.outcomes))]
            if result.coverage is not None and result.flow is not None:
                missing = [
                    {"kind": point.kind, "what": point.label, "at": _place(result.flow, point)}
                    for point in result.coverage.missing
                ]
                points = len(result.coverage.points)
                shown["coverage"] = {"points": points, "taken": points - len(missing), "missing": missing}
            if result.explored is not None:
                shown["explored"] = result.explored.to_json()
            files.append(shown)
        return {"passed": not self.wrong, "files": files}


def _place(flow: Compiled, point: Point) -> str:
    file = flow.program.sources.file_of(point.span)
    return f"{file.name}:{file.line_column(point.span.start)[0]}"


def _as_json(result: Result, number: int) -> dict[str, Any]:
    outcome = result.outcomes[number]
    shown: dict[str, Any] = {"title": outcome.case.title, "passed": outcome.passed}
    if outcome.failure is not None and result.flow is not None:
        found = diagnostic(result.flow, outcome)
        shown["failure"] = {
            "code": found.code,
            "message": found.message,
            "at": f"{found.file.name}:{found.line}:{found.column}" if found.file else "",
            "expected": outcome.failure.expected,
            "instead": list(outcome.failure.instead),
        }
    if outcome.call is not None:
        shown["call"] = outcome.call.to_json()
    return shown
