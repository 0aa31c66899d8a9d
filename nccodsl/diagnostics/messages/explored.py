"""W029 to W033, E831, E832: what exploring every path of a script finds, and what replaying recorded calls does."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import Instead


def ends_without_a_word(asked: str) -> Message:
    """`asked`: the text of the question with its branches."""
    empty = next((braces for braces in ("{ }", "{}") if braces in asked), None)
    right = '{ talk "Thank you." }'
    help = Instead(f"write `{right}` instead of `{empty}`", right, empty) if empty else "add `hangup` if this is meant"
    return Message("W029", "after this answer the call ends in silence", help)


def no_way_out(steps: Iterable[str], asked: str) -> Message:
    """`asked`: the text of the first question with its branches."""
    names = ", ".join(f"`{step}`" for step in steps)
    message = f"callers can only hang up here: no answer leads out of {names}"
    takes_keys = "dtmf" in asked and "{" in asked and '"9"' not in asked
    help = 'add `on "9" { hangup }`' if takes_keys else "add an answer that leads to a `hangup`"
    return Message("W030", message, help)


def step_not_reached(name: str) -> Message:
    help = f'add a test with the values that lead there, such as `test "{name}" {{ with NAME=VALUE }}`'
    return Message("W031", f"no path leads to the step `{name}`", help)


def explained_before() -> Message:
    return Message(
        "W032",
        "callers who answered the question before early have not heard what to answer here",
        'add `talk "…"`',
    )


def fetch_unknown(url: str) -> Message:
    message = "no test has a reply for this `fetch`, so the paths after it are not explored"
    return Message("W033", message, f'add `test "a reply" {{ fetched "{url}" reply {{}} }}`')


def breaks_off(code: str, what: str, help: str | None) -> Message:
    """`code`, `what`, `help`: why the call cannot go on."""
    return Message(code, f"the call stops: {what}", help)


# ---- replayed calls; `what`: the calls, and where they differ


def replay_differs(what: str) -> Message:
    help = "restore what the script did there, or run `nccodsl serve FILE --record HISTORY` for a new history"
    return Message("E831", what, help)


def in_flight_differs(what: str) -> Message:
    help = "keep the names of steps and answers until these calls have ended, and run `nccodsl serve FILE --store URL`"
    return Message("E832", what, help)
