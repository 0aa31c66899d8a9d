"""The console of the debugger: what the person does, in the words of `simulate`, and commands for the tape."""

from __future__ import annotations

import json
from collections.abc import Callable

from nccodsl.base.record import Record
from nccodsl.dap.debugged_call import DebuggedCall
from nccodsl.rehearsal.phone_display import Told

HELP = """\
keys (1, 12#), words, wait 3s, !1, hang up: what the person does
outcomes (busy), replies (JSON, error): where the call waits for them
again, where, help: questions about the call
{{ expression }}: its value in the scope
/undo: take back what was done last
/test TITLE: print the call as a test
/share: print the tape as JSON
/help: this list"""
_CATEGORIES = {"failure": "stderr", "hint": "console", "answer": "console"}


class ConsoleAnswer(Record):
    """What is printed. `moves`: the call stands elsewhere; `again`: it has to go on from there."""

    text: str
    moves: bool = False
    again: bool = False


def console_line(call: DebuggedCall, line: str) -> ConsoleAnswer:
    """Do what a line says. Raises UsageError."""
    command, _, rest = line.strip().partition(" ")
    match command:
        case "/help" | "help":
            return ConsoleAnswer(HELP)
        case "/undo":
            taken = call.undo()
            return ConsoleAnswer(f"took back {taken}" if taken else "there is nothing to take back", moves=True)
        case "/test":
            return ConsoleAnswer(call.session.as_test(rest.strip() or "saved call"))
        case "/share":
            return ConsoleAnswer(json.dumps(call.session.to_json(), ensure_ascii=False))
    if command.startswith("/") and command[1:2].isalpha():
        return ConsoleAnswer(f"there is no command `{command[:40]}`; type `/help` for a list")
    entering = call.enter(line)
    text = "\n".join(told.text for told in entering.answers)
    return ConsoleAnswer(text, moves=entering.moved, again=entering.moved)


def show(told: Told, say: Callable[[str, str], None]) -> None:
    """A line of the phone, in the console."""
    leg = f"{told.leg}: " if told.leg else ""
    head = "— " if told.kind == "step" else f"{told.time:>8}  " if told.time else ""
    say(f"{head}{leg}{told.text}", _CATEGORIES.get(told.kind, "stdout"))
