"""W006: SHAKEN passports in Identity headers."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.diagnostics.diagnostic import Message


def unreadable(reason: str) -> Message:
    return Message("W006", f"the Identity header's passport cannot be read: {reason}")


def differs_from_header(key: str, value: str, wanted: str) -> Message:
    """`key`: a member of the passport's header, which the Identity header repeats; `value` is quoted."""
    return Message("W006", f"the passport's {key} is {value}, but the header says {wanted}")


def other_caller(orig: str, caller: str) -> Message:
    return Message("W006", f"the passport is for calls from {orig}, but the call is from {caller}")


def other_callee(dest: Sequence[str], callee: str) -> Message:
    return Message("W006", f"the passport is for calls to {', '.join(dest)}, but the call goes to {callee}")


def no_time() -> Message:
    return Message("W006", "the passport's iat is no whole number of seconds since 1970")


def not_of_this_time(seconds: float, *, scripted: bool = False) -> Message:
    """`seconds`: how old it is at the time of the call, negative if it is from the future. `scripted`: a script
    holds it."""
    help = "--shaken-key signs a fresh one for each call" if scripted else None
    when = "in the future" if seconds < 0 else "too old"
    off = abs(int(seconds))
    return Message("W006", f"the passport is {when}: it was issued {off} seconds off the time of the call", help)
