"""What is wrong in a `test` block. `verb` is the verb of its line."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import Instead, did_you_mean, write


def value_not_plain() -> Message:
    return Message(
        "E301", "a test needs plain values: there is no call yet that could compute this one", "write the value itself"
    )


def not_without_hear(verb: str) -> Message:
    return Message("E101", f"`not` is only allowed before `hear`, not before `{verb}`", "remove `not`")


def word_behind_verb(word: str, verb: str, known: Iterable[str]) -> Message:
    return Message("E101", f"unexpected `{word}` after `{verb}`", did_you_mean(word, known))


def takes_nothing(verb: str) -> Message:
    return Message("E101", f"`{verb}` takes no value", Instead("remove the value", ""))


def reply_without_fetched() -> Message:
    return Message("E101", "`reply` is only allowed after `fetched`", "remove `reply {…}`")


def wrong_argument(verb: str, wanted: str | None, written: str | None) -> Message:
    """`written`: what is there, where quotes would make it right."""
    help = write(f'"{written}"') if written is not None else None
    return Message("E301", f"`{verb}` must be followed by {wanted}", help)


def no_argument(verb: str, wanted: str) -> Message:
    return Message("E401", f"`{verb}` must be followed by {wanted}")


def fetched_without_reply() -> Message:
    return Message("E401", "`fetched` does not say what comes back", "add `reply {…}` or `failed`")


def no_options(verb: str, voice: str | None) -> Message:
    """`voice`: the option, if `hear` has it."""
    help = f'use it with `hear`: `hear "…" {voice}=…`' if voice else "remove the option"
    return Message("E202", f"`{verb}` takes no options", help)


def language_no_code() -> Message:
    return Message("E301", "`language` must be a language code", write("es-US"))


def style_no_number() -> Message:
    return Message("E301", "`style` must be a whole number", write("2"))
