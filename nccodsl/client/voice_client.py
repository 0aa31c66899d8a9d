"""`VoiceClient` and `AsyncVoiceClient`: the Voice API over httpx.

Both have the same table of operations, and drive the same exchange (send.py); what they do themselves is waiting.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from random import Random
from types import TracebackType
from typing import Any, BinaryIO, Final, TypeVar, Unpack

import httpx

from nccodsl.client import requests
from nccodsl.client.api_operations import AwaitedOperations, BlockingOperations
from nccodsl.client.api_request import ApiRequest
from nccodsl.client.client_core import UNUSABLE, ClientCore, no_client, refusal_of
from nccodsl.client.clock import Reading, read_clocks
from nccodsl.client.credentials import Credentials, Found
from nccodsl.client.requests import Filters
from nccodsl.client.results import Call
from nccodsl.client.retry import Retries
from nccodsl.client.send import SEND, ApiAnswer, Timeouts
from nccodsl.client.start_turn import StartTurn

T = TypeVar("T")

_MOST_REASONS: Final = 65536


class VoiceClient(ClientCore, BlockingOperations):
    """A client of the Voice API. It is a context manager, and threads can share it.

    `credentials`: an application ID with its key, or the result of `find_credentials`. `host`, `region`: as for
    `hosts.base_url`. `transport`: an httpx transport in place of the network. `timeout`: seconds for each read and
    write, or `Timeouts`. `retries`: the maximum number of attempts, or `Retries`. `sleep`: a function that waits
    between attempts. `limit`: how many calls the account may start a second, which `place` and `transfer_call` keep; by
    default that of the profile, or 3. All methods raise VoiceError.
    """

    def __init__(
        self,
        credentials: Credentials | Found,
        host: str | None = None,
        region: str | None = None,
        transport: httpx.BaseTransport | None = None,
        timeout: Timeouts | float | None = None,
        retries: Retries | int | None = None,
        sleep: Callable[[float], object] = time.sleep,
        random: Random | None = None,
        clock: Callable[[], Reading] = read_clocks,
        limit: int | None = None,
    ) -> None:
        super().__init__(credentials, host, region, timeout, retries, random, clock, limit)
        self._sleep = sleep
        try:
            self._http = httpx.Client(transport=transport, **self._settings())
        except UNUSABLE:
            raise no_client() from None

    def __enter__(self) -> VoiceClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def send(self, request: ApiRequest[T], turn: StartTurn | None = None) -> T:
        """Carry out a request of `requests`. One that starts calls may have a turn, which keeps the limit."""
        steps = self._sender.exchange(request, once=turn is not None and turn.once)
        wanted = next(steps)
        while True:
            if wanted is not SEND:
                got = self._sleep(wanted if turn is None else max(wanted, turn.rest))
            elif turn is None:
                got = self._attempt(request)
            else:
                got = self._limited(request, turn)
            try:
                wanted = steps.send(got if isinstance(got, ApiAnswer | httpx.HTTPError) else None)
            except StopIteration as done:
                result: T = done.value
                return result

    def _limited(self, request: ApiRequest[T], turn: StartTurn) -> ApiAnswer | httpx.HTTPError:
        turn.attempt()
        got = self._attempt(request, {"trace": turn.guard})
        turn.ended(got)
        return got

    def _attempt(self, request: ApiRequest[T], extensions: dict[str, Any] | None = None) -> ApiAnswer | httpx.HTTPError:
        arriving = self._arriving()
        try:
            with self._http.stream(**self._parts(request), extensions=extensions) as response:
                arriving.begin(response)
                for piece in response.iter_bytes():
                    arriving.take(piece)
                return arriving.whole(response)
        except httpx.HTTPError as error:
            return error

    def calls(self, **filters: Unpack[Filters]) -> Iterator[Call]:
        """The calls of all pages, from `record_index` on."""
        wanted = requests.next_page(filters)
        while wanted is not None:
            page = self.send(wanted)
            yield from page.calls
            wanted = requests.next_page(filters, page)

    def download(self, url: str, to: BinaryIO) -> int:
        """Write a recording to a file that is open; its size in bytes. It is tried once."""
        size = 0
        try:
            with self._http.stream(**self._guarded(url)) as response:
                if response.status_code != 200:
                    raise refusal_of(response, next(response.iter_bytes(_MOST_REASONS), b""))
                for piece in response.iter_bytes():
                    size += to.write(piece)
        except httpx.HTTPError as error:
            raise self._sender.broken(error) from None
        return size


class AsyncVoiceClient(ClientCore, AwaitedOperations):
    """`VoiceClient` for asyncio: the same methods, with `await`.

    `transport` is an asynchronous transport of httpx, and `sleep` is awaited. All methods raise VoiceError.
    """

    def __init__(
        self,
        credentials: Credentials | Found,
        host: str | None = None,
        region: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: Timeouts | float | None = None,
        retries: Retries | int | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        random: Random | None = None,
        clock: Callable[[], Reading] = read_clocks,
    ) -> None:
        super().__init__(credentials, host, region, timeout, retries, random, clock)
        self._sleep = sleep
        try:
            self._http = httpx.AsyncClient(transport=transport, **self._settings())
        except UNUSABLE:
            raise no_client() from None

    async def __aenter__(self) -> AsyncVoiceClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the connections."""
        await self._http.aclose()

    async def send(self, request: ApiRequest[T]) -> T:
        """Carry out a request of `requests`."""
        steps = self._sender.exchange(request)
        wanted = next(steps)
        while True:
            got = await (self._attempt(request) if wanted is SEND else self._sleep(wanted))
            try:
                wanted = steps.send(got if isinstance(got, ApiAnswer | httpx.HTTPError) else None)
            except StopIteration as done:
                result: T = done.value
                return result

    async def _attempt(self, request: ApiRequest[T]) -> ApiAnswer | httpx.HTTPError:
        arriving = self._arriving()
        try:
            async with self._http.stream(**self._parts(request)) as response:
                arriving.begin(response)
                async for piece in response.aiter_bytes():
                    arriving.take(piece)
                return arriving.whole(response)
        except httpx.HTTPError as error:
            return error

    async def calls(self, **filters: Unpack[Filters]) -> AsyncIterator[Call]:
        """The calls of all pages, from `record_index` on."""
        wanted = requests.next_page(filters)
        while wanted is not None:
            page = await self.send(wanted)
            for call in page.calls:
                yield call
            wanted = requests.next_page(filters, page)

    async def download(self, url: str, to: BinaryIO) -> int:
        """Write a recording to a file that is open; its size in bytes. It is tried once."""
        size = 0
        try:
            async with self._http.stream(**self._guarded(url)) as response:
                if response.status_code != 200:
                    raise refusal_of(response, await anext(response.aiter_bytes(_MOST_REASONS), b""))
                async for piece in response.aiter_bytes():
                    size += to.write(piece)
        except httpx.HTTPError as error:
            raise self._sender.broken(error) from None
        return size
