"""What cannot be right in a `test` block. `verb` is the verb of its line."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean


def value_not_plain() -> Message:
    return Message("E301", "a test gives plain values: no call runs yet that could compute one")


def not_without_hear(verb: str) -> Message:
    return Message("E101", f"`not` goes with `hear`, not with `{verb}`")


def word_behind_verb(word: str, verb: str, known: Iterable[str]) -> Message:
    return Message("E101", f"unexpected `{word}` behind `{verb}`", did_you_mean(word, known))


def takes_nothing(verb: str) -> Message:
    return Message("E101", f"`{verb}` takes nothing")


def reply_without_fetched() -> Message:
    return Message("E101", "`reply {…}` belongs to `fetched`")


def wrong_argument(verb: str, wanted: str | None, written: str | None) -> Message:
    """`written`: what stands there, where quotes would make it right."""
    return Message("E301", f"`{verb}` takes {wanted}", f'write {verb} "{written}"' if written is not None else None)


def no_argument(verb: str, wanted: str) -> Message:
    return Message("E401", f"`{verb}` takes {wanted}")


def fetched_without_reply() -> Message:
    return Message("E401", "`fetched` says what comes back", 'write fetched "…" reply {…}, or fetched "…" failed')


def no_options(verb: str, voice: str | None) -> Message:
    """`voice`: the option, if `hear` has it."""
    help = f'they say in which voice something is heard: hear "…" {voice}=…' if voice else None
    return Message("E202", f"`{verb}` takes no options", help)


def language_no_code() -> Message:
    return Message("E301", "`language` is a code such as es-US")


def style_no_number() -> Message:
    return Message("E301", "`style` is a whole number such as 2")
