"""From what the platform says of an NCCO back to the script: the line that an action was written in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nccodsl.base.source import Span
from nccodsl.errors import RenderError
from nccodsl.lowering.holes import Failed
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import Walk

# `(at /2/text)`, `$[2].text`, `[2]`, `action 2`: how reasons name an action is documented nowhere.
_INDEX = re.compile(r"/(\d{1,5})(?:[/)\s]|$)|\[(\d{1,5})\]|\baction (\d{1,5})\b")


def without_values(reason: str, state: State) -> str:
    """A reason without the values of the call, which the platform quotes as it likes."""
    texts = {str(value) for value in _values_in([state.values, state.names, [one[1] for one in state.fetched]])}
    for text in sorted(texts, key=len, reverse=True):
        if len(text) > 1:
            reason = reason.replace(text, "…")
    return reason


def _values_in(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _values_in(one)
    elif value is not None and not isinstance(value, bool):
        yield value


def span_of(script: Runnable, state: State, reason: str) -> Span | None:
    """Where the script writes the action of the state's NCCO that a reason names, else where that NCCO begins."""
    span = script.flow.blocks[state.block].span if state.block in script.flow.blocks else None
    found = _INDEX.search(reason)
    if found:
        try:
            items = Walk(script, state).run(trace=True).items or []
        except (Failed, RenderError):
            items = []
        if script.gated and any(item is not None and item.kind == "connect" for item in items):
            return span  # what was handed out was a part of it (gate.py)
        index = int(next(group for group in found.groups() if group))
        item = items[index] if index < len(items) else None
        span = item.span if item is not None else span
    return span
