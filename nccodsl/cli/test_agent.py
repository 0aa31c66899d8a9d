"""`nccodsl test-agent`: callers who talk with a running application over WebSockets, and what came of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.cli.call_emulated import lines
from nccodsl.cli.call_sockets import CallSockets, check_agent, recognizer_of
from nccodsl.cli.call_sound import speech_for_applications
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import colored, joined, on_terminal, print_out, say, script_errors, show, styled, write_whole
from nccodsl.cli.show_error import coded
from nccodsl.cli.test_results import Failure, Result, TestReport
from nccodsl.cli.variables import read_variables
from nccodsl.diagnostics.printers.text import Shown
from nccodsl.emulator.bad_input import BadPersona, EmulatorError
from nccodsl.emulator.http.live_clock import LiveClock
from nccodsl.rehearsal.agent_call import AgentCall, play_caller
from nccodsl.rehearsal.agent_callers import ENDS, Caller, CallerSuite, read_callers
from nccodsl.rehearsal.agent_turns import AgentTurns, percentile
from nccodsl.rehearsal.stage import URL
from nccodsl.rehearsal.tested_call import TEST_FAILED
from nccodsl.runtime.first_ncco import begun
from nccodsl.runtime.runnable import Runnable

if TYPE_CHECKING:
    from nccodsl.emulator.core.sound_of import Sounds
    from nccodsl.lowering.compiled import Compiled


class AgentOptions(Record):
    """What the command line asks for. `at_once`: how many callers talk at a time."""

    file: str
    agent: str | None
    keyword: str | None
    at_once: int
    socket_hosts: tuple[str, ...]
    voice_engine: str | None
    recognizer: str | None
    everything: bool
    junit: str | None
    as_json: bool


class Played(Record):
    """The call of one caller, and how many seconds it took."""

    name: str
    call: AgentCall
    seconds: float


def run(wanted: AgentOptions) -> int:
    """Let the callers talk, and tell how it went; the exit code."""
    with script_errors(2):
        try:
            return _run(wanted)
        except EmulatorError as error:
            show([coded(error)])
            return 2


def _run(wanted: AgentOptions) -> int:
    suite = _suite(wanted)
    keyword = (wanted.keyword or "").casefold()
    callers = [caller for caller in suite.callers if keyword in caller.name.casefold()]
    if not callers:
        raise click.UsageError(f"no callers whose name contains {wanted.keyword!r} in {wanted.file}")
    flow = load_flow(str(Path(wanted.file).parent / suite.script)) if suite.script is not None else None
    if flow is not None:
        begun(Runnable(flow, URL).given(suite.values), {}, token=False)  # reports values that do not fit
    sockets = CallSockets(True, wanted.socket_hosts, suite.agent, recognizer_of(wanted.recognizer))
    talks = _Talks(suite, flow, sockets, speech_for_applications(wanted.voice_engine))
    began = time.perf_counter()
    report = _Report(wanted)
    if on_terminal(sys.stderr):
        say(f"{counted(len(callers), 'caller')} talking in real time …")
    for played in talks.play(callers, wanted.at_once):
        report.tell(played)
    report.finish(time.perf_counter() - began)
    return 1 if report.failed else 0


def _suite(wanted: AgentOptions) -> CallerSuite:
    """What the file and the options ask for. Raises BadPersona, ScriptError, click.UsageError."""
    if wanted.junit is not None and not Path(wanted.junit).parent.is_dir():
        raise click.UsageError(f"{Path(wanted.junit).parent} is not a folder: --junit cannot write there.")
    if not wanted.file.endswith((".yaml", ".yml", ".json")):
        raise click.UsageError(f"{wanted.file} is not a .yaml or .json file of callers.")
    try:
        suite = read_callers(read_variables(wanted.file))
    except BadPersona as reason:
        raise BadPersona(f"{wanted.file}: {reason}", reason.help) from None
    if wanted.agent is not None:
        suite = CallerSuite(**{**vars(suite), "agent": wanted.agent})
    check_agent(suite.agent, wanted.socket_hosts)
    if suite.script is None and wanted.recognizer is None:
        for caller in suite.callers:
            if any(rule.hears is not None for rule in caller.persona.does) or caller.expected.says:
                raise click.UsageError(f"{caller.name} waits for words of the agent: name a --recognizer.")
    return suite


class _Talks:
    """Plays calls, several at a time, in threads that mostly wait."""

    def __init__(self, suite: CallerSuite, flow: Compiled | None, sockets: CallSockets, sounds: Sounds) -> None:
        self._suite = suite
        self._flow = flow
        self._sockets = sockets
        self._sounds = sounds
        self._live: set[LiveClock] = set()
        self._stopped = False

    def play(self, callers: list[Caller], at_once: int) -> Iterator[Played]:
        """The calls in the order of the callers. Where this is interrupted, no call goes on."""
        with ThreadPoolExecutor(min(at_once, len(callers))) as pool:
            try:
                yield from pool.map(self._play, callers)
            except BaseException:
                self._stopped = True
                for live in list(self._live):
                    live.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _play(self, caller: Caller) -> Played:
        began = time.perf_counter()
        with self._sockets.live(self._sounds) as live:
            assert live is not None
            self._live.add(live)
            if self._stopped:
                live.stop()
            call = play_caller(caller, self._suite, self._flow, live)
            self._live.discard(live)
        return Played(caller.name, call, time.perf_counter() - began)


class _Report:
    """Tells of each call, and of all of them at the end."""

    def __init__(self, wanted: AgentOptions) -> None:
        self._wanted = wanted
        self._color = colored(sys.stdout)
        self._played: list[Played] = []
        self.failed = 0
        if not wanted.as_json:
            print_out(wanted.file)

    def tell(self, played: Played) -> None:
        """One call is over."""
        call = played.call
        self._played.append(played)
        self.failed += bool(call.wrong)
        if self._wanted.as_json:
            return
        mark, style = ("✗", "red") if call.wrong else ("✓", "green")
        told = f" {played.name}: {_told(call.turns)}" if call.turns is not None else f" {played.name}"
        print_out(joined("  ", styled(mark, fg=style) if self._color else mark, told))
        for wrong in call.wrong:
            print_out(joined(f"    {TEST_FAILED} {wrong}"))
        for never in call.never:
            print_out(joined(f"    note: {never}"))
        if call.wrong or self._wanted.everything:
            for line in lines(call.call, everything=False, color=self._color):
                print_out(joined("    ", line))

    def finish(self, seconds: float) -> None:
        """The summary, and the reports. Raises CannotWrite."""
        if self._wanted.junit is not None:
            from nccodsl.cli.junit import to_xml

            write_whole(self._wanted.junit, to_xml([self._result()]))
        turns = [played.call.turns for played in self._played if played.call.turns is not None]
        latencies = [one for turn in turns for one in turn.latencies]
        p50, p95 = percentile(latencies, 0.5), percentile(latencies, 0.95)
        if self._wanted.as_json:
            calls = [_as_json(played) for played in self._played]
            summary = {"latency_p50": p50, "latency_p95": p95, "answers": len(latencies)}
            print_out({"passed": not self.failed, "file": self._wanted.file, **summary, "callers": calls})
            return
        if p50 is not None:
            silence = max(turn.silence for turn in turns)
            print_out(
                f"{counted(len(latencies), 'answer')}: latency p50 {p50:g} s, p95 {p95:g} s; "
                f"longest silence {silence:g} s; {counted(sum(turn.dropped for turn in turns), 'frame')} lost"
            )
        failed = f", {self.failed} failed" if self.failed else ""
        print_out(f"{len(self._played) - self.failed} passed{failed} in {seconds:.1f} s")

    def _result(self) -> Result:
        result = Result(self._wanted.file)
        for played in self._played:
            call = played.call
            heard = tuple(lines(call.call, everything=False, color=False))
            failure = Failure(
                TEST_FAILED, "; ".join(call.wrong), self._wanted.file, "", call.wrong, Shown(""), (), heard
            )
            result.reports.append(TestReport(played.name, played.seconds, failure if call.wrong else None))
        return result


def _told(turns: AgentTurns) -> str:
    """How one call went, in a line."""
    return ", ".join(_facts(turns))


def _facts(turns: AgentTurns) -> Iterator[str]:
    if turns.ended == "failed":
        yield "not opened"
        return
    yield counted(len(turns.latencies), "answer")
    if turns.latencies:
        yield f"latency up to {max(turns.latencies):g} s"
    yield f"silence up to {turns.silence:g} s"
    if turns.overlap is not None:
        yield f"overlap {turns.overlap:g} s"
    if turns.dropped:
        yield f"{counted(turns.dropped, 'frame')} lost"
    yield ENDS[turns.ended]


def _as_json(played: Played) -> dict[str, object]:
    call = played.call
    shown: dict[str, object] = {"name": played.name, "passed": not call.wrong, "wrong": list(call.wrong)}
    if call.turns is not None:
        shown["turns"] = call.turns.to_json()
    return {**shown, "never": list(call.never), "call": call.call.to_json()}
