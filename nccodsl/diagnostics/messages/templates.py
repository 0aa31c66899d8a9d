"""E6: templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean


def undeclared(name: str, known: Callable[[], Iterable[str]]) -> Message:
    """`known` is asked only for findings that are kept: a script may have very many names."""
    return Message(
        "E602",
        f"nothing declares the name `{name}`",
        lambda: did_you_mean(name, known()) or f"declare it: param {name}: text",
    )


def loop_too_long(most: int) -> Message:
    return Message("E605", f"this loop writes more than {most:,} actions")


def loop_over_no_list(kind: str) -> Message:
    return Message("E606", f"`for` runs over a list, not over {kind}")


def nobody_asked() -> Message:
    return Message(
        "E605",
        "the flow goes round without asking anybody, too often for one call",
        "ask the caller something with `input`, or leave the ring with `if {{ visits > 3 }} { hangup }`",
    )
