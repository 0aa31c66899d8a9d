"""E605: templates that are too large, and work that is too much."""

from __future__ import annotations

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import write


def loop_too_long(most: int) -> Message:
    return Message("E605", f"this loop writes more than {most:,} actions", "loop over fewer items")


def too_many_rounds(most: int) -> Message:
    text = f"this loop goes through more than {most:,} branches and rounds without asking the caller anything"
    return Message("E605", text, "loop over fewer items, or ask something with `input`")


def nobody_asked() -> Message:
    return Message(
        "E605",
        "the call goes round this ring of steps too often without asking the caller anything",
        "add `if {{ visits > 3 }} { hangup }` to a step of the ring, or ask something with `input`",
    )


# ---- what is written


def template_too_long(most: int) -> Message:
    return Message("E605", f"the template has more than {most:,} characters", _PREPARE)


def nested_too_deeply(what: str = "the template") -> Message:
    return Message("E605", f"{what} is nested too deeply", _SPLIT)


def too_many_operators(most: int) -> Message:
    return Message("E605", f"the expression nests more than {most} operators", _SPLIT)


def too_many_blocks(most: int) -> Message:
    return Message("E605", f"the template nests more than {most} blocks", _SPLIT)


def too_many_brackets(most: int) -> Message:
    return Message("E605", f"the expression nests more than {most} brackets", _SPLIT)


def too_many_digits() -> Message:
    return Message("E605", "the number has too many digits")


_PREPARE = "prepare the value outside the script, and pass it as a param"
_SPLIT = "split it with `let`, one part for each"

# ---- what is done


def too_much_work(most: int) -> Message:
    return Message("E605", f"the template does more than {most:,} steps", f"loop over fewer items, or {_PREPARE}")


def text_too_long(most: int) -> Message:
    return Message("E605", f"the text would have more than {most:,} characters")


def list_too_long(most: int) -> Message:
    return Message("E605", f"the list would have more than {most:,} items")


def range_too_long(most: int, shorter: str) -> Message:
    return Message("E605", f"the range has more than {most:,} numbers", write(shorter))


def number_too_large(most: int) -> Message:
    return Message("E605", f"the number has more than {most:,} bits")


def result_too_large(most: int) -> Message:
    return Message("E605", f"the number would have more than {most:,} bits")


def value_too_deep(most: int) -> Message:
    return Message("E605", f"the value nests more than {most} lists or maps")


def value_too_long(most: int) -> Message:
    return Message("E605", f"the value has more than {most:,} characters")


def value_too_large(most: int) -> Message:
    return Message("E605", f"the value has more than {most:,} items, counting all levels")


def argument_too_large(name: str, most: int) -> Message:
    return Message("E605", f"`{name}` must be {most:,} or less", f"write `{most}` or less")
