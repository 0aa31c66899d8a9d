"""Who has opted out in a call: who has called in, or who was called."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.diagnostics import Diagnostic, messages
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.runnable import Ask
from nccodsl.runtime.state import State
from nccodsl.templates import Scope

MOST_LETTERS = 200
"""Characters of a reason that are kept."""
_NOBODY = frozenset(("", "anonymous", "private", "restricted", "unavailable", "unknown"))
"""What stands for a number that is withheld."""


class OptedOut(NamedTuple):
    """A number that is not to be called again: digits without `+`, or what else names the other party, and why."""

    number: str
    reason: str


def opted_out(flow: Compiled, state: State, ask: Ask, scope: Scope) -> OptedOut | Diagnostic:
    """The other party of a call, by an `opt_out`; a finding (E511) where its number is not known. Raises Failed."""
    reason = ask.reason(scope)
    direction = state.call.get("direction")
    # Where the platform does not say which way the call goes, the script tells whether it places calls.
    outbound = direction == "outbound" if direction in ("inbound", "outbound") else flow.has_call
    number = (state.callee if outbound else state.caller).strip()
    with suppress(NotAPhoneNumber):
        number = digits(number)
    if number.casefold() in _NOBODY:
        return messages.webhooks.nobody_to_opt_out().about(flow.program.sources.file_of(ask.span), ask.span)
    return OptedOut(number, " ".join(str(reason or "").split())[:MOST_LETTERS])
