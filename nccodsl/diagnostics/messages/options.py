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


# ---- options as an NCCO or a call body has them, by the names that the user writes


def missing(owner: str, option: str, doc: str) -> Message:
    """`owner`: what lacks it, as it is shown; `doc`: what the option says."""
    return Message("E401", f"{owner} has no `{option}`", f"`{option}` is required: {doc}")


def kind_missing(what: str, tag: str, kinds: Iterable[str]) -> Message:
    """`what`: an action or an endpoint, with its article."""
    return Message("E401", f"{what} needs `{tag}`: one of {', '.join(kinds)}")


def kind_no_text(tag: str, kinds: Iterable[str], shown: str) -> Message:
    return Message("E301", f"`{tag}` must be one of {', '.join(kinds)}, not {shown}")


def sip_without_address(uri: str, domain: str) -> Message:
    return Message("E401", f"the sip endpoint has neither `{uri}` nor `{domain}`")


def call_without_ncco(ncco: str, url: str) -> Message:
    return Message("E401", f"the call has neither `{ncco}` nor `{url}`", "exactly one of them is wanted")


def no_caller(caller: str, chosen: str) -> Message:
    return Message("E401", f"the call has no `{caller}`", f"give it a number, or set {chosen} to true")


def custom_without_value(kind: str, value: str) -> Message:
    return Message("E401", f"`{kind}` custom needs `{value}`")


def exclude_each_other(one: str, other: str) -> Message:
    return Message("E402", f"`{one}` and `{other}` exclude each other", "keep one of them")


def asynchronous_without_settings(mode: str) -> Message:
    return Message("E402", f"`{mode}` asynchronous excludes settings for dtmf")


def channels_without_split(channels: str, split: str) -> Message:
    return Message(
        "E403", f"`{channels}` needs `{split}` to be conversation", f"add {split} with the value conversation"
    )


def transcription_without_record(transcription: str, record: str) -> Message:
    help = "nothing is transcribed that is not recorded"
    return Message("E403", f"`{transcription}` needs `{record}` to be true", help)


def user_without_domain(user: str, domain: str) -> Message:
    return Message("E403", f"`{user}` needs `{domain}`")


def settings_unused(kind: str, type_option: str) -> Message:
    message = f"settings for {kind} are given, but the input does not listen to {kind}"
    return Message("E403", message, f"add {kind} to the input's {type_option}")


def barge_in_without_input(option: str) -> Message:
    return Message(
        "E404",
        f"`{option}` is true, but no input comes next to take what the caller does",
        f"put an input behind it, with nothing but talk and stream between, or leave `{option}` out",
    )


def withdrawn_action(name: str, instead: str) -> Message:
    return Message("E405", f"the platform has withdrawn the action `{name}`", f"use {instead}")


def withdrawn(option: str, instead: str) -> Message:
    return Message("E406", f"`{option}` has been withdrawn", f"use {instead} instead")


def input_without_type(option: str) -> Message:
    help = f"add {option}: dtmf for keys, speech for speech, or both"
    return Message("E407", "the input does not say what it listens to", help)
