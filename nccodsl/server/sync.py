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
from nccodsl.runtime.runnable import LONGEST_FETCH, Runnable
from nccodsl.runtime.webhook import Reply, Webhook, failed, payload_of
from nccodsl.server.asgi import STOPPING
from nccodsl.server.deliveries import DeliveriesBeside, deliveries_of
from nccodsl.server.driver import Driver, now
from nccodsl.server.fetch import BlockingFetcher
from nccodsl.server.front import LARGEST_BODY, Front, HttpAnswer, WebhookRequest, checked_url, read_payload, read_query
from nccodsl.server.http_client import HttpClient
from nccodsl.server.log import Log, StandardLog
from nccodsl.server.loop_thread import LoopThread
from nccodsl.server.refusals import NobodySigns
from nccodsl.server.secret_values import SecretValues
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.base import Direct, Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.turns import ThreadTurns

Query = Mapping[str, str] | str | bytes
Body = Mapping[str, Any] | bytes | str | None


class Served:
    """A flow at an address. Safe to share between threads; `store` answers at once (None: in memory).

    `respond` checks signatures, as `nccodsl serve` does, and wants a secret for it or `allow_unsigned`; `handle`,
    `answer` and `event` are for webhooks that were checked already. `secrets` has the values of the script's secrets,
    before the environment. What the script sends is delivered in a thread. Raises CannotServe where `flow_url` is not
    a URL, and BadSecret where a secret has no value.
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
        secrets: Mapping[str, str] | None = None,
        allow_link_local: bool = False,
    ) -> None:
        self.script = Runnable(flow, checked_url(flow_url), values)
        self._secrets = SecretValues.of(secrets)
        self._secrets.give_to((self.script,))
        self._allow_link_local = allow_link_local
        self._beside = LoopThread()
        self._fetcher = BlockingFetcher(self._secrets, allow_link_local=allow_link_local, beside=self._beside)
        self._turns = ThreadTurns()
        self._checks = bool(signature_secrets) or allow_unsigned
        self._signatures = Signatures(signature_secrets, allow_unsigned=allow_unsigned or not signature_secrets)
        self._log = log or StandardLog()
        self._use(store if store is not None else MemoryStore())

    def _use(self, store: Store) -> None:
        self.store = store
        direct = Direct(store)
        client = HttpClient(self._secrets, allow_link_local=self._allow_link_local)
        self._deliveries = DeliveriesBeside(deliveries_of(direct, client, self._log), self._beside)
        driver = Driver(direct, self._fetcher, self._turns, wake=self._deliveries.wake)
        self._front = Front(driver, self._signatures, self._log)

    def given(self, values: Mapping[str, object], store: Store | None) -> Served:
        """The same with other values, and over another store where there is one."""
        other = copy(self)
        other.script = self.script.given(values)
        if store is not None and store is not self.store:
            other._use(store)
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
        self._begin()
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
        self._begin()
        return now(self._front.reply(self.script, Webhook(route, parameters, given, received=time.time())))

    def answer(self, query: Query = "", payload: Body = None) -> Reply:
        """The reply to an answer webhook."""
        return self.handle("answer", query, payload)

    def event(self, query: Query = "", payload: Body = None) -> Reply:
        """The reply to an event webhook."""
        return self.handle("event", query, payload)

    def close(self) -> None:
        """End what waits for fetches, and deliveries; the store stays open."""
        self._beside.stop(self._finish, STOPPING + LONGEST_FETCH)

    async def _finish(self) -> None:
        await self._deliveries.stop(STOPPING)
        await self._fetcher.finish()

    def _begin(self) -> None:
        """Deliver what other processes have left, too; in memory there is none of it."""
        if not isinstance(self.store, MemoryStore):
            self._deliveries.begin()


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
