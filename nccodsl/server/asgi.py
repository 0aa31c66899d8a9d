"""Flows as ASGI applications: one that is mounted into your own, and all that `nccodsl serve` serves."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Generator, Mapping, MutableMapping, Sequence
from typing import Any, cast

from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.deliveries import Deliveries, deliveries_of
from nccodsl.server.driver import Driver
from nccodsl.server.fetch import Fetcher
from nccodsl.server.front import LARGEST_BODY, Front, HttpAnswer, WebhookRequest, checked_url
from nccodsl.server.http_client import HttpClient
from nccodsl.server.log import Log, StandardLog
from nccodsl.server.secret_values import SecretValues
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.base import AsyncStore, Direct, Store
from nccodsl.server.stores.blocking_store import BlockingStore
from nccodsl.server.stores.grouped import Grouped
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.sqlite_store import SqliteStore
from nccodsl.server.turns import AsyncTurns

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Find = Callable[[str], tuple[Runnable | None, str]]
"""From the path of a request to the script and the route."""

READING = 5.0
"""Seconds that a body may take to arrive."""
STOPPING = 5.0
"""Seconds for what is running to finish; no answer takes longer (runnable.LONGEST_FETCH, READING)."""


class Webhooks:
    """The ASGI application. `find` returns the script of a path.

    `deliveries` begin with the first request at the latest: an application that is mounted has no life span of its own.
    """

    def __init__(self, front: Front, find: Find, deliveries: Deliveries | None = None) -> None:
        self.front = front
        self._find = find
        self._deliveries = deliveries
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
            return
        if self._deliveries is not None:
            self._deliveries.start()
        self.running += 1
        try:
            script, route = self._find(scope["path"])
            authorization = None
            length = kind = b""
            for name, value in scope["headers"]:
                if name == b"authorization":
                    authorization = value.decode("latin-1")
                elif name == b"content-length":
                    length = value
                elif name == b"content-type":
                    kind = value
            try:
                body = await _body(receive, length)
            except _Left:
                return
            except TimeoutError:
                await _send(self.front.late(script, route), send)
                return
            query = scope.get("query_string", b"")
            request = WebhookRequest(scope["method"], query, authorization, body, kind.decode("latin-1"))
            await _send(await self.front.answer(script, route, request), send)
        finally:
            self.running -= 1

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if self._deliveries is not None and message["type"] == "lifespan.startup":
                self._deliveries.start()
            elif self._deliveries is not None:
                await self._deliveries.stop(STOPPING)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


class _Left(Exception):
    """The client has gone."""


async def _body(receive: Receive, length: bytes) -> bytes | None:
    """The body; None where it is too large. Raises _Left, TimeoutError."""
    if length.isdigit() and int(length[:20]) > LARGEST_BODY:
        return None
    begun = _Begun(receive())
    if begun.message is not None and not begun.message.get("more_body", False):
        body = _piece(begun.message)
    else:
        async with asyncio.timeout(READING):
            message = begun.message if begun.message is not None else await begun
            body = _piece(message)
            while message.get("more_body", False) and len(body) <= LARGEST_BODY:
                message = await receive()
                body += _piece(message)
    return body if len(body) <= LARGEST_BODY else None


class _Begun:
    """What is awaited, begun at once: most bodies are there already, and need no timer. `message` is what came."""

    def __init__(self, awaited: Awaitable[Message]) -> None:
        self._steps: Generator[object, Any, Any] = awaited.__await__()
        self.message: Message | None = None
        self._first: object = None
        try:
            self._first = next(self._steps)
        except StopIteration as done:
            self.message = done.value

    def __await__(self) -> Generator[object, Any, Message]:
        wanted, steps = self._first, self._steps
        try:
            while True:
                try:
                    sent = yield wanted
                except BaseException as error:
                    wanted = steps.throw(error)
                else:
                    wanted = steps.send(sent)
        except StopIteration as done:
            message: Message = done.value
            return message


def _piece(message: Mapping[str, Any]) -> bytes:
    if message["type"] == "http.disconnect":
        raise _Left
    piece: bytes = message.get("body", b"")
    return piece


async def _send(answer: HttpAnswer, send: Send) -> None:
    headers = [*answer.headers]
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def mounted(
    flow: Compiled,
    flow_url: str,
    *,
    store: Store | AsyncStore | None = None,
    signature_secrets: Sequence[str] = (),
    allow_unsigned: bool = False,
    values: Mapping[str, object] | None = None,
    log: Log | None = None,
    secrets: Mapping[str, str] | None = None,
    allow_link_local: bool = False,
) -> Webhooks:
    """The flow as an ASGI application for any path: the last part of a path is the route (`…/answer`).

    `flow_url` is the address of that path from outside. Without a store, calls are kept in memory. Raises NobodySigns
    where there is neither a secret nor leave to do without; CannotServe where `flow_url` is not a URL; BadSecret where
    a secret of the script has no value: `secrets` has them by name, before the environment.
    """
    script = Runnable(flow, checked_url(flow_url), values)
    known = SecretValues.of(secrets)
    known.give_to((script,))
    kept, log = asynchronous(store), log or StandardLog()
    deliveries = deliveries_of(kept, HttpClient(known, allow_link_local=allow_link_local), log)
    fetcher = Fetcher(known, allow_link_local=allow_link_local)
    driver = Driver(kept, fetcher, AsyncTurns(), wake=deliveries.wake if deliveries is not None else None)
    front = Front(driver, Signatures(signature_secrets, allow_unsigned=allow_unsigned), log)
    return Webhooks(front, lambda path: (script, path.rpartition("/")[2]), deliveries)


def asynchronous(store: Store | AsyncStore | None) -> AsyncStore:
    """The store as this loop asks it; one in memory by default."""
    if store is None:
        return Direct(MemoryStore())
    if inspect.iscoroutinefunction(store.load):
        return cast(AsyncStore, store)
    if isinstance(store, BlockingStore):
        return store.store
    return Grouped(store) if isinstance(store, SqliteStore) else Direct(cast(Store, store))
