"""E3: values of the wrong type, form or size."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.base.plural import counted
from nccodsl.diagnostics.codes import REGISTER
from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.messages import forms
from nccodsl.diagnostics.suggest import Instead, Removal, did_you_mean, one_of, such_as, write


def not_shown(code: str) -> Message:
    """What is wrong with a private value, without the value."""
    return Message(code, f"{REGISTER[code].title} (the value is private and not shown)")


# ---- types


def description_not_plain() -> Message:
    return Message("E301", "a description must be plain text, not a template", "write the description without `{{ }}`")


def duration_misplaced(written: str) -> Message:
    message = f"`{written}` is a duration, and only options that count seconds take one"
    return Message("E301", message, write(f'"{written}"'))


def not_in_seconds(option: str, written: str, *, number: bool) -> Message:
    """`written`: a duration; `number`: the option takes a number."""
    right = written.rstrip("abcdefghijklmnopqrstuvwxyz") if number else f'"{written}"'
    return Message("E301", f"`{option}` does not count seconds, so it cannot be `{written}`", write(right))


def map_wanted(option: str) -> Message:
    return Message("E301", f"`{option}` must be a map", "write a map such as `{name: 1}`")


def loop_wants_list(written: str) -> Message:
    """`written`: what the `for` runs over now."""
    right = f"{{{{ {written} }}}}" if written.isidentifier() else f"[{written}]"
    return Message("E301", "`for` must run over a list", write(right))


def timeout_no_duration() -> Message:
    return Message("E301", "`timeout` must be a duration", such_as("3s", "a duration"))


def answered_by(what: str, words: Sequence[str], written: str) -> Message:
    """`written`: the match, with its quotes."""
    word = written.strip('"')
    help = write(word) if word in words else one_of(words)
    return Message("E301", f"`{written}` is not an outcome of `{what}`", help)


def wrong_in_address() -> Message:
    return Message("E301", "a value in a URL must be text or a number")


# ---- values out of a set, a range or a form


_SILENCE = ("silence", "timeout", "none", "empty", "no_input", "no-input", "noinput", "timed_out")
"""What people call an `input` without an answer."""


def no_such_outcome(word: str, what: str, known: Sequence[str]) -> Message:
    """`what`: the statement whose branches these are."""
    near = write("nothing") if what == "input" and word in _SILENCE else did_you_mean(word, known)
    help = near or (f'write `"{word}"`' if what == "input" else one_of(known))
    return Message("E302", f"`{word}` is not an outcome of `{what}`", help)


def language_not_published(language: str, help: str) -> Message:
    return Message("E302", f"`{language}` is not a published language", help)


def no_phone_number(written: str, reason: str) -> Message:
    help = "write it with its country code, such as `14155550101`"
    return Message("E303", f"`{written}` is not a valid phone number: {reason}", help)


def timeout_too_short() -> Message:
    return Message("E304", "`timeout` must be longer than 0 s", such_as("3s", "a duration"))


def retry_count(written: str, nearest: int) -> Message:
    return Message("E304", f"`retry` must be 1 to 100, not {written}", write(str(nearest)))


def said_for_ever() -> Message:
    return Message("E304", "`loop=0` repeats this text until the call ends, so the step never runs again", write("1"))


def style_out_of_range(written: str) -> Message:
    return Message("E304", f"`style` must be a whole number from 0, not {written}", write("0"))


def fetch_wants_address(what: str, instead: str) -> Message:
    """`what`: `fetch` or `send`."""
    text = f"`{what}` takes a URL that begins with http:// or https://"
    return Message("E305", text, forms.whole_address(instead, "a URL"))


def cannot_be_pressed(keys: str) -> Message:
    """`keys`: a text of a branch or a test."""
    possible = "".join(char for char in keys if char in "0123456789*#")
    help = write(f'"{possible}"') if possible else 'write keys such as `"1"`'
    return Message("E307", f"`{keys}` cannot be pressed: the keys are 0-9, * and #", help)


def not_whole_seconds(option: str, written: str, seconds: float) -> Message:
    message = f"`{option}` must be whole seconds, not {written} ({seconds:g} s)"
    return Message("E309", message, write(f"{max(int(seconds + 0.5), 1)}s"))


def empty_match() -> Message:
    return Message("E314", "an empty text matches no answer", Instead("write `nothing` for silence", "nothing"))


# ---- values of params

_EXAMPLES = {
    "number": "1",
    "integer": "1",
    "boolean": "true",
    "phone": '"14155550101"',
    "date": '"2026-12-31"',
    "time": '"17:30"',
    "datetime": '"2026-12-31T17:30:00"',
    "duration": '"90s"',
    "url": '"https://example.com/"',
    "list": "[]",
    "map": "{}",
}
"""A value of each type of param, as a script has it."""
_KINDS = {
    "text": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "phone": "a valid phone number",
    "url": "a URL",
    "datetime": "a date with a time",
}


def no_value_of_type(name: str, kind: str, reason: str | None) -> Message:
    return Message("E315", f"`{name}` must be {_a(kind)}{_why(reason)}", _example(kind))


def given_value_is_none(name: str, kind: str, given: str, reason: str | None, doc: str | None) -> Message:
    """`given`: the value as it is shown; `doc`: the description of the param."""
    return Message("E315", f"`{name}` must be {_a(kind)}, not {given}{_why(reason)}", _given(name, kind, doc))


def unusable_value(name: str, kind: str, reason: str | None) -> Message:
    """`reason`: None where it would show a private value."""
    return Message("E315", f"the value given for `{name}` is not {_a(kind)}{_why(reason)}", _given(name, kind, None))


def private_value_is_none(name: str, kind: str, doc: str | None) -> Message:
    message = f"the value given for `{name}` is not {_a(kind)} (it is private and not shown)"
    return Message("E315", message, _given(name, kind, doc))


def default_is_none(name: str, kind: str, reason: str | None, right: str | None = None) -> Message:
    """`reason`: None where it would show a private value; `right`: the value in the form that is right."""
    help = write(f'"{right}"', safe=True) if right else _example(kind)
    return Message("E315", f"the default of `{name}` is not {_a(kind)}{_why(reason)}", help)


def _a(kind: str) -> str:
    return _KINDS.get(kind, f"a {kind}")


def _why(reason: str | None) -> str:
    return "" if reason is None else f": {reason}"


def _example(kind: str) -> str | None:
    example = _EXAMPLES.get(kind)
    if kind == "boolean":
        return "write `true` or `false`"
    return f"write {_a(kind)} such as `{example}`" if example else None


def _given(name: str, kind: str, doc: str | None) -> str | None:
    what = f" ({doc})" if doc else ""
    example = _EXAMPLES.get(kind, "").strip('"')
    return f"give {_a(kind)} such as `{name}={example}`{what}" if example else doc


# ---- what cannot be written, or may not be shown


def surrogate_in_value() -> Message:
    return Message("E318", "a value contains half of a surrogate pair, which JSON text cannot hold")


def not_json(reason: str) -> Message:
    return Message("E318", f"the value cannot be written as JSON: {reason}")


def text_cut(length: int, kept: int) -> Message:
    message = f"a text of {length:,} characters was cut to {kept:,}, the most that one `talk` can say"
    return Message("E815", message, "write `{{ … | truncate(200) }}`")


def private_shown(where: str, template: str | None) -> Message:
    """`template`: the `{{ … }}` in a text that shows it."""
    message = f"a private value would show in {where}, which servers on the way write to their logs"
    request = "`fetch`" in where or "`send`" in where
    help = "send it in `headers` or `body`" if request else "send it in the payload of a `notify`"
    if template is None:
        return Message("E319", message, help)
    return Message("E319", message, Instead(f"remove `{template}`; {help}", "", template))


# ---- values of one option, by its name; `shown`: the value as it is shown, `help`: what to write instead


def wrong_type(option: str, wanted: str, shown: str, help: str | None = None) -> Message:
    return Message("E301", f"`{option}` must be {wanted}, not {shown}", help)


def null_value(option: str, help: str | None = None) -> Message:
    return Message("E301", f"`{option}` is null", help)


def no_object(owner: str, shown: str) -> Message:
    """`owner`: what it is, as it is shown."""
    return Message("E301", f"{owner} must be an object, not {shown}")


def part_no_object(what: str, shown: str, example: str) -> Message:
    """`what`: an action or an endpoint, with its article."""
    return Message("E301", f"{what} must be an object, not {shown}", f"write an object such as `{example}`")


def not_one_of(option: str, choices: str, shown: str, help: str | None) -> Message:
    return Message("E302", f"`{option}` must be {choices}, not {shown}", help)


def out_of_range(option: str, wanted: str, shown: str, help: str | None) -> Message:
    """`wanted`: the range in words."""
    return Message("E304", f"`{option}` must be {wanted}, not {shown}", help)


def fraction(option: str, shown: str, help: str | None, *, seconds: bool) -> Message:
    code, wanted = ("E309", "whole seconds") if seconds else ("E301", "a whole number")
    return Message(code, f"`{option}` must be {wanted}, not {shown}", help)


def empty_array(option: str, *, required: bool) -> Message:
    help = "add at least one item"
    return Message("E310", f"`{option}` is empty", help if required else Removal(f"remove `{option}`, or {help}"))


def too_many_items(option: str, count: int, most: int, help: str | None) -> Message:
    verb = "is" if most == 1 else "are"
    return Message("E310", f"`{option}` has {count} items, and at most {most} {verb} allowed", help)


def too_many_bytes(option: str, size: int, most: int, largest: str | None) -> Message:
    """`largest`: the member that takes the most room."""
    help = None if largest is None else Removal(f"remove `{largest}`; send an ID, and look the rest up", largest)
    return Message("E312", f"`{option}` takes {counted(size, 'byte')} as JSON, and at most {most} are allowed", help)


def no_array(option: str, *, tolerated: bool) -> Message:
    """`tolerated`: the platform takes one value too."""
    code, must = ("W018", "should") if tolerated else ("E317", "must")
    return Message(code, f"`{option}` {must} be an array, even with one item")


def not_finite(option: str, help: str | None) -> Message:
    return Message("E318", f"`{option}` is not a finite number, so JSON cannot hold it", help)


def beyond_json(option: str) -> Message:
    return Message("E318", f"`{option}` holds a value that JSON cannot express, or is nested too deeply")


# ---- values in addresses

_KEEP_THE_CALL = "run `nccodsl call SCRIPT --store FILE`, with the store of `nccodsl serve`"


def private_in_addresses(name: str) -> Message:
    message = f"the private value `{name}` would show in the webhook URLs of the first NCCO"
    return Message("E319", message, _KEEP_THE_CALL)


def too_long_for_address(reason: str) -> Message:
    return Message("E311", reason, _KEEP_THE_CALL)
