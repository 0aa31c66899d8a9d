"""E5: what cannot be reached, cannot be left, or stands where it cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.base.plural import counted
from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Message

_HOMES = {
    "on": "inside the braces of `input`, `connect`, `fetch` or `call`",
    "retry": "inside the braces of `input`",
    "otherwise": "inside the braces of `input`, `connect` or `fetch`",
    "to": "inside `call { }`",
    "from": "inside `call { }`; on `connect` it is the option `from=`",
}
"""Where the keywords stand that are neither statements nor declarations."""


def unreachable_step(name: str) -> Message:
    return Message("E501", f"no path leads to the step `{name}`", f"go there with `-> {name}`, or remove the step")


def never_runs(leaves: Span) -> Message:
    """`leaves`: what stands before it."""
    return Message("E502", "this can never run: the flow has left before it", labels=((leaves, "here it leaves"),))


def behind_otherwise() -> Message:
    return Message("E502", "`otherwise` before this has matched everything")


def word_for_keys(match: str) -> Message:
    return Message("E502", f"`{match}` can never match: this input takes keys only", "write `input dtmf speech`")


def more_keys_than_taken(match: str, most: int) -> Message:
    help = f"write max_digits={len(match)}"
    return Message("E502", f"`{match}` can never match: this input takes at most {counted(most, 'key')}", help)


def matched_twice(match: str, first: Span) -> Message:
    return Message("E502", f"`{match}` is matched twice", labels=((first, "first matched here"),))


def endless_ring(steps: Sequence[str]) -> Message:
    return Message(
        "E503",
        f"nobody can leave this ring of steps: {' → '.join((*steps, steps[0]))}",
        "ask the caller something with `input`, or end a step with `hangup`",
    )


def answers_unhandled(branches: Span) -> Message:
    return Message(
        "E504",
        "this `input` does not say what happens on other answers",
        "add `otherwise -> step` or `otherwise { … }`",
        labels=((branches, "these branches do not match everything"),),
    )


# ---- misplaced


def keyword_misplaced(word: str, wanted: str, *, statement: bool) -> Message:
    """`wanted`: what could stand there, in words; `statement`: the word begins one."""
    where = _HOMES.get(word, "in a step, not here" if statement else "at the top level")
    return Message("E505", f"`{word}` cannot stand here", f"it stands {where}; here {wanted} is wanted")


def loose_beside_steps(step: Span) -> Message:
    return Message(
        "E505",
        "a file with steps has no loose actions",
        "put them into a step: step main { … }",
        labels=((step, "here is a step"),),
    )


def loose_in_included() -> Message:
    return Message("E505", "an included file has no loose actions", "put them into a step: step closing { … }")


def inside_loop(what: str) -> Message:
    help = "a loop only writes actions; move it behind the loop, or into a step of its own"
    return Message("E505", f"`{what}` may not stand inside a `for`", help)


def retry_without_input() -> Message:
    return Message("E505", "only an `input` can be asked again with `retry`")


# ---- scripts as a whole


def runtime_needed(needs: Sequence[tuple[Span, str]]) -> Message:
    """`needs`: where the script needs it, and what does there, as in `Program.runtime`; at least one."""
    message = f"this script needs the flow runtime: {_reason(needs[0][1])}"
    return Message("E506", message, _RUNTIME, _reasons(needs[1:4]))


def runtime_needed_by_ring(step: str) -> Message:
    return Message("E506", f"this script needs the flow runtime: the step `{step}` can come round to itself", _RUNTIME)


def first_ncco_needs_call(address: str, needs: Sequence[tuple[Span, str]]) -> Message:
    return Message(
        "E506",
        "the first NCCO says what only the running call knows (who calls, or what a `fetch` brings)",
        f"let the platform ask for it: the answer address is {address}",
        _reasons(needs[:3]),
    )


_RUNTIME = (
    "`nccodsl serve` answers its webhooks, and `--base-url` writes their addresses into the first NCCO; "
    "`nccodsl simulate` plays it here"
)
_REASONS = {
    "fetch": "`fetch` asks another server while the call runs",
    "handler": "a handler of the call answers an event while the call runs",
    "set": "`set` gives a name its value while the call runs",
    "template": "a template uses what is known only while the call runs",
}


def _reason(what: str) -> str:
    return _REASONS.get(what) or f"what follows this `{what}` depends on the answer while the call runs"


def _reasons(needs: Sequence[tuple[Span, str]]) -> tuple[tuple[Span, str], ...]:
    return tuple((span, _reason(what)) for span, what in needs)


def empty_script() -> Message:
    return Message("E507", "the script does nothing: it has no action", 'write one: talk "Hello World"')


def empty_step(name: str) -> Message:
    help = "write an action into it; a call that shall end there is ended by `hangup`"
    return Message("E507", f"the step `{name}` does nothing", help)
