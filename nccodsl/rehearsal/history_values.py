"""What a history says of a call: values, and which of them are stand-ins for what it does not say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.analysis.built_in_names import CALL_MEMBERS, OF_THE_CALL
from nccodsl.analysis.private import made_of
from nccodsl.rehearsal.recorded import filled, filled_param, lacks
from nccodsl.runtime.history import Entry, Position
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State

KEY = "replayed"


class HistoryValues:
    """`lacking`: the names whose value is not recorded, or only in part."""

    def __init__(self, script: Runnable) -> None:
        self._script = script
        self._program = script.flow.program
        self.lacking: set[str] = set()

    @property
    def unknown(self) -> frozenset[str]:
        """These names, and all that depends on them."""
        return made_of(self._program, self.lacking, tested=True)

    def note(self, name: str, value: object) -> None:
        """A name has got this value."""
        if lacks(value):
            self.lacking.add(name)
        else:
            self.lacking.discard(name)

    def values(self, first: Entry) -> dict[str, object]:
        """The recorded values of the params that the script declares."""
        found: dict[str, object] = {}
        for name, value in (first.values or {}).items():
            if name not in self._script.declared:
                continue
            parameter = self._program.parameters.get(name)
            found[name] = filled_param(parameter, value) if parameter is not None else filled(value)
            if lacks(value):
                self.lacking.add(name)
        return found

    def of_the_call(self, first: Entry) -> dict[str, Any]:
        """What is recorded of the call itself, as a payload."""
        self.lacking |= {name for name in OF_THE_CALL if name not in first.known or lacks(first.known[name])}
        call = filled(first.known.get("call", {}))
        known = dict(call) if isinstance(call, Mapping) else {}
        for name, member in (("caller", "from"), ("callee", "to")):
            if name in first.known:
                known[member] = str(filled(first.known[name]))
        return known

    def take(self, first: Entry | None, position: Position, names: Mapping[str, object]) -> State:
        """The state that was recorded, as this script would find it."""
        self.lacking |= {name for name, value in names.items() if lacks(value)}
        values = self.values(first) if first is not None else {}
        payload = self.of_the_call(first) if first is not None else {}
        if first is None:
            self.lacking |= {*OF_THE_CALL, *self._script.declared}
        return State(
            version=self._script.version,
            key=KEY,
            block=position.block,
            moves=position.moves,
            start=position.start,
            values=values,
            names={name: filled(value) for name, value in names.items()},
            visits=position.visits,
            retries=position.retries,
            handled=position.handled,
            call={name: str(payload[name]) for name in CALL_MEMBERS if name in payload},
            caller=str(payload.get("from", "")),
            callee=str(payload.get("to", "")),
        )
