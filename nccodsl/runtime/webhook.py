"""What a webhook says to a flow, read from its route, its query and its payload. Pure.

Addresses are `{url}/{route}?at=…&n=…&call=…&tag=…`: the wait that is answered, the move of the flow that the address
was written in, the key of the state, and the tag that binds them (tags.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from nccodsl.base.strict_json import read_strict_json
from nccodsl.diagnostics import Diagnostic, Message

KIND_AT = {"answer": "answer", "input": "input", "connect": "connect", "resume": "resume", "event": "status"}
"""The kind of event that comes to each route."""
KINDS = tuple(KIND_AT.values())
KIND_BESIDE = {"record": "saved", "transcription": "transcribed"}
"""The kind of event that comes to the routes of handlers that run beside the call."""
GATE, DIALED = "gate", "dialed"
"""Where a call asks for its next `connect`, and where the events of a connected leg come to (gate.py)."""
ROUTES = (*KIND_AT, *KIND_BESIDE, "whisper", GATE, DIALED, "fallback")
"""The routes of a flow below its address."""

_NESTED = ("original_request", "dtmf", "speech")


def payload_of(query: Mapping[str, str]) -> Mapping[str, Any]:
    """The payload of a GET: its query, in which objects stand as JSON."""
    payload: dict[str, Any] = dict(query)
    for name in _NESTED:
        if query.get(name, "").startswith("{"):
            with suppress(ValueError):
                payload[name] = read_strict_json(query[name])
    return payload


class Webhook(NamedTuple):
    """One request of the platform to a flow: `route` is one of ROUTES, `query` the parameters of the address.

    `payload`: the JSON of a POST; for a GET, the query. `proof` tells one signed message from another, and is empty
    where nothing is signed; `received` is the Unix time at which it came.
    """

    route: str
    query: Mapping[str, str]
    payload: Mapping[str, Any]
    proof: str = ""
    received: float = 0.0


class Reply(NamedTuple):
    """The response: 200 with an NCCO as JSON, 204 without a body, or an error status.

    `found` is the problem and its place in the script: for logs, not for the caller. `moved`: whether the call moved.
    `block` is its current block. `beside` are the blocks that ran beside the call, and the arms of their `if` (start
    and end in the text).
    """

    status: int
    body: bytes = b""
    found: Diagnostic | None = None
    moved: bool = False
    ended: bool = False
    key: str = ""
    block: str = ""
    beside: tuple[object, ...] = ()

    @property
    def code(self) -> str:
        """The code of the problem; empty without one."""
        return self.found.code if self.found is not None else ""

    @property
    def problem(self) -> str:
        """The problem, in words."""
        return self.found.message if self.found is not None else ""

    @property
    def place(self) -> str:
        """Its place in the script (`file:line`); empty if that is not known."""
        found = self.found
        return f"{found.file.name}:{found.line}" if found is not None and found.file is not None else ""


def failed(status: int, message: Message, *, key: str = "", block: str = "", body: bytes = b"") -> Reply:
    """The reply to a webhook that something is wrong with."""
    return Reply(status, body, message.about(), key=key, block=block)
