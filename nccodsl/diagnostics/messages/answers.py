"""E325, E326: answers with a type, and how often they are asked for."""

from __future__ import annotations

from nccodsl.diagnostics.diagnostic import Edit, Fix, Message


def counted_texts(times: str, texts: int, edit: Edit) -> Message:
    """`times`: the number as it is written; `edit` removes it."""
    help = f"remove `{times}`: with {texts} texts it asks again {texts} times, each time with the next one"
    return Message("E326", "`retry` has a number and several texts", help, fix=Fix.as_help(help, edit))
