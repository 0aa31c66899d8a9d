"""`nccodsl simulate`: the phone in the terminal. Lines come from it, or from standard input."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, cast

import click

from nccodsl.base.record import Record
from nccodsl.cli.call_emulated import STYLES, cast_from
from nccodsl.cli.given import GivenValues, not_overwritten, one_standard_input, values_from
from nccodsl.cli.inputs import load_flow, read_input
from nccodsl.cli.output import (
    STDIN,
    CannotWrite,
    Style,
    ask,
    colored,
    columns,
    hung,
    lines_of,
    on_terminal,
    print_out,
    say,
    script_errors,
    show,
    write_whole,
)
from nccodsl.cli.show_error import coded
from nccodsl.diagnostics.printers.text import hanging, one_line
from nccodsl.emulator.bad_input import EmulatorError
from nccodsl.emulator.views.lines import summary
from nccodsl.rehearsal.entry import LARGEST_REPLY, reply
from nccodsl.rehearsal.person import Question
from nccodsl.rehearsal.phone_display import Told, in_words
from nccodsl.rehearsal.replies import FetchReply
from nccodsl.rehearsal.terminal_phone import Phone
from nccodsl.runtime.first_ncco import begun
from nccodsl.runtime.web_requests import Fetched

if TYPE_CHECKING:
    from nccodsl.diagnostics import Diagnostic
    from nccodsl.emulator.core.application import AfterConnect
    from nccodsl.emulator.core.timeline import Emulated
    from nccodsl.lowering.compiled import Compiled
    from nccodsl.runtime.webhook import Reply as FlowReply

_LONGEST_LINE = 4 * LARGEST_REPLY
_OWN_STYLES: dict[str, Style] = {
    "step": {"fg": "blue", "bold": True},
    "cut": {"dim": True},
    "hint": {"dim": True},
    "answer": {"dim": True},
    "question": {"fg": "magenta"},
    "failure": {"fg": "red"},
}


_BELOW = " " * 10
"""Stands where other lines have the time."""


class Reader:
    """The person who types, or the lines of a file: shows what happens, and reads the answers."""

    def __init__(self) -> None:
        self._color = colored(sys.stdout)
        self._terminal = sys.stdin is not None and on_terminal(sys.stdin)
        self._asked = ""

    def begin(self) -> None:
        """Say how it works, if a person sits there."""
        if self._terminal:
            self.tell(
                Told(
                    "hint",
                    "Type keys (1, 12#) or words. An empty line is silence, `bye` hangs up, `help` lists the commands.",
                )
            )

    def tell(self, told: Told) -> None:
        """Show a line."""
        match told.kind:
            case "step":
                head, text = "— ", told.text
            case "hint" | "answer":
                head, text = _BELOW, told.text
            case _:
                head, text = f"{told.time:>8}  ", f"{told.leg}: {told.text}" if told.leg else told.text
        self._print(head, text, told.kind)

    def ask(self, question: Question) -> str | None:
        """A line; None where the input has ended. At a terminal its end is hanging up."""
        if not self._terminal:
            return self._line()
        if question.text and question.text != self._asked:
            self._print(_BELOW, question.text, "question")
        self._asked = question.text
        try:
            return ask(f"{question.prompt}> ")
        except EOFError:
            self._print("", "", "hint")
            return "bye"

    def _print(self, head: str, text: str, kind: str) -> None:
        style = (_OWN_STYLES.get(kind) or STYLES.get(kind, {})) if self._color else {}
        print_out(lines_of(hung(head, text, columns(sys.stdout), **style)))

    def _line(self) -> str | None:
        if sys.stdin is None:
            return None
        stream = sys.stdin.buffer
        line = stream.readline(_LONGEST_LINE)
        while line and not line.endswith(b"\n") and len(more := stream.readline(_LONGEST_LINE)) > 0:
            if len(line) < _LONGEST_LINE:
                line += more
            elif more.endswith(b"\n"):
                break
        return line.decode(errors="replace") if line else None


def replies_from(pairs: Iterable[str]) -> list[FetchReply]:
    """The replies of `--reply`. Raises BadParameter, ScriptError."""
    return [_reply(pair) for pair in pairs]


def _reply(pair: str) -> FetchReply:
    """`URL=…`: addresses may hold `=` themselves, so the first one that a reply follows divides."""
    at = pair.find("=")
    while at > 0:
        url, value = pair[:at].strip(), pair[at + 1 :].strip()
        found = reply(value) if value else None
        if isinstance(found, Fetched):
            return FetchReply(url, found)
        if value and len(value) < 4096 and "\0" not in value and os.path.isfile(value):  # noqa: PTH113
            return FetchReply(url, _read(value))
        at = pair.find("=", at + 1)
    raise click.BadParameter(
        f"{pair[:200]!r} is not URL=REPLY, where REPLY is JSON, a JSON file or `error`",
        param_hint="'--reply'",
    )


def _read(path: str) -> Fetched:
    found = reply(read_input(path)[0].removeprefix("\ufeff"))
    if isinstance(found, Fetched) and not found.failure:
        return found
    why = found if isinstance(found, str) else "it is empty" if found.failure else ""
    raise click.BadParameter(f"{path}: {why}", param_hint="'--reply'")


class SimulateOptions(Record):
    """What the command line asks for."""

    file: str
    values: GivenValues
    at: datetime | None
    pseudo: bool
    personas: tuple[str, ...]
    replies: tuple[str, ...]
    after_connect: str
    transcript: str | None


def simulate(wanted: SimulateOptions) -> int:
    """Hold the phone of a call; the exit code. Raises BadParameter, CannotWrite."""
    one_standard_input(wanted.file, wanted.values.vars_file)
    not_overwritten(wanted.transcript, wanted.file)
    try:
        with script_errors():
            flow = load_flow(wanted.file, at=wanted.at, pseudo=wanted.pseudo)
            return _hold(flow, values_from(wanted.values), wanted)
    except EmulatorError as error:
        show([coded(error)])
        return 2


def _hold(flow: Compiled, values: dict[str, object], wanted: SimulateOptions) -> int:
    if wanted.transcript is not None:
        _can_be_written(wanted.transcript)
    person = Reader()
    phone = Phone(
        flow,
        values,
        person,
        cast=cast_from(wanted.personas),
        replies=replies_from(wanted.replies),
        after_connect=cast("AfterConnect", wanted.after_connect),
    )
    begun(phone.stage.script, {}, token=False)  # reports values that do not fit before the call
    show([*flow.warnings, *(flow.call_warnings("v2") if flow.has_call else ())])
    if not wanted.personas:
        person.begin()
    try:
        call = phone.call()
    except KeyboardInterrupt:
        print_out("")
        if hasattr(phone.stage, "leg"):
            _keep(wanted.transcript, flow, phone, phone.stage.result())
        raise SystemExit(130) from None
    print_out(lines_of(hanging(one_line(summary(call)), columns(sys.stdout), indent=2)))
    show([_diagnostic(failure) for failure in phone.showing.failures])
    _keep(wanted.transcript, flow, phone, call)
    return 1 if phone.showing.failures else 0


def _can_be_written(path: str) -> None:
    """It would be a pity to find out behind the conversation. Raises CannotWrite."""
    folder = os.path.dirname(path) or "."  # noqa: PTH120
    if path != "-" and not os.path.isdir(folder):  # noqa: PTH112
        raise CannotWrite(path, FileNotFoundError(0, f"no such folder: {folder}"))


def _keep(path: str | None, flow: Compiled, phone: Phone, call: Emulated) -> None:
    if path is None:
        return
    from nccodsl.rehearsal.transcript import Transcript

    failures = [in_words(one) for one in phone.showing.failures]
    written = Transcript(flow.name, call, phone.showing.places, failures)
    if path.lower().endswith(".json"):
        text = json.dumps(written.to_json(), indent=2, ensure_ascii=False) + "\n"
    else:
        text = written.to_text()
    if path == STDIN:
        print_out(text.rstrip("\n"))
    else:
        write_whole(path, text.encode(errors="backslashreplace"))
        say(f"wrote the conversation to {path}")


def _diagnostic(failure: FlowReply) -> Diagnostic:
    """A failure at its line of the script."""
    from nccodsl.base.source import Span
    from nccodsl.diagnostics import Diagnostic

    file = failure.found.file if failure.found is not None else None
    if failure.found is None or file is None:
        return Diagnostic.of(failure.code, failure.problem)
    line = failure.found.line
    text = file.line(line)
    start = sum(len(file.line(number)) + 1 for number in range(1, line)) + len(text) - len(text.lstrip())
    span = Span(file.base + start, file.base + start + len(text.strip()))
    return Diagnostic.of(failure.code, failure.problem, file=file, span=span)
