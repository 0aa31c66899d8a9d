"""Flows as ASGI applications: one that is mounted into your own, and all that `nccodsl serve` serves."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any, cast

from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.driver import Driver
from nccodsl.server.fetch import Fetcher
from nccodsl.server.front import LARGEST_BODY, Front, HttpAnswer, WebhookRequest, checked_url
from nccodsl.server.log import Log, StandardLog
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.base import AsyncStore, Direct, Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.turns import AsyncTurns

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Find = Callable[[str], tuple[Runnable | None, str]]
"""From the path of a request to the script and the route."""

READING = 5.0
"""Seconds that a body may take to arrive."""


class Webhooks:
    """The ASGI application. `find` returns the script of a path."""

    def __init__(self, front: Front, find: Find) -> None:
        self.front = front
        self._find = find
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
            return
        self.running += 1
        try:
            script, route = self._find(scope["path"])
            authorization = None
            length = b""
            for name, value in scope["headers"]:
                if name == b"authorization":
                    authorization = value.decode("latin-1")
                elif name == b"content-length":
                    length = value
            try:
                body = await _body(receive, length)
            except _Left:
                return
            except TimeoutError:
                await _send(self.front.late(script, route), send)
                return
            request = WebhookRequest(scope["method"], scope.get("query_string", b""), authorization, body)
            await _send(await self.front.answer(script, route, request), send)
        finally:
            self.running -= 1


class _Left(Exception):
    """The client has gone."""


async def _body(receive: Receive, length: bytes) -> bytes | None:
    """The body; None where it is too large. Raises _Left, TimeoutError."""
    if length.isdigit() and int(length[:20]) > LARGEST_BODY:
        return None
    body = b""
    more = True
    async with asyncio.timeout(READING):
        while more and len(body) <= LARGEST_BODY:
            message = await receive()
            body += _piece(message)
            more = message.get("more_body", False)
    return body if len(body) <= LARGEST_BODY else None


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


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def mounted(
    flow: Compiled,
    flow_url: str,
    *,
    store: Store | AsyncStore | None = None,
    signature_secrets: Sequence[str] = (),
    allow_unsigned: bool = False,
    values: Mapping[str, object] | None = None,
    log: Log | None = None,
) -> Webhooks:
    """The flow as an ASGI application for any path: the last part of a path is the route (`…/answer`).

    `flow_url` is the address of that path from outside. Without a store, calls are kept in memory. Raises NobodySigns
    where there is neither a secret nor leave to do without; CannotServe where `flow_url` is not a URL.
    """
    script = Runnable(flow, checked_url(flow_url), values)
    driver = Driver(asynchronous(store), Fetcher(), AsyncTurns())
    front = Front(driver, Signatures(signature_secrets, allow_unsigned=allow_unsigned), log or StandardLog())
    return Webhooks(front, lambda path: (script, path.rpartition("/")[2]))


def asynchronous(store: Store | AsyncStore | None) -> AsyncStore:
    """The store as this loop asks it; one in memory by default."""
    if store is None:
        return Direct(MemoryStore())
    if inspect.iscoroutinefunction(store.load):
        return cast(AsyncStore, store)
    return Direct(cast(Store, store))
