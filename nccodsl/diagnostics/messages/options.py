"""E105 and E4: options that are given twice or missing, and options that exclude or need each other."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import Addition, Atop, Instead, Removal, one_of, remove, write

# ---- twice


def reason_no_text(written: str) -> Message:
    return Message("E301", f"`reason` must be a text, not `{written}`", write(f'"{written}"', safe=True))


def private_reason() -> Message:
    text = "the reason of an `opt_out` cannot be private: `nccodsl suppress` shows it"
    return Message("E319", text, "give a reason without private values")


def given_twice(name: str, first: Span | None = None) -> Message:
    labels = ((first, "first given here"),) if first else ()
    return Message("E105", f"`{name}` is given twice", labels=labels)


def default_given_twice(name: str, action: str, first: Span) -> Message:
    message = f"`{name}` is given twice as a default of `{action}`"
    return Message("E105", message, labels=((first, "first given here"),))


def given_in_map_too(name: str) -> Message:
    return Message("E105", f"`{name}` is given twice, once inside a map", remove(name))


def members_given_twice(name: str, members: Iterable[str]) -> Message:
    return Message("E105", f"`{name}` gives {', '.join(sorted(members))} a second time", remove(name))


# ---- missing


def required_is_none(name: str) -> Message:
    help = "give the value, or write another one with `| default(…)`"
    return Message("E401", f"`{name}` is required, but its value is `none`", help)


def raw_without_action() -> Message:
    return Message("E401", "a raw action has no `action`", 'write `raw {action: "newest", someOption: true}`')


def raw_without_map() -> Message:
    return Message("E401", "`raw` needs a map", 'write `raw {action: "newest", someOption: true}`')


def retry_without_text(option: str) -> Message:
    help = 'write a text before the options: `retry 2 "Sorry?" language=es-ES`'
    return Message("E401", f"`{option}` belongs to a text, and this `retry` has none", help)


def fetch_unused() -> Message:
    return Message(
        "E401", "nothing uses the result of this `fetch`", Instead("add `as result`", " as result", behind=True)
    )


def no_call_block() -> Message:
    block = "call { to phone 14155550101  from phone 14155550100 }"
    help = Atop(f"add `{block}`", f"{block}\n\n")
    return Message("E408", "the script has no `call` block, so there is no call to place", help)


# ---- what excludes or needs another


def beside_template(name: str) -> Message:
    return Message("E402", f"`{name}` cannot be combined with a template for the whole object", remove(name))


def answer_url_and_actions() -> Message:
    return Message(
        "E402",
        "`answer_url` cannot be combined with actions: its NCCO replaces them",
        "remove `answer_url`, or the actions",
    )


def event_url_of_waiting(what: str) -> Message:
    """`what`: the statement that waits."""
    message = f"`event_url` cannot be combined with branches or `as`: the script answers this `{what}`"
    return Message("E402", message, remove("event_url"))


def event_url_of_call(answers: Span) -> Message:
    """`answers`: the handler that answers an event of the call."""
    message = "`event_url` cannot be combined with `on …` in the call: the script answers its events"
    return Message("E402", message, remove("event_url"), labels=((answers, "this answers an event"),))


def asynchronous_with_branches() -> Message:
    message = "an asynchronous `input` does not wait, so it cannot have branches or `as`"
    return Message("E402", message, remove("mode"))


def detection_mode() -> Message:
    return Message(
        "E403",
        "`on machine`, `on human` and `on beep` need machine detection in the mode `default`",
        "write `advanced_machine_detection={behavior: continue, mode: default}`",
    )


# ---- options as an NCCO or a call body has them, by the names that the user writes


def missing(owner: str, option: str, doc: str, example: str | None) -> Message:
    """`owner`: what lacks it, as it is shown; `doc`: what the option says; `example`: one that can be added."""
    return Message("E401", f"{owner} has no `{option}`", example or f"add `{option}`: {doc}")


def kind_missing(what: str, tag: str, kinds: Iterable[str]) -> Message:
    """`what`: an action or an endpoint, with its article."""
    known = list(kinds)
    help = Addition(f'add `"{tag}": "{known[0]}"`, or another of {", ".join(known)}', "", f'"{tag}": "{known[0]}"')
    return Message("E401", f"{what} needs `{tag}`", help)


def kind_no_text(tag: str, kinds: Iterable[str], shown: str) -> Message:
    return Message("E301", f"`{tag}` must be a text, not {shown}", one_of(kinds))


def sip_without_address(uri: str, domain: str) -> Message:
    return Message("E401", "a SIP endpoint needs an address", f"add `{uri}`, or `{domain}` with a user")


def call_without_ncco(ncco: str, url: str) -> Message:
    return Message("E401", f"the call has neither `{ncco}` nor `{url}`", f"add one of them: `{ncco}` or `{url}`")


def no_caller(caller: str, chosen: str) -> Message:
    phone = "from phone 14155550100"
    help = Addition(
        f"add `{phone}`, or {chosen}", phone, f'"{caller}": {{"type": "phone", "number": "14155550100"}}', sample=True
    )
    return Message("E401", f"the call has no `{caller}`", help)


def custom_without_value(kind: str, value: str) -> Message:
    return Message("E401", f"`{kind}` custom needs `{value}`", f"add `{value}`")


def exclude_each_other(one: str, other: str) -> Message:
    """`one` is what the message marks."""
    return Message("E402", f"`{one}` and `{other}` exclude each other", Removal(f"remove `{one}`, or `{other}`"))


def asynchronous_without_settings(mode: str) -> Message:
    return Message("E402", f"`{mode}` asynchronous cannot be combined with settings for dtmf", Removal("remove them"))


def channels_without_split(channels: str, split: str) -> Message:
    added = f"{split}=conversation"
    help = Addition(f"add `{added}`", added, f'"{split}": "conversation"')
    return Message("E403", f"`{channels}` needs `{split}`", help)


def transcription_without_record(transcription: str, record: str) -> Message:
    help = Addition(f"add `{record}=true`", f"{record}=true", f'"{record}": true')
    return Message("E403", f"`{transcription}` needs `{record}`: only recordings are transcribed", help)


def user_without_domain(user: str, domain: str) -> Message:
    added = f"{domain}=example"
    help = Addition(f"add `{added}`", added, f'"{domain}": "example"', sample=True)
    return Message("E403", f"`{user}` needs `{domain}`", help)


def settings_unused(kind: str, type_option: str) -> Message:
    return Message(
        "E403",
        f"settings for {kind} are given, but the input does not listen to {kind}",
        Removal(f"remove them, or add {kind} to the input's {type_option}"),
    )


def barge_in_without_input(option: str) -> Message:
    return Message(
        "E404",
        f"`{option}` is true, but no `input` follows that takes what the caller presses or says",
        Removal(f"remove `{option}`, or add an `input` after it"),
    )


def withdrawn_action(name: str, instead: str) -> Message:
    return Message("E405", f"the platform has withdrawn the action `{name}`", f"use {instead}")


def withdrawn(option: str, instead: str) -> Message:
    return Message("E406", f"the platform has withdrawn `{option}`", Removal(f"remove `{option}`, and use {instead}"))


def input_without_type(option: str) -> Message:
    help = Addition("add `dtmf` for keys, `speech` for speech, or both", "dtmf", f'"{option}": ["dtmf"]', first=True)
    return Message("E407", "the input does not say what it listens to", help)
