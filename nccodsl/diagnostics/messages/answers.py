"""E325, E326: answers with a type, and how often they are asked for."""

from __future__ import annotations

from nccodsl.base.plural import counted
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message


def wrong_limit(text: str, help: str) -> Message:
    """`text` and `help` are those of a `LimitError`."""
    return Message("E325", text, help)


def limit_not_plain(name: str) -> Message:
    text = f"a limit of `{name}` must be a whole number, a range, a word or a plain text"
    return Message("E325", text, "write the limit itself, such as `4..10`")


def shape_of_input() -> Message:
    return Message(
        "E325", "what a caller answers is one value, not a list or a map", "write a type, such as `digits(4)`"
    )


def limits_elsewhere(name: str, edit: Edit) -> Message:
    """`edit` removes the limits."""
    text = f"`{name}` takes no limits here: only the type of an answer to an `input` has them"
    return Message("E325", text, fix=Fix("remove the limits", (edit,)))


def too_few_keys(most: int, wants: str, needed: int, edit: Edit | None) -> Message:
    """`wants`: what an answer must be."""
    text = f"this input takes {counted(most, 'key')}, which is too few for {wants}"
    help = f"write `max_digits={needed}`, or leave it out: the type sets it"
    return Message("E325", text, help, fix=Fix.as_help(help, edit) if edit else None)


def counted_texts(times: str, texts: int, edit: Edit) -> Message:
    """`times`: the number as it is written; `edit` removes it."""
    help = f"remove `{times}`: with {texts} texts it asks again {texts} times, each time with the next one"
    return Message("E326", "`retry` has a number and several texts", help, fix=Fix.as_help(help, edit))
