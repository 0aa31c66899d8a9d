"""E605: templates that are too large, and work that is too much."""

from __future__ import annotations

from nccodsl.diagnostics.diagnostic import Message


def loop_too_long(most: int) -> Message:
    return Message("E605", f"this loop writes more than {most:,} actions")


def nobody_asked() -> Message:
    return Message(
        "E605",
        "the flow goes round without asking anybody, too often for one call",
        "ask the caller something with `input`, or leave the ring with `if {{ visits > 3 }} { hangup }`",
    )


# ---- what is written


def template_too_long(most: int) -> Message:
    return Message("E605", f"the template has more than {most:,} characters")


def nested_too_deeply(what: str = "the template") -> Message:
    return Message("E605", f"{what} is nested too deeply")


def too_many_operators(most: int) -> Message:
    return Message("E605", f"the expression has more than {most} operators within each other")


def too_many_blocks(most: int) -> Message:
    return Message("E605", f"the template has more than {most} nested blocks")


def too_many_brackets(most: int) -> Message:
    return Message("E605", f"the expression has more than {most} brackets within each other")


def too_many_digits() -> Message:
    return Message("E605", "the number has too many digits")


# ---- what is done


def too_much_work(most: int) -> Message:
    help = "loop over fewer items, or prepare the value outside the script"
    return Message("E605", f"the template does more than {most:,} steps", help)


def text_too_long(most: int) -> Message:
    return Message("E605", f"the text would have more than {most:,} characters")


def list_too_long(most: int) -> Message:
    return Message("E605", f"the list would have more than {most:,} items")


def range_too_long(most: int) -> Message:
    return Message("E605", f"the range has more than {most:,} numbers")


def number_too_large(most: int) -> Message:
    return Message("E605", f"the number has more than {most:,} bits")


def result_too_large(most: int) -> Message:
    return Message("E605", f"the number would have more than {most:,} bits")


def value_too_deep(most: int) -> Message:
    return Message("E605", f"the value has more than {most} lists or maps within each other")


def value_too_long(most: int) -> Message:
    return Message("E605", f"the value has more than {most:,} characters")


def value_too_large(most: int) -> Message:
    return Message("E605", f"the value has more than {most:,} items at all depths")


def argument_too_large(name: str, most: int) -> Message:
    return Message("E605", f"`{name}` must be {most:,} or less")
