"""What cannot be right in a `test` block. `verb` is the verb of its line."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Edit, Fix, Message
from nccodsl.diagnostics.suggest import Instead, did_you_mean, write

_EXAMPLES = {
    "hear": '"Hello"',
    "say": '"yes"',
    "press": '"1"',
    "fetched": '"https://example.com/"',
    "dialled": "phone 14155550123",
    "sent": '"https://example.com/"',
    "whispered": '"A call from"',
}


def value_not_plain() -> Message:
    help = "write the value itself, without a template"
    return Message("E301", "a test needs plain values: no call is running that could compute one", help)


def not_without_hear(verb: str, negation: Span) -> Message:
    """`negation`: the `not` before the verb."""
    fix = Fix("remove `not`", (Edit(negation, ""),))
    return Message("E101", f"only `hear` and `opted_out` can have `not`, not `{verb}`", fix=fix)


def word_behind_verb(word: str, verb: str, known: Iterable[str]) -> Message:
    help = did_you_mean(word, known) or Instead(f"remove `{word}`", "")
    return Message("E101", f"unexpected `{word}` after `{verb}`", help)


def no_failure(written: str, status: str | None) -> Message:
    """`written` stands behind the `failed` of a `fetched`; `status`: the one that is meant."""
    message = f"`{written}` is not a status that a `fetch` fails with"
    return Message("E302", message, write(status) if status else "write a status such as `404`, or remove it")


def ends_without_dialog() -> Message:
    help = 'write `ended`, or `test "…" of dialog() { … }`'
    return Message("E505", "`ends` is allowed in tests of dialogs only", help)


def ends_without_outcome(outcomes: Iterable[str]) -> Message:
    example = next(iter(outcomes), "done")
    return Message("E101", "`ends` does not say with which outcome", f"write `ends {example}`")


def takes_nothing(verb: str) -> Message:
    return Message("E101", f"`{verb}` takes no value", Instead("remove the value", ""))


def reply_without_fetched(reply: Span) -> Message:
    """`reply`: the word and its value."""
    fix = Fix("remove the reply", (Edit(reply, ""),))
    return Message("E101", "only `fetched` can have a `reply`", fix=fix)


def wrong_argument(verb: str, wanted: str | None, written: str | None) -> Message:
    """`written`: what stands there, where quotes would make it right."""
    help = write(f'"{written}"') if written is not None else write(_EXAMPLES[verb])
    return Message("E301", f"`{verb}` takes {wanted}", help)


def no_argument(verb: str, wanted: str, behind: Span) -> Message:
    """`behind`: the empty place after the verb."""
    example = _EXAMPLES[verb]
    return Message("E401", f"`{verb}` needs {wanted}", fix=Fix(f"add `{example}`", (Edit(behind, f" {example}"),)))


def body_without_sent(verb: str) -> Message:
    return Message("E101", f"`{verb}` has no body", "only `sent` can have a map behind its value")


def fetched_without_reply(behind: Span) -> Message:
    """`behind`: the empty place after the line."""
    fix = Fix("add `reply {}`", (Edit(behind, " reply {}"),))
    help = "add `reply {}`, or `failed` on the next line"
    return Message("E401", "`fetched` does not say what comes back", help, fix=fix)


def no_options(verb: str, voice: str | None, option: Span) -> Message:
    """`voice`: the option, if `hear` has it; `option`: all of it."""
    fix = Fix("remove the option", (Edit(option, ""),))
    help = f"only `hear` takes `{voice}`" if voice else None
    return Message("E202", f"`{verb}` takes no options", help, fix=fix)


def language_no_code() -> Message:
    return Message("E301", "`language` must be a language code", write("en-US"))


def style_no_number() -> Message:
    return Message("E301", "`style` must be a whole number", write("0"))


def param_missing(name: str, kind: str) -> Message:
    return Message("E211", f"this test gives no value for `{name}`", f"add `with {name}=…`, a {kind}, to the test")


def title_twice(title: str, first: Span) -> Message:
    help = "give each test a title of its own"
    return Message("E205", f"there are two tests `{title}`", help, ((first, "the first one"),))
