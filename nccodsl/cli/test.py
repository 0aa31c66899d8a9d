"""The tests of scripts: running them one after the other, and telling how they went."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, cast

import click

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.cli.call_emulated import lines
from nccodsl.cli.given import one_standard_input
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import colored, columns, joined, print_out, show, styled, told, write_whole
from nccodsl.cli.script_files import named_scripts, scripts_in
from nccodsl.cli.test_results import Result
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import ScriptError
from nccodsl.rehearsal.coverage import Coverage, Point
from nccodsl.rehearsal.hidden_members import shown_call
from nccodsl.rehearsal.run_tests import ScriptTestOutcome, diagnostic_of, run_test
from nccodsl.rehearsal.stage import URL, as_heard
from nccodsl.runtime.runnable import Runnable

if TYPE_CHECKING:
    from nccodsl.analysis.script_tests import ScriptTest
    from nccodsl.emulator.core.application import AfterConnect
    from nccodsl.lowering.compiled import Compiled


class SuiteOptions(Record):
    """What the command line asks for."""

    paths: tuple[str, ...]
    keyword: str | None
    coverage: bool
    explore: int | None
    replay: str | None
    store: str | None
    junit: str | None
    as_json: bool
    seed: int
    pseudo: bool
    after_connect: str


def run_tests(wanted: SuiteOptions) -> int:
    """Run the tests of scripts, or with `replay` play recorded calls; the exit code."""
    one_standard_input(*wanted.paths, wanted.replay)
    paths = wanted.paths or (".",)
    if wanted.after_connect == "complete" and (wanted.replay is not None or wanted.explore is not None):
        raise click.UsageError("--after-connect complete cannot be combined with --replay or --explore.")
    if wanted.replay is not None:
        if wanted.keyword is not None or wanted.coverage or wanted.explore is not None:
            raise click.UsageError("--replay cannot be combined with -k, --coverage or --explore.")
        from nccodsl.cli.replay import run

        return run(scripts_in(paths), wanted.replay, store=wanted.store, junit=wanted.junit, as_json=wanted.as_json)
    if wanted.store is not None:
        raise click.UsageError("--store requires --replay.")
    files = named_scripts(paths)
    suite = Suite(wanted)
    for file in files:
        suite.run(file)
    if not suite.ran and not suite.wrong and wanted.explore is None:
        which = f" whose title or file contains {wanted.keyword!r}" if wanted.keyword else ""
        raise click.UsageError(f"no tests{which} in {', '.join(paths)}")
    suite.finish(wanted.junit)
    return 1 if suite.wrong else 0


class Suite:
    """The tests of several scripts. `wrong`: something failed; `ran`: how many tests were run."""

    def __init__(self, wanted: SuiteOptions) -> None:
        self._keyword = (wanted.keyword or "").casefold()
        self._coverage = wanted.coverage
        self._explore = wanted.explore
        self._seed = wanted.seed
        self._pseudo = wanted.pseudo
        self._after_connect = cast("AfterConnect", wanted.after_connect)
        self._json = wanted.as_json
        self._began = time.perf_counter()
        self._color = colored(sys.stdout)
        self._columns = columns(sys.stdout)
        self.results: list[Result] = []
        self.wrong = False
        self.ran = 0

    def run(self, file: str) -> None:
        """Run the tests of one script, and tell them as they come."""
        result = Result(file)
        try:
            flow = result.flow = load_flow(file, pseudo=self._pseudo)
        except ScriptError as error:
            result.errors = error.diagnostics
            self.results.append(result)
            self.wrong = True
            if not self._json:
                show(error.diagnostics)
            return
        cases = self._cases(flow, file)
        if not cases and self._explore is None:
            return
        self.results.append(result)
        if not self._json:
            print_out(file)
        script = Runnable(flow, URL)
        if self._coverage and cases:
            result.coverage = Coverage(flow)
        for case in cases:
            self._run_case(result, flow, script, case)
        if self._explore is not None:
            self._run_exploring(result, flow, script, self._explore)

    def _cases(self, flow: Compiled, file: str) -> list[ScriptTest]:
        """The tests that stand in the script itself and are wanted."""
        main = flow.program.sources.files[0]
        return [
            case
            for case in flow.program.tests
            if flow.program.sources.file_of(case.span) is main
            and (self._keyword in case.title.casefold() or self._keyword in file.casefold())
        ]

    def _run_case(self, result: Result, flow: Compiled, script: Runnable, case: ScriptTest) -> None:
        began = time.perf_counter()
        outcome = run_test(flow, script, case, seed=self._seed, after_connect=self._after_connect)
        result.outcomes.append(outcome)
        result.seconds.append(time.perf_counter() - began)
        self.ran += 1
        self.wrong = self.wrong or not outcome.passed
        if result.coverage is not None and outcome.stage is not None:
            result.coverage.add(script, outcome.stage)
        if not self._json:
            self._tell(flow, outcome)

    def _run_exploring(self, result: Result, flow: Compiled, script: Runnable, depth: int) -> None:
        from nccodsl.rehearsal.explore import explore

        result.explored = explore(flow, script, depth)
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
        parts += [f"{counted(broken, 'script')} with errors"] if broken else []
        found = sum(len(result.explored.findings) for result in self.results if result.explored is not None)
        parts += [f"{counted(found, 'problem')} found by exploring"] if found else []
        print_out(f"{', '.join(parts)} in {time.perf_counter() - self._began:.2f} s")

    # ---- for people

    def _tell(self, flow: Compiled, outcome: ScriptTestOutcome) -> None:
        mark, style = ("✓", "green") if outcome.passed else ("✗", "red")
        print_out(joined("  ", styled(mark, fg=style) if self._color else mark, f" {outcome.case.title}"))
        if outcome.failure is None:
            return
        self._print(diagnostic_of(flow, outcome))
        if outcome.call is not None:
            width = self._columns - 2 if self._columns else None
            for line in lines(as_heard(outcome.call), everything=False, color=self._color, columns=width):
                print_out(joined("  ", line))
            print_out("")

    def _print(self, found: Diagnostic) -> None:
        print_out(told([found], color=self._color, columns=self._columns))

    def _tell_coverage(self, coverage: Coverage, result: Result) -> None:
        taken = len(coverage.points) - len(coverage.missing)
        print_out(f"coverage of {result.file}: {taken} of {len(coverage.points)} ({coverage.share:.0%})")
        assert result.flow is not None
        for point in coverage.missing:
            print_out(joined(f"  not reached: {_place(result.flow, point)} {point.label}"))

    # ---- for machines

    def _to_json(self) -> dict[str, object]:
        files = []
        for result in self.results:
            shown: dict[str, object] = {"file": result.file}
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


def _as_json(result: Result, number: int) -> dict[str, object]:
    outcome = result.outcomes[number]
    shown: dict[str, object] = {"title": outcome.case.title, "passed": outcome.passed}
    if outcome.failure is not None and result.flow is not None:
        found = diagnostic_of(result.flow, outcome)
        shown["failure"] = {
            "code": found.code,
            "message": found.message,
            "at": f"{found.file.name}:{found.line}:{found.column}" if found.file else "",
            "expected": outcome.failure.expected,
            "instead": list(outcome.failure.instead),
        }
    if outcome.call is not None and result.flow is not None:
        shown["call"] = shown_call(result.flow, outcome.call)
    return shown
