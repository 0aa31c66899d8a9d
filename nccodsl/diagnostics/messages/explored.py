"""W029 to W033: what exploring every path of a script finds."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.diagnostics.diagnostic import Message


def ends_without_a_word() -> Message:
    return Message(
        "W029",
        "after this answer the call ends without a word",
        "say something, go to another step, or write `hangup` where this is meant",
    )


def no_way_out(steps: Iterable[str]) -> Message:
    names = ", ".join(f"`{step}`" for step in steps)
    message = f"whoever comes here can only hang up: no answer leads out of {names}"
    return Message("W030", message, "give an answer that ends the call, or leads elsewhere")


def step_not_reached(name: str) -> Message:
    help = "it may want other values, or another reply: begin a test with them"
    return Message("W031", f"no path came to the step `{name}`", help)


def explained_before() -> Message:
    return Message(
        "W032",
        "what is asked here is explained only before: whoever answered early has not heard it",
        "say here what is asked; or take `barge_in` from the prompt before",
    )


def fetch_unknown(url: str) -> Message:
    message = "no test says what this `fetch` brings, so what follows it is not explored"
    return Message("W033", message, f'say it in a test: fetched "{url}" reply {{…}}')


def breaks_off(code: str, what: str, help: str | None) -> Message:
    """`code`, `what`, `help`: why the call cannot go on."""
    return Message(code, f"the call breaks off: {what}", help)
