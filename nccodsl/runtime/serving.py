"""A flow for any framework that has no ASGI: a request goes in, what to send back comes out, and a thread waits.

::

    served = Served(flow, "https://calls.example.com/ivr", signature_secrets=[secret], store=SqliteStore("calls.db"))
    answer = served.respond("POST", "answer", query, authorization, body)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from nccodsl.lowering.flow import Flow
from nccodsl.runtime.driving import Driver, now
from nccodsl.runtime.fetching import BlockingFetcher
from nccodsl.runtime.front import LARGEST_BODY, Answer, Front, Request, checked_url, read_payload, read_query
from nccodsl.runtime.logs import Log, StandardLog
from nccodsl.runtime.refusing import BAD_WEBHOOK, NobodySigns
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.signatures import Signatures
from nccodsl.runtime.stores.base import Direct, Store
from nccodsl.runtime.stores.memory import MemoryStore
from nccodsl.runtime.turns import ThreadTurns
from nccodsl.runtime.webhooks import Reply, Webhook, payload_of

Query = Mapping[str, str] | str | bytes
Body = Mapping[str, Any] | bytes | str | None


class Served:
    """A flow at an address. Safe to share between threads; `store` answers at once (None: in memory).

    `respond` checks signatures, as `nccodsl serve` does, and wants a secret for it or `allow_unsigned`; `handle`,
    `answer` and `event` are for webhooks that somebody has checked. Raises CannotServe where `base_url` is none.
    """

    def __init__(
        self,
        flow: Flow,
        base_url: str,
        *,
        store: Store | None = None,
        signature_secrets: Sequence[str] = (),
        allow_unsigned: bool = False,
        values: Mapping[str, object] | None = None,
        log: Log | None = None,
    ) -> None:
        self.script = Runnable(flow, checked_url(base_url), values)
        self._fetcher = BlockingFetcher()
        self._checks = bool(signature_secrets) or allow_unsigned
        signatures = Signatures(signature_secrets, allow_unsigned=allow_unsigned or not signature_secrets)
        driver = Driver(Direct(store if store is not None else MemoryStore()), self._fetcher, ThreadTurns())
        self._front = Front(driver, signatures, log or StandardLog())

    def respond(
        self, method: str, route: str, query: str | bytes = b"", authorization: str | None = None, body: bytes = b""
    ) -> Answer:
        """The answer to a request, with its status and headers. Raises NobodySigns where nothing says how to check.

        `route` is the last part of its path, `query` what stands behind `?`, `authorization` that header or None.
        """
        if not self._checks:
            raise NobodySigns("there is no signature secret to check webhooks by", "give signature_secrets=[…]")
        text = query.encode("utf-8", "replace") if isinstance(query, str) else query
        return now(
            self._front.answer(
                self.script, route, Request(method, text, authorization, body if len(body) <= LARGEST_BODY else None)
            )
        )

    def handle(self, route: str, query: Query = "", payload: Body = None) -> Reply:
        """The reply to a webhook that is trusted; without a payload it was a GET, and the query says all."""
        try:
            parameters = _parameters(query)
            given = payload_of(parameters) if payload is None else _payload(payload)
        except ValueError as reason:
            return Reply(400, code=BAD_WEBHOOK, problem=str(reason))
        return now(self._front.reply(self.script, Webhook(route, parameters, given)))

    def answer(self, query: Query = "", payload: Body = None) -> Reply:
        """The reply to an answer webhook."""
        return self.handle("answer", query, payload)

    def event(self, query: Query = "", payload: Body = None) -> Reply:
        """The reply to an event webhook."""
        return self.handle("event", query, payload)

    def close(self) -> None:
        """End what waits for fetches; the store stays open."""
        self._fetcher.close()


def _parameters(query: Query) -> dict[str, str]:
    if isinstance(query, str | bytes):
        return read_query(query.encode("utf-8", "replace") if isinstance(query, str) else query)
    return {str(name): str(value) for name, value in query.items()}


def _payload(payload: Body) -> Mapping[str, Any]:
    if isinstance(payload, str):
        payload = payload.encode("utf-8", "surrogatepass")
    if isinstance(payload, bytes):
        return read_payload(payload)
    assert payload is not None
    return payload


_known: WeakKeyDictionary[Flow, dict[tuple[str, int], Served]] = WeakKeyDictionary()
_lock = Lock()


def served(flow: Flow, base_url: str, store: Store | None, values: Mapping[str, object] | None) -> Served:
    """The flow at an address over a store, prepared once. Raises CannotServe."""
    with _lock:
        places = _known.setdefault(flow, {})
        found = places.get((base_url, id(store)))
        if found is None or dict(values or {}) != found.script.values:
            found = places[base_url, id(store)] = Served(flow, base_url, store=store, values=values)
        return found
