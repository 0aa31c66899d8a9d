"""W006: SHAKEN passports in Identity headers."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import Removal

_AGAIN = Removal("remove `shaken`, and sign a passport for each call with `nccodsl call --shaken-key FILE`")

_SIGN = "run `nccodsl shaken sign` for a new passport"


def unreadable(reason: str) -> Message:
    return Message("W006", f"the passport in the Identity header cannot be read: {reason}", _SIGN)


def differs_from_header(key: str, value: str, wanted: str) -> Message:
    """`key`: a member of the passport's header, which the Identity header repeats; `value` is quoted."""
    return Message("W006", f"the `{key}` of the passport is {value}, but the header says {wanted}", _SIGN)


def other_caller(orig: str, caller: str) -> Message:
    return Message("W006", f"the passport is for calls from {orig}, but the call is from {caller}", _SIGN)


def other_callee(dest: Sequence[str], callee: str) -> Message:
    return Message("W006", f"the passport is for calls to {', '.join(dest)}, but the call goes to {callee}", _SIGN)


def no_time() -> Message:
    return Message("W006", "the `iat` of the passport is not a whole number of seconds since 1970", _SIGN)


def not_of_this_time(seconds: float, *, scripted: bool = False) -> Message:
    """`seconds`: how old it is at the time of the call, negative if it is from the future. `scripted`: a script
    holds it."""
    help = "remove it, and run `nccodsl call FILE --shaken-key KEY --shaken-cert-url URL`" if scripted else _SIGN
    off = abs(int(seconds))
    wrong = f"too old: it was issued {off} s before" if seconds >= 0 else f"not valid yet: it was issued {off} s after"
    return Message("W006", f"the passport is {wrong} the call", help)
