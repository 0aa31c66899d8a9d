"""`GET /watch`: the feed of calls as lines of JSON, for debuggers that have the token.

A web page cannot read it: the token is in a header, which a browser asks leave for before it sends it to another
origin, and nothing here gives that leave. Requests from other machines, and those that came through a proxy, are
refused unless the server allows them.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from nccodsl.base.loopback import is_loopback
from nccodsl.base.version import __version__
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.call_events import FORMAT
from nccodsl.server.call_feed import CallFeed
from nccodsl.server.log import Log

WATCH = "/watch"
"""The path of the feed."""
MOST_WATCHERS = 16
"""Watchers of one process at a time."""
_LOOK = 0.1
# Seconds between two looks for events. They may come from other processes, which cannot wake this one.
_STILL = 10.0
# Seconds between two signs of life.
_AT_ONCE = 50
_PROXIED = ("forwarded", "via", "x-forwarded-", "x-real-ip")
# How the names of headers begin that proxies add.
_LINES = "application/x-ndjson"
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class WatchRoute:
    """Answers the requests of watchers."""

    def __init__(
        self,
        feed: CallFeed,
        scripts: Callable[[], Iterable[Runnable]],
        stopping: Callable[[], bool],
        log: Log,
    ) -> None:
        self._feed = feed
        self._access = feed.access
        self._scripts = scripts
        self._stopping = stopping
        self._log = log
        self._watchers = 0

    async def __call__(self, request: Request) -> Response:
        refusal = self._refusal(request)
        if refusal is not None:
            status, why = refusal
            more = {"www-authenticate": "Bearer"} if status == 401 else {}
            return PlainTextResponse(f"{why}\n", status, {**_HEADERS, **more})
        if request.method == "HEAD":
            return Response(headers=_HEADERS, media_type=_LINES)
        return StreamingResponse(self._lines(), headers=_HEADERS, media_type=_LINES)

    def _refusal(self, request: Request) -> tuple[int, str] | None:
        """Status and reason, where the request is refused."""
        headers = request.headers
        if "origin" in headers or "sec-fetch-site" in headers:
            return 403, "web pages may not watch calls"
        local = request.client is not None and is_loopback(request.client.host) and is_loopback(_host(request))
        if not self._access.remote and (not local or any(name.startswith(_PROXIED) for name in headers)):
            return 403, "calls are watched on this machine only: start the server with --allow-remote-attach"
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given, wanted = token.strip().encode(), self._access.token.encode()
        if not hmac.compare_digest(given, wanted) or scheme.lower() != "bearer":
            return 401, "the token is missing or wrong"
        if self._watchers >= MOST_WATCHERS:
            return 429, f"{MOST_WATCHERS} debuggers watch already"
        return None

    async def _lines(self) -> AsyncIterator[bytes]:
        """What a watcher reads. One that reads slowly loses events, and reads how many."""
        self._watchers += 1
        self._log.note("watch", f"a debugger watches calls; watchers: {self._watchers}")
        try:
            yield self._hello()
            number, sent = 0, time.monotonic()
            while not self._stopping():
                events = self._feed.recent.after(number, _AT_ONCE)
                for at, line in events:
                    if number and at > number + 1:
                        yield _line({"type": "lost", "count": at - number - 1})
                    number = at
                    yield b'{"number":%d,%s' % (at, line[1:])
                now = time.monotonic()
                if events:
                    sent = now
                elif now - sent > _STILL:
                    sent = now
                    yield b"\n"
                if len(events) < _AT_ONCE:
                    await asyncio.sleep(_LOOK)
            yield _line({"type": "end"})
        finally:
            self._watchers -= 1
            self._log.note("watch", f"a debugger has left; watchers: {self._watchers}")

    def _hello(self) -> bytes:
        return _line(
            {
                "type": "hello",
                "format": FORMAT,
                "nccodsl": __version__,
                "last": self._feed.recent.last(),
                "scripts": self._feed.scripts(self._scripts()),
            }
        )


def _host(request: Request) -> str:
    """The name in `Host`, by which a page of another site would have come (DNS rebinding)."""
    host, _, port = request.headers.get("host", "").rpartition(":")
    return host if host and port.isdigit() else request.headers.get("host", "")


def _line(members: dict[str, object]) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
