"""The variables of a stopped call: its names, the last answer, visits and legs. Private values are hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nccodsl.base.strict_json import read_strict_json
from nccodsl.dap.debugged_call import CallStop
from nccodsl.editor.whereabouts import named, private_values
from nccodsl.errors import UsageError
from nccodsl.lowering.blocks import step_in_words
from nccodsl.rehearsal.known_names import HIDDEN_VALUE

Shown = Callable[..., str]
"""From a value, and the names that it belongs to, to its text; `HIDDEN_VALUE` where it must not be shown."""


class VariableTree:
    """What is shown of one stop: scopes with their values. References to values are numbers from `first`."""

    def __init__(self, scopes: Mapping[str, Mapping[str, object]], shown: Shown, first: int = 1) -> None:
        self._names = tuple(scopes)
        self._shown = shown
        self._first = first
        self._values: list[Mapping[str, object] | list[object]] = list(scopes.values())

    def scopes(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "variablesReference": number, "expensive": False}
            for number, name in enumerate(self._names, self._first)
        ]

    def children(self, reference: int) -> list[dict[str, Any]]:
        """The variables of a scope, or the members of a value. Raises UsageError."""
        if not 0 <= reference - self._first < len(self._values):
            raise UsageError("there is no such variable; the call has moved")
        value = self._values[reference - self._first]
        members = value.items() if isinstance(value, Mapping) else ((f"[{n}]", one) for n, one in enumerate(value))
        return [{"name": str(name), **self.shown(one, str(name))} for name, one in members]

    def shown(self, value: object, *names: str) -> dict[str, Any]:
        """A value as the protocol shows it; its members have a reference."""
        text = self._shown(value, *names)
        if isinstance(value, _Hidden) or text == HIDDEN_VALUE:
            return {"value": HIDDEN_VALUE, "type": "private", "variablesReference": 0}
        reference = 0
        if isinstance(value, Mapping | list | tuple) and value:
            self._values.append(value if isinstance(value, Mapping) else list(value))
            reference = self._first + len(self._values) - 1
        return {"value": text, "type": _type(value), "variablesReference": reference}


def variables_of(stop: CallStop) -> VariableTree:
    """The variables of a stopped call."""
    private = private_values(stop.session.replay.stage)
    visits = {step_in_words(step): count for step, count in stop.where.visits.items()}
    scopes: dict[str, Mapping[str, object]] = {"Names": _names(stop, private), "Last answer": _last_answer(stop)}
    scopes |= {"Visits": visits, "Legs": _legs(stop)}
    return VariableTree(scopes, private.shown)


class _Hidden:
    """Stands for a private value."""


def _names(stop: CallStop, private: Any) -> dict[str, object]:
    script = stop.session.replay.stage.script
    return {
        known: _Hidden() if private.shown(value, name) == HIDDEN_VALUE else value
        for known, name, value in named(script, stop.where)
    }


def _last_answer(stop: CallStop) -> dict[str, object]:
    number = stop.happening.tape
    if not number:
        return {}
    asked = stop.session.replay.asked[number - 1]
    line = stop.session.tape[number - 1]
    where = {"step": asked.place.step, "line": asked.place.line} if asked.place is not None else {}
    return {"answer": _as_json(line), "to": asked.subject or asked.prompt, **where}


def _as_json(line: str) -> object:
    """A reply to a fetch with its members, anything else as it was typed."""
    try:
        found = read_strict_json(line)
    except ValueError:
        return line
    return found if isinstance(found, dict | list) else line


def _legs(stop: CallStop) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in stop.session.timeline[: stop.last + 1]:
        if one.kind == "status" and one.leg:
            found[one.leg] = one.text
    return found


def _type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case Mapping():
            return "map"
        case list() | tuple():
            return "list"
    return type(value).__name__
