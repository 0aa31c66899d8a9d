"""The names that a running call knows, for people. Values of private params are never shown."""

from __future__ import annotations

import json
from collections.abc import Iterator

from nccodsl.analysis.program import name_in_script
from nccodsl.errors import RenderError
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.advance import play

_HIDDEN = "(private)"
_LONGEST = 70


def known_names(stage: Stage) -> Iterator[str]:
    """`name: value`, params first; with `visits` of the steps that were entered more than once."""
    state = stage.state
    if state is None:
        return
    try:
        names = {**state.names, **play(stage.script, state).names()}
    except RenderError:
        names = dict(state.names)
    private = stage.flow.private_names
    secrets = [str(state.values[name]) for name in private if state.values.get(name) not in (None, "")]
    for name, value in {**state.values, **names}.items():
        known = name_in_script(name)
        if known is None:
            continue
        shown = _shown(value)
        hidden = name in private or any(secret in shown for secret in secrets)
        yield f"  {known}: {_HIDDEN if hidden else shown if len(shown) <= _LONGEST else f'{shown[: _LONGEST - 1]}…'}"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
