"""Where a call stands in its script, and which names it knows there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from nccodsl.analysis.program import name_in_script
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.errors import RenderError
from nccodsl.lowering.blocks import dialog_of
from nccodsl.lowering.holes import Failed
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import Walk
from nccodsl.templates import Scope


class CallPlace(Record):
    """The place at which a call waits, or plays the last thing before it ends.

    `played` are the statements of the NCCO that it plays, in order; `span` is None where it plays nothing.
    """

    block: str
    span: Span | None
    played: tuple[Span, ...]
    scope: Scope
    visits: Mapping[str, int]


def call_place(script: Runnable, state: State) -> CallPlace:
    """Where a call is that has this state. Raises Failed, RenderError where the values of the state do not fit."""
    walk = Walk(script, state)
    with suppress(Failed, RenderError):  # where the script fails, what was known until then is what helps
        walk.run(trace=True)
    played = [item.span for item in walk.items or () if item is not None]
    waits = script.blocks[walk.at].ask if walk.at in script.blocks else None
    if waits is not None and (not played or played[-1] != waits.span):
        played.append(waits.span)
    last = walk.trail[-1][1].removesuffix(".retry") if walk.trail else state.block
    block, span = (waits.name, waits.span) if waits is not None else (last, played[-1] if played else None)
    return CallPlace(block, span, tuple(played), walk.scope, walk.visits)


def names_in_block(script: Runnable, block: str, scope: Scope) -> Iterator[tuple[str, str, object]]:
    """The names that a script can read in a block: what it calls them, what the scope does, and their values.

    In a dialog its own names come last, and hide others of the same name; those of other dialogs are left out.
    """
    dialog = dialog_of(block)
    own: list[tuple[str, str, object]] = []
    for name, value in scope.items():
        known = name_in_script(name)
        if known is None or name in script.secrets:
            continue
        owner, dot, short = known.rpartition(".")
        if not dot:
            yield known, name, value
        elif owner == dialog:
            own.append((short, name, value))
    yield from own
