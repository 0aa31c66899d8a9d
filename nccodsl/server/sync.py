"""A flow for any framework that has no ASGI: a request goes in, what to send back comes out, and a thread waits.

::

    served = Served(flow, "https://calls.example.com/ivr", signature_secrets=[secret], store=SqliteStore("calls.db"))
    answer = served.respond("POST", "answer", query, authorization, body)
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from nccodsl.diagnostics import messages
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.webhook import Reply, Webhook, failed, payload_of
from nccodsl.server.driver import Driver, now
from nccodsl.server.fetch import BlockingFetcher
from nccodsl.server.front import LARGEST_BODY, Front, HttpAnswer, WebhookRequest, checked_url, read_payload, read_query
from nccodsl.server.log import Log, StandardLog
from nccodsl.server.refusals import NobodySigns
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.base import Direct, Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.turns import ThreadTurns

Query = Mapping[str, str] | str | bytes
Body = Mapping[str, Any] | bytes | str | None


class Served:
    """A flow at an address. Safe to share between threads; `store` answers at once (None: in memory).

    `respond` checks signatures, as `nccodsl serve` does, and wants a secret for it or `allow_unsigned`; `handle`,
    `answer` and `event` are for webhooks that were checked already. Raises CannotServe where `flow_url` is not a URL.
    """

    def __init__(
        self,
        flow: Compiled,
        flow_url: str,
        *,
        store: Store | None = None,
        signature_secrets: Sequence[str] = (),
        allow_unsigned: bool = False,
        values: Mapping[str, object] | None = None,
        log: Log | None = None,
    ) -> None:
        self.script = Runnable(flow, checked_url(flow_url), values)
        self._fetcher = BlockingFetcher()
        self._turns = ThreadTurns()
        self._checks = bool(signature_secrets) or allow_unsigned
        self._signatures = Signatures(signature_secrets, allow_unsigned=allow_unsigned or not signature_secrets)
        self._log = log or StandardLog()
        self.store = store if store is not None else MemoryStore()
        self._front = self._over(self.store)

    def _over(self, store: Store) -> Front:
        return Front(Driver(Direct(store), self._fetcher, self._turns), self._signatures, self._log)

    def given(self, values: Mapping[str, object], store: Store | None) -> Served:
        """The same with other values, and over another store where there is one."""
        other = copy(self)
        other.script = self.script.given(values)
        if store is not None and store is not self.store:
            other.store, other._front = store, self._over(store)
        return other

    def respond(
        self, method: str, route: str, query: str | bytes = b"", authorization: str | None = None, body: bytes = b""
    ) -> HttpAnswer:
        """The answer to a request, with its status and headers. Raises NobodySigns where nothing says how to check.

        `route` is the last part of its path, `query` what stands behind `?`, `authorization` that header or None.
        """
        if not self._checks:
            raise NobodySigns(
                "the signature secret is missing: webhooks could be forged", "set `signature_secrets=[…]`"
            )
        text = query.encode("utf-8", "replace") if isinstance(query, str) else query
        return now(
            self._front.answer(
                self.script,
                route,
                WebhookRequest(method, text, authorization, body if len(body) <= LARGEST_BODY else None),
            )
        )

    def handle(self, route: str, query: Query = "", payload: Body = None) -> Reply:
        """The reply to a webhook that is trusted; without a payload it was a GET, and the query says all."""
        try:
            parameters = _parameters(query)
            given = payload_of(parameters) if payload is None else _payload(payload)
        except ValueError as reason:
            return failed(400, messages.webhooks.malformed(str(reason)))
        return now(self._front.reply(self.script, Webhook(route, parameters, given, received=time.time())))

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
    if not isinstance(payload, Mapping):
        raise ValueError("the payload is not a JSON object")
    return payload
