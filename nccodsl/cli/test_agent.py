"""`nccodsl test-agent`: callers who talk with a running application over WebSockets, and what came of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.cli.call_emulated import lines
from nccodsl.cli.call_sockets import CallSockets, recognizer_of
from nccodsl.cli.call_sound import speech_for_applications
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import colored, joined, print_out, script_errors, show, styled, write_whole
from nccodsl.cli.show_error import coded
from nccodsl.cli.test_results import Failure, Result, TestReport
from nccodsl.cli.variables import read_variables
from nccodsl.diagnostics.printers.text import Shown
from nccodsl.emulator.bad_input import BadPersona, EmulatorError
from nccodsl.emulator.core.sound_of import Sounds
from nccodsl.emulator.core.timeline import Emulated
from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.personas.persona import DEFAULT, Persona
from nccodsl.rehearsal.agent_callers import Caller, CallerSuite, read_callers, shortcomings
from nccodsl.rehearsal.agent_turns import AgentTurns, agent_turns, percentile
from nccodsl.rehearsal.replies import FetchReply, Replies
from nccodsl.rehearsal.stage import Fetcher, Stage, as_heard
from nccodsl.rehearsal.tested_call import TEST_FAILED
from nccodsl.runtime.web_requests import Fetch, Fetched

if TYPE_CHECKING:
    from nccodsl.lowering.compiled import Compiled

_NUMBERS = {"to": "14155550101", "from": "14155550100"}
"""Who is called, and from where, if no script says it."""


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
    """The call of one caller: how it went, how they took turns, and what is wrong with it."""

    caller: Caller
    call: Emulated
    turns: AgentTurns | None
    wrong: tuple[str, ...]
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
    try:
        suite = read_callers(read_variables(wanted.file))
    except BadPersona as reason:
        raise BadPersona(f"{wanted.file}: {reason}", reason.help) from None
    keyword = (wanted.keyword or "").casefold()
    callers = [caller for caller in suite.callers if keyword in caller.name.casefold()]
    if not callers:
        raise click.UsageError(f"no callers whose name contains {wanted.keyword!r} in {wanted.file}")
    flow = load_flow(str(Path(wanted.file).parent / suite.script)) if suite.script is not None else None
    agent = wanted.agent or suite.agent
    sockets = CallSockets(True, wanted.socket_hosts, agent, recognizer_of(wanted.recognizer))
    sounds = speech_for_applications(wanted.voice_engine)
    began = time.perf_counter()
    report = _Report(wanted)
    with ThreadPoolExecutor(min(wanted.at_once, len(callers))) as pool:
        for played in pool.map(lambda caller: _play(caller, suite, flow, sockets, sounds), callers):
            report.tell(played)
    report.finish(time.perf_counter() - began)
    return 1 if report.failed else 0


class _Cast:
    """The caller plays the first who is called or calls; who is reached later answers, and listens."""

    def __init__(self, caller: Persona) -> None:
        self._left = [caller]

    def playing(self, _endpoint: str) -> Persona:
        return self._left.pop() if self._left else DEFAULT


def _play(caller: Caller, suite: CallerSuite, flow: Compiled | None, sockets: CallSockets, sounds: Sounds) -> Played:
    """One call."""
    began = time.perf_counter()
    wrong: list[str] = []
    cast = _Cast(caller.persona)
    with sockets.live(sounds) as live:
        if flow is not None:
            replies = _replies(suite.replies)
            stage = Stage(flow, suite.values, cast=cast, fetcher=_fetcher(replies), live=live)
            stage.begin()
            call = as_heard(stage.finish())
            wrong += [f"{reply.code} {reply.problem}" for reply in stage.failures]
        else:
            call = emulate(_body(suite), cast, live=live)
    found = agent_turns(call)
    turns = found[0] if found else None
    if turns is None:
        wrong.append("expected the call to connect a WebSocket, but it did not")
    else:
        wrong += [f"expected {wanted}, but {instead}" for wanted, instead in shortcomings(caller.expected, call, turns)]
        told = {str(entry.data.get("what")): entry for entry in call.timeline.of("note", turns.leg)}
        unwanted = ("persona",) if caller.expected.ends == "failed" else ("persona", "failed")
        wrong += [told[what].text for what in unwanted if what in told]
    return Played(caller, call, turns, tuple(wrong), time.perf_counter() - began)


def _body(suite: CallerSuite) -> dict[str, object]:
    """The create request of a call that connects the application, and nothing else."""
    endpoint = {
        "type": "websocket",
        "uri": suite.agent,
        "content-type": f"audio/l16;rate={suite.rate}",
        "headers": dict(suite.headers),
    }
    return {
        "to": [{"type": "phone", "number": _NUMBERS["to"]}],
        "from": {"type": "phone", "number": _NUMBERS["from"]},
        "ncco": [{"action": "connect", "endpoint": [endpoint]}],
    }


def _replies(replies: Mapping[str, object]) -> Replies:
    return Replies([FetchReply(url, Fetched(value)) for url, value in replies.items()])


def _fetcher(replies: Replies) -> Fetcher:
    def fetch(wanted: Fetch) -> Fetched:
        url = wanted.request.url
        return replies.to(url) or Fetched(failure=f"there is no reply for {url}: add it to `replies`")

    return fetch


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
        self._played.append(played)
        self.failed += bool(played.wrong)
        if self._wanted.as_json:
            return
        mark, style = ("✗", "red") if played.wrong else ("✓", "green")
        told = f" {played.caller.name}: {_told(played.turns)}" if played.turns is not None else f" {played.caller.name}"
        print_out(joined("  ", styled(mark, fg=style) if self._color else mark, told))
        for wrong in played.wrong:
            print_out(joined(f"    {TEST_FAILED} {wrong}"))
        if played.wrong or self._wanted.everything:
            for line in lines(played.call, everything=False, color=self._color):
                print_out(joined("    ", line))

    def finish(self, seconds: float) -> None:
        """The summary, and the reports. Raises CannotWrite."""
        if self._wanted.junit is not None:
            from nccodsl.cli.junit import to_xml

            write_whole(self._wanted.junit, to_xml([self._result()]))
        turns = [played.turns for played in self._played if played.turns is not None]
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
                f"longest silence {silence:g} s; {sum(turn.dropped for turn in turns)} frames lost"
            )
        failed = f", {self.failed} failed" if self.failed else ""
        print_out(f"{len(self._played) - self.failed} passed{failed} in {seconds:.1f} s")

    def _result(self) -> Result:
        result = Result(self._wanted.file)
        for played in self._played:
            plain = tuple(lines(played.call, everything=False, color=False))
            message = "; ".join(played.wrong)
            failure = Failure(TEST_FAILED, message, self._wanted.file, "", played.wrong, Shown(""), (), plain)
            result.reports.append(TestReport(played.caller.name, played.seconds, failure if played.wrong else None))
        return result


def _told(turns: AgentTurns) -> str:
    """How one call went, in a line."""
    return ", ".join(_facts(turns))


def _facts(turns: AgentTurns) -> Iterator[str]:
    yield counted(len(turns.latencies), "answer")
    if turns.latencies:
        yield f"latency up to {max(turns.latencies):g} s"
    yield f"silence up to {turns.silence:g} s"
    if turns.overlap is not None:
        yield f"overlap {turns.overlap:g} s"
    if turns.dropped:
        yield f"{turns.dropped} frames lost"
    yield f"ended by {turns.ended}" if turns.ended != "failed" else "not opened"


def _as_json(played: Played) -> dict[str, object]:
    shown: dict[str, object] = {"name": played.caller.name, "passed": not played.wrong, "wrong": list(played.wrong)}
    if played.turns is not None:
        shown["turns"] = played.turns.to_json()
    return {**shown, "call": played.call.to_json()}
