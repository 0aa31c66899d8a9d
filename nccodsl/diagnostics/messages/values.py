"""E3: values of the wrong type, form or size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nccodsl.diagnostics.codes import REGISTER
from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean


def not_shown(code: str) -> Message:
    """What is wrong with a private value, without the value."""
    return Message(code, f"{REGISTER[code].title} (it is private and not shown)")


# ---- types


def description_not_plain() -> Message:
    return Message("E301", "a description is a plain text, not a template")


def duration_misplaced() -> Message:
    return Message(
        "E301",
        "a duration has no meaning here",
        "only options that count seconds take a unit; write a number or a text",
    )


def not_in_seconds(option: str, written: str) -> Message:
    message = f"`{option}` does not count seconds, so `{written}` has no meaning here"
    return Message("E301", message, "write the number without a unit")


def map_wanted(option: str) -> Message:
    return Message("E301", f"`{option}` takes a map: {option}={{name: value}}")


def loop_wants_list() -> Message:
    return Message("E301", "a `for` runs over a list: `[…]` or `{{ … }}`", "write [1, 2] or {{ names }}")


def timeout_no_duration() -> Message:
    return Message("E301", "`timeout` is a duration such as 3s")


def answered_by(what: str, words: Sequence[str]) -> Message:
    return Message("E301", f"`{what}` is answered by one of: {', '.join(words)}", "words stand without quotes")


def wrong_in_address() -> Message:
    return Message("E301", "a value in an address is a text or a number")


# ---- values out of a set, a range or a form


def no_such_outcome(word: str, what: str, known: Sequence[str]) -> Message:
    """`what`: the statement whose branches these are."""
    quoted = f'a text stands in quotes: "{word}"; ' if what == "input" else ""
    help = did_you_mean(word, known) or quoted + "known: " + ", ".join(known)
    return Message("E302", f"`{word}` is nothing that comes back to `{what}`", help)


def language_not_published(language: str, known: Iterable[str]) -> Message:
    help = did_you_mean(language, known) or "a language is a code such as es-US"
    return Message("E302", f"`{language}` is not among the published languages", help)


def no_phone_number(written: str, reason: str) -> Message:
    return Message("E303", f"`{written}` is no telephone number: {reason}")


def timeout_too_short() -> Message:
    return Message("E304", "`timeout` must be longer than no time at all")


def retry_count(written: str) -> Message:
    return Message("E304", f"`retry` takes a count from 1 to 100, not {written}")


def said_for_ever() -> Message:
    return Message("E304", "this would be said for ever, and the step never played again")


def style_out_of_range(written: str) -> Message:
    return Message("E304", f"`style` is a whole number from 0, not {written}")


def fetch_wants_address() -> Message:
    return Message("E305", "`fetch` takes an address such as https://example.com/customers")


def cannot_be_pressed(keys: str) -> Message:
    return Message("E307", f"`{keys}` cannot be pressed: the keys are 0-9, * and #")


def not_whole_seconds(option: str, written: str, seconds: float) -> Message:
    message = f"`{option}` counts whole seconds; {written} is {seconds:g} s"
    return Message("E309", message, f"write {max(round(seconds), 1)}s")


def empty_match() -> Message:
    return Message("E314", "an empty text matches nothing", "write `on nothing` for silence")


# ---- values of params


def no_value_of_type(name: str, kind: str, reason: str) -> Message:
    return Message("E315", f"`{name}` is a {kind}: {reason}")


def given_value_is_none(name: str, kind: str, given: str, reason: str, doc: str | None) -> Message:
    """`given`: the value as it is shown; `doc`: the description of the param."""
    return Message("E315", f"`{name}` is a {kind}, and {given} is none: {reason}", doc)


def unusable_value(name: str, kind: str, reason: str | None) -> Message:
    """`reason`: None where it would show a private value."""
    message = f"`{name}` is a {kind}, and what is given is none"
    return Message("E315", message + ("" if reason is None else f": {reason}"))


def private_value_is_none(name: str, kind: str, doc: str | None) -> Message:
    return Message("E315", f"`{name}` is a {kind}, and the value given (private) is none", doc)


def default_is_none(name: str, kind: str, reason: str | None) -> Message:
    """`reason`: None where it would show a private value."""
    return Message("E315", f"the default of `{name}` is no {kind}" + ("" if reason is None else f": {reason}"))


# ---- what cannot be written, or may not be shown


def surrogate_in_value() -> Message:
    return Message("E318", "a value holds half of a surrogate pair, which no text may")


def not_json(reason: str) -> Message:
    return Message("E318", f"the value cannot be written as JSON: {reason}")


def text_cut(length: int, kept: int) -> Message:
    message = f"a text of {length:,} characters was cut to {kept:,}, the most that one `talk` can say"
    return Message("E815", message, "write `{{ … | truncate(200) }}`")


def private_shown(where: str) -> Message:
    return Message(
        "E319",
        f"a private value would show in {where}",
        "addresses and names are written to logs on the way; send it in a `notify` payload, or not at all",
    )


# ---- values of one option, by its name; `shown`: the value as it is shown


def wrong_type(option: str, wanted: str, shown: str) -> Message:
    return Message("E301", f"`{option}` must be {wanted}, not {shown}")


def null_value(option: str, *, optional: bool = False) -> Message:
    return Message("E301", f"`{option}` is null", "leave the option out instead" if optional else None)


def no_object(owner: str, shown: str) -> Message:
    """`owner`: what it is, as it is shown."""
    return Message("E301", f"{owner} must be an object, not {shown}")


def part_no_object(what: str, shown: str) -> Message:
    """`what`: an action or an endpoint, with its article."""
    return Message("E301", f"{what} is an object, not {shown}")


def not_one_of(option: str, choices: str, shown: str) -> Message:
    return Message("E302", f"`{option}` must be {choices}, not {shown}")


def out_of_range(option: str, wanted: str, shown: str, default: object = None) -> Message:
    """`wanted`: the range in words."""
    help = None if default is None else f"the default is {default}"
    return Message("E304", f"`{option}` must be {wanted}, not {shown}", help)


def fraction(option: str, shown: str, *, seconds: bool) -> Message:
    code, wanted = ("E309", "whole seconds") if seconds else ("E301", "a whole number")
    return Message(code, f"`{option}` must be {wanted}, not {shown}")


def empty_array(option: str) -> Message:
    return Message("E310", f"`{option}` is empty; at least one item is wanted")


def too_many_items(option: str, count: int, most: int) -> Message:
    return Message("E310", f"`{option}` has {count} items; {most} is the most")


def too_many_bytes(option: str, size: int, most: int) -> Message:
    return Message("E312", f"`{option}` takes {size} bytes as JSON; at most {most} are allowed")


def no_array(option: str, *, tolerated: bool) -> Message:
    """`tolerated`: the platform takes one value too."""
    return Message("W018" if tolerated else "E317", f"`{option}` must be an array, even of one")


def not_finite(option: str) -> Message:
    return Message("E318", f"`{option}` is not finite, which JSON cannot say")


def beyond_json(option: str) -> Message:
    return Message("E318", f"`{option}` holds something that JSON cannot say, or too deep a nesting")


# ---- values in addresses

_KEEP_THE_CALL = "keep the call where the server finds it: nccodsl call … --store, the one that it serves"


def private_in_addresses(name: str) -> Message:
    message = f"`{name}` is private, and would stand in the addresses of the first NCCO"
    return Message("E319", message, _KEEP_THE_CALL)


def too_long_for_address(reason: str) -> Message:
    return Message("E311", reason, _KEEP_THE_CALL)
