"""Asking an address for JSON while a caller waits: bounded in time and size, and failing in words.

The time is that of the whole fetch, not of one read, so that a server which sends a byte a second delays no call.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
from urllib.parse import urlsplit

import httpx

from nccodsl.base.record import Record
from nccodsl.base.strict_json import DuplicateKey
from nccodsl.runtime.runnable import LONGEST_FETCH
from nccodsl.runtime.web_requests import Fetched
from nccodsl.runtime.webhook_json import read_json

LARGEST = 64 * 1024
"""Bytes of an answer."""
DEEPEST = 50
"""Levels of lists and objects in an answer."""
MOST_REDIRECTS = 3
_DOTS = re.compile(r"/\.\.?(/|$)").search
_HEADERS = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "nccodsl"}


class Brought(Record):
    """What a fetch brought, and one word for it: ok, timeout, unreachable, status, content, address."""

    fetched: Fetched
    outcome: str


def _failed(outcome: str, failure: str) -> Brought:
    return Brought(Fetched(failure=failure), outcome)


TOO_LATE = _failed("timeout", "no time was left")


class Fetcher:
    """Fetches without blocking the loop that it is awaited in."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def fetch(self, url: str, timeout: float) -> Brought:
        """GET an address; whatever happens, within `timeout` seconds, and LONGEST_FETCH at most. Raises nothing."""
        seconds = min(timeout, LONGEST_FETCH)
        try:
            async with asyncio.timeout(seconds):
                return await self._get(url)
        except TimeoutError:
            return _failed("timeout", f"no answer within {seconds:g} s")
        except httpx.TimeoutException:
            return _failed("timeout", f"no answer within {seconds:g} s")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return _failed("address", "not a web address")
        except ValueError:
            # What cannot be put into a request, such as half of a surrogate pair.
            return _failed("address", "not a web address")
        except Exception:
            # Among them groups of exceptions, for invalid ports.
            return _failed("unreachable", "the server cannot be reached, or closed the connection")

    def warm_up(self) -> None:
        """Make the client now: reading the certificates takes longer than many an answer."""
        self._client_here()

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.aclose()

    def _client_here(self) -> httpx.AsyncClient:
        # Inside other people's applications loops come and go, and connections belong to one.
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            # One that hangs delays no other.
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
            self._client = httpx.AsyncClient(
                timeout=LONGEST_FETCH, follow_redirects=False, headers=_HEADERS, limits=limits
            )
            self._loop = loop
        return self._client

    async def _get(self, url: str) -> Brought:
        client = self._client_here()
        if _DOTS(urlsplit(url).path):
            return _failed("address", "its path contains `.` or `..`, which leads elsewhere")
        address = httpx.URL(url)
        for _ in range(MOST_REDIRECTS + 1):
            if address.scheme not in ("http", "https") or not address.host:
                return _failed("address", "not a web address")
            async with client.stream("GET", address) as response:
                if not response.is_redirect:
                    return await _read(response)
                leads = address.join(response.headers["location"])
            if not _stays(address, leads):
                return _failed("status", f"status {response.status_code}: it redirects to another server")
            address = leads
        return _failed("status", f"it redirects more than {MOST_REDIRECTS} times")


def _stays(here: httpx.URL, leads: httpx.URL) -> bool:
    """Whether a redirect stays with the host, and does not leave encryption."""
    if leads.host != here.host or (here.scheme == "https" and leads.scheme != "https"):
        return False
    return leads.port == here.port or (leads.scheme == "https" and leads.port is None)


async def _read(response: httpx.Response) -> Brought:
    if not 200 <= response.status_code < 300:
        return _failed("status", f"the server answered with status {response.status_code}")
    if response.headers.get("content-encoding", "identity") != "identity":
        return _failed("content", "the answer is compressed, which was not requested")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > LARGEST:
            return _failed("content", f"the answer is larger than {LARGEST // 1024} KiB")
    try:
        value = read_json(bytes(body))
    except DuplicateKey:
        return _failed("content", "the answer has a key twice")
    except ValueError:
        return _failed("content", "the answer is not JSON")
    if _depth(value) > DEEPEST:
        return _failed("content", f"the answer is nested deeper than {DEEPEST} levels")
    return Brought(Fetched(value), "ok")


def _depth(value: object) -> int:
    """How deep lists and objects are nested, as far as it matters."""
    level = [value]
    for depth in range(DEEPEST + 1):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return depth
    return DEEPEST + 1


class BlockingFetcher:
    """The same without a loop: it runs one beside, since only a loop can end a fetch at any moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0
        self._fetcher = Fetcher()

    async def fetch(self, url: str, timeout: float) -> Brought:
        """Blocks the thread. Raises nothing."""
        running = asyncio.run_coroutine_threadsafe(self._fetcher.fetch(url, timeout), self._beside())
        return running.result()

    def close(self) -> None:
        """End the loop."""
        with self._lock:
            loop, self._loop = self._loop, None
            if loop is None or self._process != os.getpid():
                return
        asyncio.run_coroutine_threadsafe(self._fetcher.close(), loop).result(LONGEST_FETCH)
        loop.call_soon_threadsafe(loop.stop)

    def _beside(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            # A thread does not live on in a process that was forked.
            if self._loop is None or self._process != os.getpid():
                self._loop = asyncio.new_event_loop()
                self._process = os.getpid()
                threading.Thread(target=_run, args=(self._loop,), name="nccodsl-fetch", daemon=True).start()
            return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()
