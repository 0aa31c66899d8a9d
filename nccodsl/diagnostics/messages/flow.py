"""E5: what cannot be reached, cannot be left, or stands where it cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.base.plural import counted
from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.suggest import write

_HOMES = {
    "on": "inside the braces of `input`, `connect`, `fetch`, `record` or `call`, or `on ended` at the top level",
    "retry": "inside the braces of `input`",
    "otherwise": "inside the braces of `input`, `connect` or `fetch`",
    "to": "inside `call { }`",
    "whisper": "inside the braces of a `connect phone`",
    "from": "inside `call { }`; of `connect` it is the option `from=`",
}
"""Where the keywords stand that are neither statements nor declarations."""


def _fixed(code: str, text: str, fix: Fix | None, other: str, label: tuple[Span, str] | None = None) -> Message:
    """`other`: the help where there is no fix."""
    return Message(code, text, other if fix is None else fix.title, (label,) if label else (), fix)


def _edited(code: str, text: str, help: str, edit: Edit | None) -> Message:
    return Message(code, text, help, fix=Fix.as_help(help, edit) if edit else None)


_LEAVES = "the call leaves here"
_PUT_BEFORE = "put it before what leaves, or leave it out"


def unreachable_step(name: str, fix: Fix | None) -> Message:
    return _fixed("E501", f"no path leads to the step `{name}`", fix, f"go there with `-> {name}`")


def never_runs(leaves: Span, fix: Fix | None, *, loop: bool = False) -> Message:
    """`leaves`: what stands before it; `loop`: a `next` or `break`."""
    if loop:
        text = "this can never run: the loop goes on, or ends, before it"
        return _fixed("E502", text, fix, _PUT_BEFORE, (leaves, "the round ends here"))
    return _fixed("E502", "this can never run: the call leaves before it", fix, _PUT_BEFORE, (leaves, _LEAVES))


def behind_otherwise(fix: Fix) -> Message:
    return _fixed("E502", "this branch can never match: `otherwise` before it matches everything", fix, "")


def word_for_keys(match: str) -> Message:
    text = f"`{match}` can never match: this input takes keys only"
    return Message("E502", text, "match a key, or let callers speak with `input dtmf speech`")


def more_keys_than_taken(match: str, most: int, edit: Edit | None) -> Message:
    text = f"`{match}` can never match: this input takes at most {counted(most, 'key')}"
    return _edited("E502", text, f"write `max_digits={len(match)}`", edit)


def matched_twice(match: str, first: Span, fix: Fix | None) -> Message:
    help = "put both into one branch"
    return _fixed("E502", f"`{match}` is matched twice", fix, help, (first, "first matched here"))


def nothing_chosen() -> Message:
    help = 'add a branch such as `when "gold" -> vip`'
    return Message("E510", "this `choose` has no `when`: there is nothing to choose from", help)


def no_value_of_when(written: str) -> Message:
    """`written`: a word that is not a value."""
    advice = write(f'"{written}"', safe=True)
    return Message("E510", f"`{written}` is not a value: a text must be in quotes", advice)


def endless_ring(steps: Sequence[str], fix: Fix | None) -> Message:
    text = f"no caller can leave this ring of steps: {' → '.join((*steps, steps[0]))}"
    return _fixed("E503", text, fix, "ask something with `input`, or end a step with `hangup`")


def answers_unhandled(branches: Span, fix: Fix | None) -> Message:
    text = "this `input` does not say what happens on other answers"
    return _fixed("E504", text, fix, "give `otherwise` a target", (branches, "these branches do not match everything"))


def misfit_unhandled(wants: str, edit: Edit) -> Message:
    """`wants`: what an answer must be; `edit` adds a branch."""
    text = f"this `input` does not say what happens to an answer that is not {wants}"
    help = "add `{ otherwise hangup }`, or a `retry` with a target"
    return _edited("E504", text, help, edit)


# ---- misplaced


def keyword_misplaced(word: str, wanted: str, *, statement: bool) -> Message:
    """`wanted`: what could stand there, in words; `statement`: the word begins one."""
    where = _HOMES.get(word, "inside a step" if statement else "at the top level")
    return Message("E505", f"`{word}` is not allowed here, where {wanted} is expected", f"use `{word}` {where}")


def loose_beside_steps(step: Span, fix: Fix | None) -> Message:
    text = "in a script with steps, each statement must be inside a step"
    return _fixed("E505", text, fix, "move it into a step", (step, "here is a step"))


def loose_in_included(fix: Fix | None) -> Message:
    text = "in an included file, each statement must be inside a step"
    return _fixed("E505", text, fix, "move it into a step")


def outside_loop(word: str) -> Message:
    other = "`-> step` or `hangup`" if word == "break" else "`-> step`"
    return Message("E509", f"`{word}` is not inside a `for`", f"put it into the block of a `for`, or use {other}")


def retry_without_input(edit: Edit) -> Message:
    return _edited("E505", "`retry` is allowed in an `input` only", "remove `retry`", edit)


# ---- scripts as a whole


def runtime_needed(needs: Sequence[tuple[Span, str]]) -> Message:
    """`needs`: where the script needs it, and what does there, as in `Program.runtime`; at least one."""
    return Message("E506", f"{_INTERACTIVE}: {_reason(needs[0][1])}", _RUNTIME, _reasons(needs[1:4]))


def runtime_needed_by_ring(step: str) -> Message:
    return Message("E506", f"{_INTERACTIVE}: the step `{step}` can lead back to itself", _RUNTIME)


def first_ncco_needs_call(address: str, needs: Sequence[tuple[Span, str]]) -> Message:
    return Message(
        "E506",
        "the first NCCO depends on what only the running call knows (who calls, or what a `fetch` brings)",
        f"set the answer URL to `{address}`, so that the platform asks for it",
        _reasons(needs[:3]),
    )


_INTERACTIVE = "this script is interactive"
_RUNTIME = (
    "run `nccodsl serve SCRIPT` to answer its webhooks, and compile with `--base-url URL`, the address of that server; "
    "`nccodsl simulate SCRIPT` plays it here"
)
_REASONS = {
    "fetch": "`fetch` asks another server while the call runs",
    "handler": "a handler of the call answers an event while the call runs",
    "opt_out": "`opt_out` suppresses a number while the call runs",
    "record": "the handlers of this `record` run when the recording is ready",
    "send": "`send` makes a request while the call runs",
    "whisper": "a callee asks what it hears first while the call runs",
    "set": "`set` gives a name its value while the call runs",
    "template": "a template uses what is known only while the call runs",
}


def _reason(what: str) -> str:
    return _REASONS.get(what) or f"what follows this `{what}` depends on the answer while the call runs"


def _reasons(needs: Sequence[tuple[Span, str]]) -> tuple[tuple[Span, str], ...]:
    return tuple((span, _reason(what)) for span, what in needs)


def empty_script(end: Span, *, on_line: bool) -> Message:
    """`end`: of the script; `on_line`: a line ends there."""
    edit = Edit(end, 'talk "Hello"\n' if on_line else '\ntalk "Hello"\n')
    return _edited("E507", "the script does nothing: it has no action", 'add `talk "Hello"`', edit)


def empty_step(name: str, edit: Edit | None) -> Message:
    help = "add `hangup`, or an action"
    return _edited("E507", f"the step `{name}` does nothing", help, edit)
