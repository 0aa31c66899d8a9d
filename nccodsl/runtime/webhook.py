"""What a webhook says to a flow, read from its route, its query and its payload. Pure.

Addresses are `{url}/{route}?at=…&n=…&call=…&tag=…`: the wait that is answered, the move of the flow that the address
was written in, the key of the state, and the tag that binds them (tags.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from nccodsl.base.strict_json import read_strict_json

ROUTES = ("answer", "event", "input", "connect", "resume", "record", "fallback")
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
    """What is answered: 200 with an NCCO as JSON, or 204 without a body, or an error status.

    `code` and `problem` tell what went wrong, for logs and not for the caller; `place` is where in the script
    (`file:line`). `moved`: whether the flow went on. `block` is where it is now.
    """

    status: int
    body: bytes = b""
    code: str = ""
    problem: str = ""
    place: str = ""
    moved: bool = False
    ended: bool = False
    key: str = ""
    block: str = ""
