"""The names that a running call knows, for people. Values of private params are never shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from nccodsl.analysis.program import name_in_script
from nccodsl.errors import RenderError
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.advance import play

HIDDEN_VALUE = "(private)"
_LONGEST = 70


class PrivateValues:
    """What must not be shown of a call: `values` are those of its params."""

    def __init__(self, flow: Compiled, values: Mapping[str, object]) -> None:
        self._names = flow.private_names
        self._texts = [str(values[name]) for name in self._names if values.get(name) not in (None, "")]

    def shown(self, value: object, *names: str) -> str:
        """A value as JSON, or `(private)` where it is made of a private name or holds a private value."""
        text = json.dumps(value, ensure_ascii=False, default=str)
        hidden = not self._names.isdisjoint(names) or any(one in text for one in self._texts)
        return HIDDEN_VALUE if hidden else text

    def pieces(self, text: str) -> list[str]:
        """What is left of a text between the private values that it holds."""
        pieces = [text]
        for one in sorted(self._texts, key=len, reverse=True):
            pieces = [piece for whole in pieces for piece in whole.split(one)]
        return pieces


def known_names(stage: Stage) -> Iterator[str]:
    """`name: value`, params first; with `visits` of the steps that were entered more than once."""
    state = stage.state
    if state is None:
        return
    try:
        names = {**state.names, **play(stage.script, state).names()}
    except RenderError:
        names = dict(state.names)
    private = PrivateValues(stage.flow, state.values)
    for name, value in {**state.values, **names}.items():
        known = name_in_script(name)
        if known is None:
            continue
        shown = private.shown(value, name)
        yield f"  {known}: {shown if len(shown) <= _LONGEST else f'{shown[: _LONGEST - 1]}…'}"
