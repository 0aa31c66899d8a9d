"""An event of a call, as it moves the flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from nccodsl.runtime.web_requests import Fetched


class Event(NamedTuple):
    """An event of a call. `kind` is one of `webhook.KINDS`, or `fetched`. `payload` is the body from the platform.

    `at` is the wait of its address, and `moves` the move of that address (None if the address has none). `key`, `token`
    and `values` are for a call without a state: the key of its state, the data in its first addresses, and the values
    of its params. `seal`, `bare` and `bare_outside` are those of its state. `fetched` is the result of the pending
    fetch. `proof` identifies a signed message (empty if it is not signed), and `received` is the Unix time when it
    arrived.
    """

    kind: str
    payload: Mapping[str, Any] = {}
    at: str = ""
    moves: int | None = None
    key: str = ""
    token: str = ""
    values: Mapping[str, object] = {}
    fetched: Fetched = Fetched()
    seal: str = ""
    bare: int = 0
    bare_outside: bool = False
    proof: str = ""
    received: float = 0.0
