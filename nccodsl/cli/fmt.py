"""`nccodsl fmt`: each file read, formatted, and written, shown or told."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from enum import Enum

from nccodsl.base.garbage import collector_paused
from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.cli.given import one_standard_input
from nccodsl.cli.inputs import read_input
from nccodsl.cli.output import STDIN, CannotWrite, byte_order_mark, on_terminal, print_out, say, show, write_whole
from nccodsl.cli.script_files import named_scripts
from nccodsl.errors import ProofFailed, ScriptError
from nccodsl.syntax.formatter import format_text

INTERNAL = 70  # EX_SOFTWARE of sysexits.h


class FmtOptions(Record):
    """What the command line asks for."""

    paths: tuple[str, ...]
    checking: bool
    showing: bool
    width: int


class FormatOutcome(Enum):
    """What became of a file."""

    SAME = "same"
    CHANGED = "changed"
    WRONG = "wrong"
    FAULT = "fault"


def format_files(wanted: FmtOptions) -> int:
    """Format scripts, and say how many; the exit code."""
    one_standard_input(*wanted.paths)
    files = named_scripts(wanted.paths or (".",))
    write = not (wanted.checking or wanted.showing)
    outcomes = [format_file(path, wanted.width, write=write, diff=wanted.showing) for path in files]
    if wanted.paths != (STDIN,):
        say(_summary(outcomes, "formatted" if write else "would change"))
    if FormatOutcome.FAULT in outcomes:
        return INTERNAL
    wrong = FormatOutcome.WRONG in outcomes or (wanted.checking and FormatOutcome.CHANGED in outcomes)
    return 1 if wrong else 0


def _summary(outcomes: list[FormatOutcome], changed: str) -> str:
    counts = (
        (outcomes.count(FormatOutcome.CHANGED), changed),
        (outcomes.count(FormatOutcome.SAME), "unchanged"),
        (outcomes.count(FormatOutcome.WRONG) + outcomes.count(FormatOutcome.FAULT), "not formatted"),
    )
    (number, what), *rest = ((number, what) for number, what in counts if number)
    return ", ".join([f"{counted(number, 'file')} {what}", *(f"{number} {what}" for number, what in rest)])


def format_file(path: str, width: int, *, write: bool, diff: bool) -> FormatOutcome:
    """Format one file; what is wrong with it goes to standard error."""
    if write and path != STDIN and not os.path.isfile(path):  # noqa: PTH113
        say(f"{path} is not a regular file, so it cannot be formatted in place; pass it as standard input, `-`.")
        return FormatOutcome.WRONG
    try:
        text, name = read_input(path)
    except ScriptError as error:
        show(error.diagnostics)
        return FormatOutcome.WRONG
    try:
        with collector_paused():
            result = format_text(text, name, width)
    except ProofFailed as fault:
        say(f"{name} was not formatted: {fault}. This is a bug in nccodsl; please report it with the script.")
        return FormatOutcome.FAULT
    if result.text is None:
        show(result.collector.sorted())
        return FormatOutcome.WRONG
    changed = result.text != text
    if diff:
        _show_difference("".join(_difference(text, result.text, name)))
    elif path == STDIN and write:
        write_whole(None, result.text.encode())
    elif changed and write:
        try:
            write_whole(path, byte_order_mark(path) + result.text.encode())
        except CannotWrite as failure:
            say(f"Error: {failure}")
            return FormatOutcome.WRONG
    if changed and not diff and (path != STDIN or not write):
        say(f"{'formatted' if write else 'would format'} {name}")
    return FormatOutcome.CHANGED if changed else FormatOutcome.SAME


def _show_difference(text: str) -> None:
    """On a terminal people read it; what is piped on is a patch, and keeps its bytes."""
    if text and on_terminal(sys.stdout):
        print_out(text.removesuffix("\n"))
    else:
        write_whole(None, text.encode())


def _difference(old: str, new: str, name: str) -> Iterator[str]:
    """A unified diff. Lines end at `\\n` alone, as they do for those who read it."""
    from difflib import unified_diff

    before, after = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (old, new))
    for line in unified_diff(before, after, name, f"{name} (formatted)"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
