"""A script as campaigns call with it: the create request for the values of a recipient."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nccodsl.analysis.program import Parameter
from nccodsl.client.start_turn import connects_of
from nccodsl.documents.row_values import is_empty
from nccodsl.errors import RenderError
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import Failed
from nccodsl.lowering.object_pieces import Spliced
from nccodsl.runtime.call_scope import scope_of
from nccodsl.runtime.first_ncco import begun, needs_call, walked_ncco
from nccodsl.runtime.runnable import Runnable

API = "v2"
_DETECTIONS = ("machine_detection", "advanced_machine_detection")
_NOWHERE = "https://campaign.invalid"
"""The address of an interactive script that is judged only."""


def detects_machines(body: Mapping[str, object]) -> bool:
    """Whether a create request asks to tell machines from people."""
    return any(body.get(name) for name in _DETECTIONS)


class CalledScript:
    """A script with a `call` block. Raises ScriptError if it has none, or one that no call can be made with.

    `interactive`: whether its calls need the webhook server. `parameters` are by name.
    """

    def __init__(self, flow: Compiled, caller: str | None) -> None:
        """`caller` is called from instead of the number in the script, if it is given."""
        self.flow = flow
        self.call = flow.judged_call(API)
        self.interactive = bool(flow.runtime_needs())
        self.parameters: Mapping[str, Parameter] = {parameter.name: parameter for parameter in flow.params}
        self._caller = caller
        self._script = Runnable(flow, _NOWHERE)
        self._asked = needs_call(self._script)
        self._ends = flow.plan.call(self.call, API, {"ncco": Spliced(["[]"])})

    def values(self, given: Mapping[str, object]) -> dict[str, object]:
        """What of the values of a recipient the script takes."""
        everything = self.flow.program.open_names
        return {
            name: value
            for name, value in given.items()
            if (everything or name in self.parameters) and not is_empty(value, self.parameters.get(name), False)
        }

    def body(self, values: Mapping[str, object]) -> dict[str, Any]:
        """The create request; of an interactive script without its NCCO and addresses. Raises RenderError."""
        body = self._from_server(values) if self.interactive else self.flow.call(values, api=API)
        return self.from_caller(body)

    def from_caller(self, body: dict[str, Any]) -> dict[str, Any]:
        """A create request with the number that the campaign calls from."""
        if self._caller is not None:
            body["from"] = {"type": "phone", "number": self._caller}
            body.pop("random_from_number", None)
        return body

    def starts(self, body: Mapping[str, Any]) -> int:
        """The most calls that a create request can start: its own, and those that its NCCO connects.

        What an interactive script connects is not known here: its server keeps the limit.
        """
        return 1 + connects_of(body.get("ncco"))

    def _from_server(self, values: Mapping[str, object]) -> dict[str, Any]:
        state = begun(self._script, values, token=False)
        if not self._asked:
            walked_ncco(self._script, state)
        try:
            body: dict[str, Any] = json.loads(self._ends(scope_of(self._script, state)))
        except Failed as failure:
            raise RenderError([self.flow.diagnostic(failure)]) from None
        return body
