"""W006: SHAKEN passports in Identity headers."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.base.plural import counted
from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import Removal

_AGAIN = Removal("remove `shaken`, and sign a passport for each call with `nccodsl call --shaken-key FILE`")


def unreadable(reason: str) -> Message:
    return Message("W006", f"the passport of the Identity header cannot be read: {reason}", _AGAIN)


def differs_from_header(key: str, value: str, wanted: str) -> Message:
    """`key`: a member of the passport's header, which the Identity header repeats; `value` is quoted."""
    return Message("W006", f"the passport's {key} is {value}, but the header says {wanted}", _AGAIN)


def other_caller(orig: str, caller: str) -> Message:
    return Message("W006", f"the passport is for calls from {orig}, but the call is from {caller}", _AGAIN)


def other_callee(dest: Sequence[str], callee: str) -> Message:
    return Message("W006", f"the passport is for calls to {', '.join(dest)}, but the call goes to {callee}", _AGAIN)


def no_time() -> Message:
    return Message("W006", "the passport's iat is not a whole number of seconds since 1970", _AGAIN)


def not_of_this_time(seconds: float, *, scripted: bool = False) -> Message:
    """`seconds`: how old it is at the time of the call, negative if it is from the future. `scripted`: a script
    holds it."""
    help = _AGAIN if scripted else None
    when = "in the future" if seconds < 0 else "too old"
    off = f"{counted(abs(int(seconds)), 'second')} {'after' if seconds < 0 else 'before'} the call"
    return Message("W006", f"the passport is {when}: it was issued {off}", help)
