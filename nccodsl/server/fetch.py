"""Asking an address for JSON while a caller waits: bounded in time and size, and failing in words.

The time is that of the whole fetch, not of one read, so that a server which sends a byte a second delays no call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from nccodsl.base.record import Record
from nccodsl.base.strict_json import DuplicateKey, depth_of
from nccodsl.runtime.runnable import LONGEST_FETCH
from nccodsl.runtime.web_requests import PLATFORM_TOKEN, Fetched, Request
from nccodsl.runtime.webhook_json import read_json
from nccodsl.server.checked_network import Resolve
from nccodsl.server.http_client import HttpClient, HttpResponse, RequestFailed
from nccodsl.server.loop_thread import LoopThread
from nccodsl.server.name_lookup import resolve

LARGEST_TRANSCRIPTION = 1024 * 1024
"""Bytes of what the platform has understood of a recording: it gives each word its time."""
LARGEST = 64 * 1024
"""Bytes of an answer."""
DEEPEST = 50
"""Levels of lists and objects in an answer."""


class Brought(Record):
    """What a fetch brought, and one word for it: ok, timeout, unreachable, status, content, address, request."""

    fetched: Fetched
    outcome: str


def _failed(kind: str, failure: str, outcome: str = "error") -> Brought:
    return Brought(Fetched(failure=failure, outcome=outcome), kind)


TOO_LATE = _failed("timeout", "no time was left", "timeout")


class Fetcher:
    """Fetches without blocking the loop that it is awaited in. The arguments are those of HttpClient."""

    def __init__(
        self, secrets: Mapping[str, str] | None = None, *, allow_link_local: bool = False, resolve: Resolve = resolve
    ) -> None:
        self._client = HttpClient(secrets, allow_link_local=allow_link_local, resolve=resolve)

    async def fetch(self, request: Request, timeout: float) -> Brought:
        """Make a request; whatever happens, within `timeout` seconds, and LONGEST_FETCH at most. Raises nothing."""
        try:
            most = LARGEST_TRANSCRIPTION if PLATFORM_TOKEN in request.secrets else LARGEST
            return _read(await self._client.exchange(request, min(timeout, LONGEST_FETCH), most), most)
        except RequestFailed as error:
            return _failed(error.kind, str(error), error.outcome)

    def warm_up(self) -> None:
        """Make the client now: reading the certificates takes longer than many an answer."""
        self._client.warm_up()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _read(response: HttpResponse, most: int) -> Brought:
    status, headers, body = response
    if not 200 <= status < 300:
        return _failed("status", f"the server answered with status {status}", str(status))
    if status == 204 or body == b"":
        return Brought(Fetched(), "ok")
    if headers.get("content-encoding", "identity") != "identity":
        return _failed("content", "the answer is compressed, which was not requested")
    if body is None:
        return _failed("content", f"the answer is larger than {most // 1024} KiB")
    try:
        value = read_json(body)
    except DuplicateKey:
        return _failed("content", "the answer has a key twice")
    except ValueError:
        return _failed("content", "the answer is not JSON")
    if depth_of(value, DEEPEST) > DEEPEST:
        return _failed("content", f"the answer is nested deeper than {DEEPEST} levels")
    return Brought(Fetched(value), "ok")


class BlockingFetcher:
    """The same without a loop: it uses one beside, since only a loop can end a fetch at any moment."""

    def __init__(
        self,
        secrets: Mapping[str, str] | None = None,
        *,
        allow_link_local: bool = False,
        beside: LoopThread | None = None,
    ) -> None:
        self._beside = beside or LoopThread()
        self._fetcher = Fetcher(secrets, allow_link_local=allow_link_local)

    async def fetch(self, request: Request, timeout: float) -> Brought:
        """Blocks the thread. Raises nothing."""
        running = asyncio.run_coroutine_threadsafe(self._fetcher.fetch(request, timeout), self._beside.loop())
        return running.result()

    def close(self) -> None:
        """Close the connections, and end the loop."""
        self._beside.stop(self.finish, LONGEST_FETCH)

    async def finish(self) -> None:
        """Close the connections, in the loop."""
        await self._fetcher.close()
