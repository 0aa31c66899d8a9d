"""The tests of scripts: running them one after the other or in several processes, and telling how they went."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from typing import cast

import click

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.cli.given import one_standard_input
from nccodsl.cli.output import STDIN, colored, columns, joined, print_out, show, styled, write_whole
from nccodsl.cli.script_files import named_scripts, scripts_in
from nccodsl.cli.show_error import coded
from nccodsl.cli.test_results import Covered, ExploredReport, Part, ProcessDied, Result, Task, TestReport
from nccodsl.cli.tested_script import TestedScript, TestOptions
from nccodsl.emulator.core.application import AfterConnect
from nccodsl.errors import ScriptError

PATIENCE = 0.5
"""Seconds that this process works alone before others are started."""
WORTH, WORTH_IMPORTING = 0.3, 1.5
"""Seconds of work that others are started for: where they are forked, and where each begins with its imports."""


class SuiteOptions(Record):
    """What the command line asks for. `jobs`: how many processes at most."""

    paths: tuple[str, ...]
    keyword: str | None
    jobs: int
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
        if wanted.keyword is not None or wanted.coverage or wanted.explore is not None or wanted.jobs > 1:
            raise click.UsageError("--replay cannot be combined with -k, --coverage, --explore or -j.")
        from nccodsl.cli.replay import run

        return run(scripts_in(paths), wanted.replay, store=wanted.store, junit=wanted.junit, as_json=wanted.as_json)
    if wanted.store is not None:
        raise click.UsageError("--store requires --replay.")
    suite = Suite(wanted)
    try:
        suite.run(named_scripts(paths))
    except ProcessDied as error:
        show([coded(error)])
        return 1
    if not suite.ran and not suite.wrong and wanted.explore is None:
        which = f" whose title or file contains {wanted.keyword!r}" if wanted.keyword else ""
        raise click.UsageError(f"no tests{which} in {', '.join(paths)}")
    suite.finish(wanted.junit)
    return 1 if suite.wrong else 0


class Suite:
    """The tests of several scripts. `wrong`: something failed; `ran`: how many tests were run."""

    def __init__(self, wanted: SuiteOptions) -> None:
        self._options = TestOptions(
            keyword=(wanted.keyword or "").casefold(),
            seed=wanted.seed,
            pseudo=wanted.pseudo,
            after_connect=cast("AfterConnect", wanted.after_connect),
            coverage=wanted.coverage,
            explore=wanted.explore,
            as_json=wanted.as_json,
            junit=wanted.junit is not None,
            color=colored(sys.stdout),
            columns=columns(sys.stdout),
        )
        self._jobs = wanted.jobs
        self._json = wanted.as_json
        self._began = time.perf_counter()
        self.results: list[Result] = []
        self.wrong = False
        self.ran = 0

    def run(self, files: Sequence[str]) -> None:
        """Run the tests of scripts, and tell them as they come. Raises ProcessDied."""
        for index, file in enumerate(files):
            if self._is_worth_others(0.0, len(files) - index):
                self._run_in_processes(files[index:])
                return
            result = Result(file)
            script = self._loaded(result)
            if script is None:
                continue
            left = self._run_alone(result, script, others=len(files) - index - 1)
            if left is not None:
                self._run_in_processes(files[index + 1 :], (result, script, left))
                return

    # ---- in this process

    def _loaded(self, result: Result) -> TestedScript | None:
        """The script; None if it has errors, which are shown, or no tests that are wanted."""
        try:
            script = TestedScript(result.file, self._options)
        except ScriptError as error:
            result.errors = error.diagnostics
            self.results.append(result)
            self.wrong = True
            if not self._json:
                show(error.diagnostics)
            return None
        return script if self._begins(result, len(script.cases)) else None

    def _run_alone(self, result: Result, script: TestedScript, *, others: int) -> int | None:
        """Run the tests of a script until others are worth starting: the first test that is left; None if none is.

        `others`: how many scripts follow.
        """
        began, cases = time.perf_counter(), len(script.cases)
        for number in range(cases):
            seconds = (time.perf_counter() - began) / max(number, 1) * (cases - number)
            if number and result.file != STDIN and self._is_worth_others(seconds, others, script.loading):
                return number
            self._tell(result, script.run(number))
        if self._jobs > 1 and others and self._options.explore is not None and result.file != STDIN:
            return cases  # exploring takes long, so that nothing waits for it
        self._finish_script(result, script, explores=True)
        return None

    def _is_worth_others(self, seconds: float, scripts: int, loading: float = 0.0) -> bool:
        """Whether what is left, so many seconds and scripts, takes longer than starting other processes does.

        `loading`: seconds in which the script is loaded that the seconds are for.
        """
        now = time.perf_counter() - self._began
        if self._jobs < 2 or now < PATIENCE:
            return False
        from multiprocessing import get_start_method

        left = seconds + scripts * now / max(len(self.results), 1)
        return left > (WORTH if get_start_method() == "fork" else WORTH_IMPORTING + loading)

    def _finish_script(self, result: Result, script: TestedScript, *, explores: bool) -> None:
        explored = script.explored() if explores else None
        self._take(result, Part(len(script.cases), covered=script.covered(), explored=explored))

    # ---- in several processes

    def _run_in_processes(self, files: Sequence[str], begun: tuple[Result, TestedScript, int] | None = None) -> None:
        """Run the tests of scripts. `begun`: a script whose first tests were run, and the first that was not."""
        from nccodsl.cli.test_processes import Processes

        known = {} if begun is None else {begun[0].file: begun[1]}
        with Processes(self._jobs, self._options, known) as processes:
            if begun is not None:
                result, script, left = begun
                processes.divide(result.file, left, len(script.cases))
                processes.explore(result.file)
            processes.begin([file for file in files if file != STDIN])
            if begun is not None:
                self._gather(result, processes.parts(result.file))
                self._finish_script(result, script, explores=False)
            for file in files:
                self._gather(Result(file), processes.parts(file) if file != STDIN else [Task(file, explores=True)])

    def _gather(self, result: Result, parts: Iterable[Part | Task]) -> None:
        """Tell what has come of a script; what no other process can do is done here."""
        for part in parts:
            if isinstance(part, Part):
                if part.cases or self._options.explore is not None:
                    self._take(result, part)
            elif not result.errors and (script := self._loaded(result)) is not None:
                for number in range(len(script.cases))[part.start : part.stop]:
                    self._tell(result, script.run(number))
                self._finish_script(result, script, explores=part.explores)

    def _take(self, result: Result, part: Part) -> None:
        self._begins(result, part.cases)
        for report in part.reports:
            self._tell(result, report)
        result.add(part)
        if part.explored is not None:
            self.wrong = self.wrong or bool(part.explored.found)
            if not self._json:
                self._tell_explored(part.explored)

    # ---- for people

    def _begins(self, result: Result, cases: int) -> bool:
        """Whether a script with so many tests is in the output. Its name is printed the first time."""
        if not cases and self._options.explore is None:
            return False
        if not self.results or self.results[-1] is not result:
            self.results.append(result)
            if not self._json:
                print_out(result.file)
        return True

    def _tell(self, result: Result, report: TestReport) -> None:
        """One test is done."""
        result.reports.append(report)
        self.ran += 1
        self.wrong = self.wrong or not report.passed
        if self._json:
            return
        mark, style = ("✓", "green") if report.passed else ("✗", "red")
        print_out(joined("  ", styled(mark, fg=style) if self._options.color else mark, f" {report.title}"))
        if report.failure is not None:
            print_out(report.failure.shown)
            for line in report.failure.heard:
                print_out(joined("  ", line))
            if report.failure.heard:
                print_out("")

    def _tell_explored(self, explored: ExploredReport) -> None:
        for one in explored.shown:
            print_out(one)
        print_out(f"  {explored.summary}")

    def finish(self, junit: str | None) -> None:
        """The summary, and the reports. Raises CannotWrite."""
        if junit is not None:
            from nccodsl.cli.junit import to_xml

            write_whole(junit, to_xml(self.results))
        if self._json:
            print_out(self._to_json())
            return
        for result in self.results:
            if result.covered is not None:
                _tell_covered(result.file, result.covered)
        failed = sum(not report.passed for result in self.results for report in result.reports)
        broken = sum(bool(result.errors) for result in self.results)
        parts = [f"{self.ran - failed} passed"]
        parts += [f"{failed} failed"] if failed else []
        parts += [f"{counted(broken, 'script')} with errors"] if broken else []
        found = sum(result.explored.found for result in self.results if result.explored is not None)
        parts += [f"{counted(found, 'problem')} found by exploring"] if found else []
        print_out(f"{', '.join(parts)} in {time.perf_counter() - self._began:.2f} s")

    # ---- for machines

    def _to_json(self) -> dict[str, object]:
        files = []
        for result in self.results:
            shown: dict[str, object] = {"file": result.file}
            if result.errors:
                shown["errors"] = [f"{found.code} {found.message}" for found in result.errors]
            shown["tests"] = [_as_json(report) for report in result.reports]
            if result.covered is not None:
                missing = [{"kind": one.kind, "what": one.label, "at": one.at} for one in result.covered.missing]
                points = len(result.covered.points)
                shown["coverage"] = {"points": points, "taken": points - len(missing), "missing": missing}
            if result.explored is not None:
                shown["explored"] = result.explored.as_json
            files.append(shown)
        return {"passed": not self.wrong, "files": files}


def _tell_covered(file: str, covered: Covered) -> None:
    print_out(f"coverage of {file}: {covered.count} of {len(covered.points)} ({covered.share:.0%})")
    for point in covered.missing:
        print_out(joined(f"  not reached: {point.at} {point.label}"))


def _as_json(report: TestReport) -> dict[str, object]:
    shown: dict[str, object] = {"title": report.title, "passed": report.passed}
    if report.failure is not None:
        failure = report.failure
        shown["failure"] = {
            "code": failure.code,
            "message": failure.message,
            "at": failure.at,
            "expected": failure.expected,
            "instead": list(failure.instead),
        }
    if report.call is not None:
        shown["call"] = report.call
    return shown
