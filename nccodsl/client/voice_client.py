"""`VoiceClient` and `AsyncVoiceClient`: the Voice API over httpx.

Both drive the same exchange (`sending`) with the same requests (`requests`); they differ by their `await` alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from random import Random
from types import TracebackType
from typing import Any, BinaryIO, Final, TypeVar, Unpack

import httpx

from nccodsl.client import hosts, requests
from nccodsl.client.clock import Reading, ServerClock, read_clocks
from nccodsl.client.credentials import Credentials, Found
from nccodsl.client.failures import BadAddress, Unreachable, VoiceError, from_response, shown
from nccodsl.client.jwt import TokenSource
from nccodsl.client.requests import ApiRequest, Filters, StreamOptions, TalkOptions
from nccodsl.client.results import Accepted, Call, CallPage, CreatedCall
from nccodsl.client.retry import NEVER, Retries
from nccodsl.client.send import LARGEST_ANSWER, ApiAnswer, RequestSender, Timeouts

T = TypeVar("T")

_USER_AGENT = "nccodsl"
_MOST_REASONS: Final = 65536


class _Shared:
    """All but the sending.

    `credentials`: an application's id and key, or what `find_credentials` found: then the host or region of its profile
    is called where none is given. `server_clock`: what the answers say of the time there.
    `host`, `region`: as for `hosts.base_url`. `timeout`: seconds for each read and write, or `Timeouts`. `retries`:
    how many attempts at most, or `Retries`. Raises BadAddress.
    """

    def __init__(
        self,
        credentials: Credentials | Found,
        host: str | None,
        region: str | None,
        timeout: Timeouts | float | None,
        retries: Retries | int | None,
        random: Random | None,
        clock: Callable[[], Reading],
    ) -> None:
        if isinstance(credentials, Found):
            profile, credentials = credentials.profile, credentials.credentials
            if profile is not None and host is None and region is None:
                host, region = profile.host, profile.region
        self.server_clock = ServerClock(clock)
        self.base_url = hosts.base_url(host, region)
        self.application_id = credentials.application_id
        self.timeouts = (
            timeout
            if isinstance(timeout, Timeouts)
            else Timeouts(read=timeout, write=timeout)
            if timeout
            else Timeouts()
        )
        if isinstance(retries, int):
            retries = Retries(attempts=retries) if retries > 1 else NEVER
        name = self.base_url.partition("://")[2]
        self._sender = RequestSender(name, retries or Retries(), self.timeouts, random or Random())
        self._tokens = TokenSource(credentials)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r}, application_id={self.application_id!r})"

    def _settings(self) -> dict[str, Any]:
        times = self.timeouts
        return {
            "timeout": httpx.Timeout(connect=times.connect, read=times.read, write=times.write, pool=times.pool),
            "follow_redirects": False,
            "headers": {"User-Agent": _USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"},
        }

    def _parts(self, request: ApiRequest[T]) -> dict[str, Any]:
        """What httpx wants to know of a request."""
        content = request.content()
        headers = {"Authorization": f"Bearer {self._tokens.token()}"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        return {
            "method": request.method,
            "url": self.base_url + request.path,
            "params": dict(request.params) or None,
            "content": content,
            "headers": headers,
        }

    def _guarded(self, url: str) -> dict[str, Any]:
        """What httpx wants to know of a download. Raises BadAddress where the token must not go there."""
        if not hosts.may_see_token(url, self.base_url):
            raise BadAddress(
                f"a token is not sent to {shown(url.partition('?')[0], 100)}",
                "recordings come from https://*.nexmo.com, https://*.vonage.com or the host that is called",
            )
        return {
            "method": "GET",
            "url": url,
            "headers": {"Authorization": f"Bearer {self._tokens.token()}", "Accept": "*/*"},
        }

    def _late(self, size: int, began: float) -> None:
        """Give up an answer that does not end."""
        if size > LARGEST_ANSWER:
            raise httpx.ReadError("the answer is too large")
        if time.monotonic() - began > self.timeouts.whole:
            raise httpx.ReadTimeout("the answer does not end")


def _answer(response: httpx.Response, body: bytes) -> ApiAnswer:
    return ApiAnswer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body)


def _no_client() -> Unreachable:
    return Unreachable(
        "the proxy that the environment names cannot be used", "look at HTTPS_PROXY, HTTP_PROXY and ALL_PROXY"
    )


class VoiceClient(_Shared):
    """The Voice API. A context manager; safe to share between threads.

    `transport`: an httpx transport in place of the network. `sleep`: waits between attempts, in seconds. All methods
    raise VoiceError.
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
    ) -> None:
        super().__init__(credentials, host, region, timeout, retries, random, clock)
        self._sleep = sleep
        try:
            self._http = httpx.Client(transport=transport, **self._settings())
        except (ValueError, ImportError, httpx.InvalidURL):
            raise _no_client() from None

    def __enter__(self) -> VoiceClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def send(self, request: ApiRequest[T]) -> T:
        """Carry out a request of `requests`."""
        steps = self._sender.exchange(request)
        wanted = next(steps)
        while True:
            got = self._attempt(request) if wanted is None else self._sleep(wanted)
            try:
                wanted = steps.send(got if isinstance(got, ApiAnswer | httpx.HTTPError) else None)
            except StopIteration as done:
                result: T = done.value
                return result

    def _attempt(self, request: ApiRequest[T]) -> ApiAnswer | httpx.HTTPError:
        began, body, sent = time.monotonic(), bytearray(), self.server_clock.read()
        try:
            with self._http.stream(**self._parts(request)) as response:
                self.server_clock.note(response.headers, sent)
                for piece in response.iter_bytes():
                    body += piece
                    self._late(len(body), began)
                return _answer(response, bytes(body))
        except httpx.HTTPError as error:
            return error

    def create(self, body: Mapping[str, Any], api: str = "v2") -> CreatedCall:
        """Place a call, without a journal: `placing.place` keeps one."""
        return self.send(requests.create(body, api))

    def page(self, **filters: Unpack[Filters]) -> CallPage:
        """One page of the list of calls."""
        return self.send(requests.calls(**filters))

    def calls(self, **filters: Unpack[Filters]) -> Iterator[Call]:
        """The calls of all pages, from `record_index` on."""
        filters.setdefault("page_size", requests.LARGEST_PAGE)
        following: int | None = filters.get("record_index", 0)
        while following is not None:
            filters["record_index"] = following
            page = self.page(**filters)
            yield from page.calls
            following = page.next

    def show(self, uuid: str) -> Call:
        """One call."""
        return self.send(requests.show(uuid))

    def hangup(self, uuid: str) -> Accepted:
        return self.send(requests.order_to(uuid, "hangup"))

    def mute(self, uuid: str) -> Accepted:
        return self.send(requests.order_to(uuid, "mute"))

    def unmute(self, uuid: str) -> Accepted:
        return self.send(requests.order_to(uuid, "unmute"))

    def earmuff(self, uuid: str) -> Accepted:
        return self.send(requests.order_to(uuid, "earmuff"))

    def unearmuff(self, uuid: str) -> Accepted:
        return self.send(requests.order_to(uuid, "unearmuff"))

    def transfer(
        self, uuid: str, *, ncco: Sequence[Mapping[str, Any]] | None = None, url: str | None = None
    ) -> Accepted:
        """Go on with another NCCO, or with what an address answers."""
        return self.send(requests.transfer(uuid, ncco=ncco, url=url))

    def talk(self, uuid: str, text: str, **options: Unpack[TalkOptions]) -> Accepted:
        return self.send(requests.talk(uuid, text, **options))

    def stop_talk(self, uuid: str) -> Accepted:
        return self.send(requests.stop_talk(uuid))

    def stream(self, uuid: str, url: str, **options: Unpack[StreamOptions]) -> Accepted:
        return self.send(requests.stream(uuid, url, **options))

    def stop_stream(self, uuid: str) -> Accepted:
        return self.send(requests.stop_stream(uuid))

    def dtmf(self, uuid: str, digits: str) -> Accepted:
        """Press keys; never sent twice."""
        return self.send(requests.dtmf(uuid, digits))

    def subscribe_dtmf(self, uuid: str, url: str) -> Accepted:
        return self.send(requests.subscribe_dtmf(uuid, url))

    def unsubscribe_dtmf(self, uuid: str) -> Accepted:
        return self.send(requests.unsubscribe_dtmf(uuid))

    def download(self, url: str, to: BinaryIO) -> int:
        """Write a recording to a file that is open; its size in bytes. It is tried once."""
        size = 0
        try:
            with self._http.stream(**self._guarded(url)) as response:
                if response.status_code != 200:
                    raise _refusal(response, next(response.iter_bytes(_MOST_REASONS), b""))
                for piece in response.iter_bytes():
                    size += to.write(piece)
        except httpx.HTTPError as error:
            raise self._sender.broken(error) from None
        return size


class AsyncVoiceClient(_Shared):
    """`VoiceClient` for event loops: the same methods, to be awaited."""

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
        except (ValueError, ImportError, httpx.InvalidURL):
            raise _no_client() from None

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
            got = await (self._attempt(request) if wanted is None else self._sleep(wanted))
            try:
                wanted = steps.send(got if isinstance(got, ApiAnswer | httpx.HTTPError) else None)
            except StopIteration as done:
                result: T = done.value
                return result

    async def _attempt(self, request: ApiRequest[T]) -> ApiAnswer | httpx.HTTPError:
        began, body, sent = time.monotonic(), bytearray(), self.server_clock.read()
        try:
            async with self._http.stream(**self._parts(request)) as response:
                self.server_clock.note(response.headers, sent)
                async for piece in response.aiter_bytes():
                    body += piece
                    self._late(len(body), began)
                return _answer(response, bytes(body))
        except httpx.HTTPError as error:
            return error

    async def create(self, body: Mapping[str, Any], api: str = "v2") -> CreatedCall:
        return await self.send(requests.create(body, api))

    async def page(self, **filters: Unpack[Filters]) -> CallPage:
        return await self.send(requests.calls(**filters))

    async def calls(self, **filters: Unpack[Filters]) -> AsyncIterator[Call]:
        filters.setdefault("page_size", requests.LARGEST_PAGE)
        following: int | None = filters.get("record_index", 0)
        while following is not None:
            filters["record_index"] = following
            page = await self.page(**filters)
            for call in page.calls:
                yield call
            following = page.next

    async def show(self, uuid: str) -> Call:
        return await self.send(requests.show(uuid))

    async def hangup(self, uuid: str) -> Accepted:
        return await self.send(requests.order_to(uuid, "hangup"))

    async def mute(self, uuid: str) -> Accepted:
        return await self.send(requests.order_to(uuid, "mute"))

    async def unmute(self, uuid: str) -> Accepted:
        return await self.send(requests.order_to(uuid, "unmute"))

    async def earmuff(self, uuid: str) -> Accepted:
        return await self.send(requests.order_to(uuid, "earmuff"))

    async def unearmuff(self, uuid: str) -> Accepted:
        return await self.send(requests.order_to(uuid, "unearmuff"))

    async def transfer(
        self, uuid: str, *, ncco: Sequence[Mapping[str, Any]] | None = None, url: str | None = None
    ) -> Accepted:
        return await self.send(requests.transfer(uuid, ncco=ncco, url=url))

    async def talk(self, uuid: str, text: str, **options: Unpack[TalkOptions]) -> Accepted:
        return await self.send(requests.talk(uuid, text, **options))

    async def stop_talk(self, uuid: str) -> Accepted:
        return await self.send(requests.stop_talk(uuid))

    async def stream(self, uuid: str, url: str, **options: Unpack[StreamOptions]) -> Accepted:
        return await self.send(requests.stream(uuid, url, **options))

    async def stop_stream(self, uuid: str) -> Accepted:
        return await self.send(requests.stop_stream(uuid))

    async def dtmf(self, uuid: str, digits: str) -> Accepted:
        return await self.send(requests.dtmf(uuid, digits))

    async def subscribe_dtmf(self, uuid: str, url: str) -> Accepted:
        return await self.send(requests.subscribe_dtmf(uuid, url))

    async def unsubscribe_dtmf(self, uuid: str) -> Accepted:
        return await self.send(requests.unsubscribe_dtmf(uuid))

    async def download(self, url: str, to: BinaryIO) -> int:
        size = 0
        try:
            async with self._http.stream(**self._guarded(url)) as response:
                if response.status_code != 200:
                    raise _refusal(response, await anext(response.aiter_bytes(_MOST_REASONS), b""))
                async for piece in response.aiter_bytes():
                    size += to.write(piece)
        except httpx.HTTPError as error:
            raise self._sender.broken(error) from None
        return size


def _refusal(response: httpx.Response, body: bytes) -> VoiceError:
    answer = _answer(response, body)
    return from_response(answer.status, answer.headers, answer.body)
