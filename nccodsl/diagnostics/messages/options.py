"""E105 and E4: options that stand twice, are missing, or do not go together."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Message

# ---- twice


def given_twice(name: str, first: Span | None = None) -> Message:
    return Message("E105", f"`{name}` is given twice", labels=((first, "first given here"),) if first else ())


def default_given_twice(name: str, action: str, first: Span) -> Message:
    message = f"`{name}` is given twice as a default of `{action}`"
    return Message("E105", message, labels=((first, "first given here"),))


def given_in_map_too(name: str) -> Message:
    return Message("E105", f"`{name}` is given twice, once inside a map")


def members_given_twice(name: str, members: Iterable[str]) -> Message:
    return Message("E105", f"`{name}` gives {', '.join(sorted(members))} a second time")


# ---- missing


def required_is_none(name: str) -> Message:
    return Message("E401", f"`{name}` is required, but its value is none")


def raw_without_action() -> Message:
    return Message("E401", 'a raw action names itself: raw {action: "…"}')


def raw_without_map() -> Message:
    return Message("E401", 'raw takes a map: raw {action: "newest", someOption: true}')


def retry_without_text(option: str) -> Message:
    help = 'write a text before its options: retry 2 "Sorry?" language=es-ES'
    return Message("E401", f"`{option}` is for a text, and this `retry` has none", help)


def fetch_unused() -> Message:
    return Message("E401", "nothing uses what this `fetch` brings", 'name it: fetch "…" as customer')


def no_call_block() -> Message:
    return Message(
        "E408",
        "the script has no `call` block, so there is no call to make",
        "add: call { to phone {{ number }}  from phone 14155550100 }",
    )


# ---- what excludes or needs another


def beside_template(name: str) -> Message:
    return Message("E402", f"`{name}` cannot be combined with the whole object given as a template")


def answer_url_and_actions() -> Message:
    return Message(
        "E402",
        "`answer_url` stands instead of actions, never beside them",
        "the NCCO that is fetched from there would take the place of the actions: remove one of the two",
    )


def event_url_of_waiting(what: str) -> Message:
    """`what`: the statement that waits."""
    return Message(
        "E402",
        f"what comes back from this `{what}` goes to the flow, so it has no `event_url` of its own",
        "remove it; or remove the branches and `as`, and let the other server answer",
    )


def event_url_of_call(answers: Span) -> Message:
    """`answers`: the handler that answers an event of the call."""
    message = "the events of this call are answered by the flow, so it has no `event_url` of its own"
    return Message("E402", message, labels=((answers, "this answers one"),))


def asynchronous_with_branches() -> Message:
    return Message(
        "E402",
        "an asynchronous `input` sends key by key and does not wait, so nothing can be chosen by it",
        "remove `mode`, or the branches and `as`",
    )


def detection_mode() -> Message:
    return Message(
        "E403",
        "the platform lets this be answered only where it detects machines in the mode `default`",
        "write advanced_machine_detection={behavior: continue, mode: default}",
    )
