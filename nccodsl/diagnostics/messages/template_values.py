"""E606: values that do not suit what a template does with them. `kind`: what one is, in a script author's words."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import Instead, did_you_mean, one_of


def unsuitable(reason: str) -> Message:
    """`reason`: what Python says of it, in a script author's words."""
    return Message("E606", reason)


def loop_over_no_list(kind: str) -> Message:
    return Message("E606", f"`for` runs over a list, not over {kind}")


def no_list(kind: str) -> Message:
    return Message("E606", f"{kind} is not a list")


def no_map(kind: str) -> Message:
    return Message("E606", f"{kind} is not a map")


def none_in_text() -> Message:
    right = "| default('unknown', true)"
    return Message(
        "E606", "the value is `none`, which is not text", Instead(f"add `{right}`", f" {right}", behind=True)
    )


def wrong_count_of_parts(kind: str, count: int) -> Message:
    return Message("E606", f"{kind} does not have the {count} parts that are named here")


# ---- markup; `form`: what it is called


def cannot_change_markup(form: str = "", help: str | None = None) -> Message:
    what = f"{form} markup" if form else "markup"
    return Message("E606", f"{what} cannot be changed further", help)


def character_beyond_markup(form: str, char: str) -> Message:
    return Message("E606", f"the value contains a character that {form} cannot hold (U+{ord(char):04X})")


# ---- operators


def cannot_combine(verb: str, left: str, right: str) -> Message:
    return Message("E606", f"cannot {verb} {left} and {right}")


def cannot_compute(verb: str, reason: str) -> Message:
    return Message("E606", f"cannot {verb}: {reason}")


def division_by_zero() -> Message:
    return Message("E606", "division by zero", "choose with `if`, as in `{{ total / people if people else total }}`")


def not_real() -> Message:
    return Message("E606", "the result is not a real number")


def sign_wants_number(kind: str) -> Message:
    return Message("E606", f"`-` and `+` need a number, not {kind}")


def cannot_look_for(kind: str) -> Message:
    return Message("E606", f"cannot look for {kind} in text")


def cannot_look_into(kind: str) -> Message:
    return Message("E606", f"cannot look into {kind}", "put text, a list or a map on the right of `in`")


# ---- members and items


def cannot_be_key(kind: str) -> Message:
    return Message("E606", f"{kind} cannot be the key of a map")


def index_no_number(kind: str, index: str) -> Message:
    return Message("E606", f"the index of {kind} must be a whole number, not {index}")


def no_items(kind: str) -> Message:
    return Message("E606", f"{kind} has no items")


def cannot_be_sliced(kind: str) -> Message:
    return Message("E606", f"{kind} cannot be sliced")


def slice_wants_numbers() -> Message:
    return Message("E606", "the parts of a slice must be whole numbers")


def step_is_zero(what: str) -> Message:
    """`what`: a slice or `range`."""
    return Message("E606", f"the step of {what} cannot be 0")


# ---- filters, tests and functions, by their names


def wants_number(name: str, kind: str) -> Message:
    return Message("E606", f"`{name}` needs a number, not {kind}")


def wants_whole_number(name: str, kind: str) -> Message:
    return Message("E606", f"`{name}` needs a whole number, not {kind}")


def too_small(name: str, least: int) -> Message:
    return Message("E606", f"`{name}` must be {least} or more")


def test_wants_number(kind: str) -> Message:
    return Message("E606", f"the test needs a number, not {kind}")


def test_does_not_suit(name: str, kind: str) -> Message:
    return Message("E606", f"the test `{name}` cannot be used on {kind}")


def sum_adds_numbers(kind: str) -> Message:
    return Message("E606", f"`sum` adds numbers, not {kind}")


def method_of_round() -> Message:
    return Message("E606", "the method of `round` must be `common`, `ceil` or `floor`")


def dictsort_by() -> Message:
    return Message("E606", "`dictsort` sorts by `key` or by `value`")


def replace_wants_texts() -> Message:
    return Message("E606", "`replace` needs two texts")


def form_of_date() -> Message:
    return Message("E606", "this date format is too long or contains digits")


def cycle_wants_values() -> Message:
    return Message("E606", "`loop.cycle` needs at least one value")


def range_wants_numbers() -> Message:
    return Message("E606", "`range` needs one to three whole numbers")


# ---- filters for speech; `shown`: the value as it is shown


def no_reading(reading: object, shown: str, known: Sequence[str]) -> Message:
    near = did_you_mean(reading, known) if isinstance(reading, str) else None
    return Message("E603", f"{shown} is not a kind of `say_as`", near or one_of(known))


def no_format(reading: object, shown: str) -> Message:
    return Message(
        "E603", f"{shown} is not a format of `say_as({reading!r})`", "write `mdy`, `dmy` or `ymd` for a date"
    )


def no_ssml(reason: str, help: str | None) -> Message:
    return Message("E606", f"the value is not valid SSML: {reason}", None if help is None else str(help))


def text_no_amount() -> Message:
    return Message("E606", "`money` needs a number, and this text is not a number")


def amount_too_large() -> Message:
    return Message("E606", "the amount is too large to say")


def no_currency(shown: str) -> Message:
    return Message("E606", f"{shown} is not a currency code", "write an ISO 4217 code such as `EUR`")


def no_such_form(shown: str, known: Sequence[str]) -> Message:
    return Message("E606", f"{shown} is not a format of dates and times", one_of(known))


def text_no_date() -> Message:
    return Message("E606", "this text is not a date", "write dates as `2026-12-31`")


def text_no_time() -> Message:
    return Message("E606", "this text is not a time", "write times as `17:30`")


def wants_date(filter: str, kind: str) -> Message:
    return Message("E606", f"`{filter}` needs a date, not {kind}")


def wants_duration(kind: str) -> Message:
    return Message("E606", f"`spoken_duration` needs a number of seconds, 0 or more, not {kind}")


def wants_time(kind: str) -> Message:
    return Message("E606", f"`spoken_time` needs a time, not {kind}")


def no_international_number() -> Message:
    help = "write it with its country code, such as `+1 415 555 0101`"
    return Message("E606", "the value is not an international phone number", help)
