"""The terminal as a phone: what is heard is printed, and what is typed is pressed or said."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import click

from nccodsl.cli.emulating import cast_from
from nccodsl.cli.failing import coded
from nccodsl.cli.output import colored, on_terminal, print_out, say, show, write_whole
from nccodsl.emulator.errors import EmulatorError
from nccodsl.emulator.listing import clock, summary
from nccodsl.lowering.flow import Flow
from nccodsl.rehearsal.phone import Phone, transcript
from nccodsl.rehearsal.stage import Fetcher, Stage
from nccodsl.runtime.operations import Fetch, Fetched

_STYLES: dict[str, dict[str, Any]] = {
    "step": {"dim": True},
    "hint": {"fg": "yellow"},
    "hears": {"fg": "cyan"},
    "status": {"bold": True},
    "note": {"dim": True},
}
INTERRUPTED = 130


class Terminal:
    """Whoever sits at the terminal, or what is piped into it."""

    def __init__(self) -> None:
        self._color = colored(sys.stdout)
        self._asks = on_terminal(sys.stdin)

    def told(self, kind: str, text: str, at: float) -> None:
        shown = f"— {text}" if kind == "step" else text
        styled = click.style(shown, **_STYLES[kind]) if self._color and kind in _STYLES else shown
        time = " " * 8 if kind in ("step", "hint") else f"{clock(at):>8}"
        print_out(f"{time}  {styled}")

    def asked(self, prompt: str) -> str | None:
        if self._asks:
            try:
                return input(prompt if prompt != "> " else " " * 10 + "> ")
            except EOFError:
                print_out("")
                return None
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if not line:
            return None
        given = line.rstrip("\r\n")
        print_out(f"{' ' * 10}{prompt}{given}".rstrip())
        return given


def simulate(
    flow: Flow,
    values: dict[str, object],
    *,
    personas: Iterable[str],
    replies: Iterable[str],
    transcript: str | None,
) -> int:
    """Run one call at this terminal; the exit code. Raises RenderError, ScriptError."""
    show(flow.warnings)
    try:
        cast = cast_from(personas) if personas else None
    except EmulatorError as error:
        show([coded(error)])
        return 2
    phone = Phone(flow, Terminal(), cast)
    stage = Stage(flow, values, cast=phone.cast, fetcher=_fetcher(replies, phone, asks=cast is None))
    code = 0
    try:
        if cast is None and on_terminal(sys.stdin):
            say("A phone: press keys or speak, `help` says how.")
        phone.run(stage)
        print_out(summary(stage.result()))
    except KeyboardInterrupt:
        say("\nhung up")
        code = INTERRUPTED
    for failure in stage.failures:
        where = f"{failure.place}: " if failure.place else ""
        say(f"{where}{failure.code} {failure.problem}")
        code = code or 1
    if transcript is not None and stage.moves:
        write_whole(transcript, _written(flow, stage, transcript))
    return code


def _written(flow: Flow, stage: Stage, name: str) -> bytes:
    lines = transcript(flow, stage)
    if name.endswith(".json"):
        document = {"script": flow.name, "version": flow.version, "lines": lines}
        return json.dumps(document, indent=2, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    told = []
    step = ""
    for line in lines:
        if line["place"] and line["step"] != step:
            step = line["step"]
            told.append(f"          — {step} ({line['place']})")
        leg = f"{line['leg']} " if line["leg"] else ""
        told.append(f"{clock(line['at']):>8}  {leg}{line['text']}")
    return ("\n".join(told) + "\n").encode("utf-8", "replace")


def _fetcher(replies: Iterable[str], phone: Phone, *, asks: bool) -> Fetcher:
    """What fetches bring: `--reply` first, then whoever is at the phone is asked. Raises BadParameter."""
    known = [_reply(text) for text in replies]

    def fetch(wanted: Fetch) -> Fetched:
        for pattern, result in known:
            if pattern == wanted.url or fnmatchcase(wanted.url, pattern):
                return result
        return phone.fetched(wanted) if asks else Fetched(failure="no --reply says what it answers")

    return fetch


def _reply(text: str) -> tuple[str, Fetched]:
    # An address may have `=` of its own; what follows the last one is JSON, a file, or `error`.
    for at in (index for index, letter in enumerate(text) if letter == "="):
        url, given = text[:at], text[at + 1 :].strip()
        if given == "error":
            return url, Fetched(failure="--reply says that it fails")
        source = given
        if given and Path(given).is_file():
            source = Path(given).read_text(encoding="utf-8", errors="replace")
        try:
            return url, Fetched(json.loads(source))
        except (ValueError, RecursionError):
            continue
    raise click.BadParameter(
        f"{text[:60]!r} is not of the form URL=JSON, URL=FILE or URL=error", param_hint="'--reply'"
    )
