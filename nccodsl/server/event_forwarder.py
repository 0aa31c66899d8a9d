"""Passing webhooks on to another address as they came: through the outbox, before they are handled.

A store that fails or is slow delays no answer: what could not be put in waits here for a while.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from nccodsl.base.plural import counted
from nccodsl.runtime.web_requests import Request
from nccodsl.server.front import WebhookRequest
from nccodsl.server.log import Log
from nccodsl.server.refusals import BadStore, CannotServe
from nccodsl.server.stores.outbox import AsyncOutbox

PATIENCE = 0.1
"""Seconds for which a webhook waits until it is in the outbox; then it is handled meanwhile."""
MOST_WAITING = 1000
"""Webhooks that wait for a store that fails; what comes then is lost."""
_WAITS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0, 60.0)
_VISIBLE = "".join(map(chr, range(0x21, 0x7F))).replace("#", "")


class EventForwarder:
    """Puts webhooks into an outbox for `url`. Raises CannotServe where that is not a URL."""

    def __init__(self, url: str, outbox: AsyncOutbox, wake: Callable[[], None], log: Log) -> None:
        self._url = _checked(url)
        self._outbox = outbox
        self._wake = wake
        self._log = log
        self._waiting: set[asyncio.Task[None]] = set()
        self._failing = False
        self._lost = 0

    async def forward(self, flow: str, route: str, leg: str, request: WebhookRequest) -> None:
        """Pass on a webhook that came to a route of a script. Raises nothing."""
        if len(self._waiting) >= MOST_WAITING:
            self._lost += 1
            return
        putting = self._put(_outgoing(self._url, flow, route, request), f"{flow}/{leg}")
        task = asyncio.get_running_loop().create_task(putting)
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
        if not self._failing:
            await asyncio.wait((task,), timeout=PATIENCE)

    async def close(self) -> None:
        """Give up what waits."""
        waiting = tuple(self._waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        if lost := self._lost + len(waiting):
            self._log.note("forward", f"lost {counted(lost, 'webhook')}, since the store failed")

    async def _put(self, request: Request, source: str) -> None:
        for wait in _WAITS:
            if wait:
                await asyncio.sleep(wait)
            try:
                await self._outbox.enqueue(request, source)
            except Exception as error:
                self._fail(error)
                continue
            if self._failing:
                self._failing = False
                self._log.note("forward", f"webhooks are passed on again; lost {counted(self._lost, 'webhook')}")
                self._lost = 0
            self._wake()
            return
        self._lost += 1

    def _fail(self, error: Exception) -> None:
        if not self._failing:
            reason = str(error) if isinstance(error, BadStore) else type(error).__name__
            self._log.note("forward", f"webhooks are not passed on: {reason}")
        self._failing = True


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        fits, parts = False, urlsplit("")
    if not fits or "@" in parts.netloc or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        # It is not shown: it may hold a password.
        raise CannotServe(
            "the URL of `--forward-events` is not valid", "write a URL such as `https://hooks.example.com/voice`"
        )
    return url


def _outgoing(url: str, flow: str, route: str, request: WebhookRequest) -> Request:
    """The webhook as it came. The same one is the same request, so that its repetition is not passed on."""
    query = quote(request.query, safe=_VISIBLE)
    body = request.body or b""
    seen = hashlib.sha256()
    for part in (flow.encode(), route.encode(), request.query, body):
        seen.update(len(part).to_bytes(8, "big") + part)
    headers: list[tuple[str, tuple[str, ...]]] = [("X-Nccodsl-Script", (flow,)), ("X-Nccodsl-Route", (route,))]
    if request.authorization is not None:
        headers.append(("Authorization", (request.authorization,)))
    return Request(
        url + ("&" if "?" in url else "?") + query if query else url,
        request.method,
        tuple(headers),
        body.decode("utf-8", "surrogateescape") if body else None,
        request.content_type,
        seen.hexdigest()[:32],
    )
