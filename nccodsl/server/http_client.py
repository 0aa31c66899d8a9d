"""Making a `Request`: its headers with the values of secrets, its body, redirects, and the addresses it may go to.

Failures have fixed words: no value of a header, body or secret is in them, and no part of the address.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import httpcore
import httpx

from nccodsl.base.http_rules import FRAMING_HEADERS, HEADER_NAME, LARGEST_BODY, METHODS
from nccodsl.runtime.web_requests import PLATFORM_TOKEN, HeaderValue, Request, SecretName
from nccodsl.server.checked_network import AddressRefused, CheckedNetwork, Resolve
from nccodsl.server.name_lookup import resolve

MOST_REDIRECTS = 3
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_KEEPING = frozenset((307, 308))
# Redirects that keep the method and the body; the others turn it into a GET, which is another request.
_DOTS = re.compile(r"/\.\.?(/|$)").search
_TARGET = re.compile(r"[a-z]+://[^/?#]*((?:[/?](?:[\w.~:/?\[\]@!$&'()*+,;=-]|%[0-9a-f]{2})*)?)(?:#.*)?", re.I | re.A)
# What is a valid target is sent as it is: a signature may be over its letters.
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]").search
_DRAINED, _DRAINING = 16 * 1024, 0.5
# Up to so much of an answer that is not needed is read, for so long: then its connection can be used again.

Headers = tuple[tuple[bytes, bytes], ...]


@lru_cache(maxsize=4)
def _tls(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """The certificates to trust, which httpx takes from these variables; reading them takes a while."""
    return httpx.create_ssl_context()


class RequestFailed(Exception):
    """There is no answer. `kind` is one word: timeout, unreachable, status, address, request.

    `outcome` is what a branch of a script may name.
    """

    def __init__(self, kind: str, words: str, outcome: str = "error") -> None:
        super().__init__(words)
        self.kind = kind
        self.outcome = outcome


class HttpResponse(NamedTuple):
    """What came back. `headers` have names in lower case; `body` is None where it is larger than was wanted."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None


class HttpClient:
    """Makes requests in whichever loop it is awaited in. `secrets` are their values by name."""

    def __init__(
        self,
        secrets: Mapping[str, str] | None = None,
        *,
        allow_link_local: bool = False,
        resolve: Resolve = resolve,
    ) -> None:
        self._secrets = secrets if secrets is not None else {}
        self._allow_link_local = allow_link_local
        self._resolve = resolve
        self._pools: dict[bool, httpcore.AsyncConnectionPool] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def exchange(self, request: Request, seconds: float, most: int) -> HttpResponse:
        """Make a request within so many seconds; of the answer `most` bytes are wanted. Raises RequestFailed."""
        headers, body = self._headers(request), _body(request)
        try:
            async with asyncio.timeout(seconds):
                return await self._followed(request, headers, body, most)
        except (TimeoutError, httpcore.TimeoutException):
            raise RequestFailed("timeout", f"no answer within {seconds:g} s", "timeout") from None
        except AddressRefused as error:
            raise RequestFailed("address", f"its host cannot be used: {error}") from None
        except (httpx.InvalidURL, httpcore.UnsupportedProtocol, ValueError):
            # What cannot be put into a request, such as half of a surrogate pair.
            raise RequestFailed("address", "not a web address") from None
        except RequestFailed:
            raise
        except Exception:
            # Among them groups of exceptions, for invalid ports.
            raise RequestFailed("unreachable", "the server cannot be reached, or closed the connection") from None

    def warm_up(self) -> None:
        """Read the certificates now, which takes longer than many an answer."""
        self._pool(free_host=False)

    async def close(self) -> None:
        """Close the connections."""
        pools, self._pools = self._pools, {}
        if self._loop is asyncio.get_running_loop():
            for pool in pools.values():
                await pool.aclose()

    def _pool(self, *, free_host: bool) -> httpcore.AsyncConnectionPool:
        """The connections to hosts of one kind: those of a script's own hosts may lead where values may not."""
        # Inside other people's applications loops come and go, and connections belong to one.
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._pools = loop, {}
        if free_host not in self._pools:
            network = CheckedNetwork(self._resolve, free_host=free_host, allow_link_local=self._allow_link_local)
            # One that hangs delays no other, so their number has no limit.
            self._pools[free_host] = httpcore.AsyncConnectionPool(
                ssl_context=_tls(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")),
                max_connections=None,
                max_keepalive_connections=20,
                keepalive_expiry=5.0,
                network_backend=network,
            )
        return self._pools[free_host]

    async def _followed(self, request: Request, headers: Headers, body: bytes | None, most: int) -> HttpResponse:
        pool = self._pool(free_host=request.free_host)
        if _DOTS(urlsplit(request.url).path):
            raise RequestFailed("address", "its path contains `.` or `..`, which leads elsewhere")
        address = httpx.URL(request.url)
        target = _target(request.url) or address.raw_path
        status = 0
        for _ in range(MOST_REDIRECTS + 1):
            _check(address)
            url = httpcore.URL(scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=target)
            all_headers = [(b"host", address.netloc), *headers]
            async with pool.stream(request.method.encode(), url, headers=all_headers, content=body) as response:
                status, known = response.status, _known(response)
                if status not in _REDIRECTS or "location" not in known:
                    return HttpResponse(status, known, await _read(response, most))
            if request.method != "GET" and status not in _KEEPING:
                raise RequestFailed("status", f"the server answered with status {status}", str(status))
            leads = address.join(known["location"])
            if not _stays(address, leads):
                raise RequestFailed("status", f"status {status}: it redirects to another server", str(status))
            address, target = leads, leads.raw_path
        raise RequestFailed("status", f"it redirects more than {MOST_REDIRECTS} times", str(status))

    def _headers(self, request: Request) -> Headers:
        """The headers of a request but for its host. Raises RequestFailed."""
        if request.method not in METHODS:
            raise RequestFailed("request", "its method does not exist")
        made: dict[str, bytes] = {"accept": b"application/json", "accept-encoding": b"identity"}
        made["user-agent"] = b"nccodsl"
        if request.key:
            made["idempotency-key"] = _encoded("Idempotency-Key", request.key)
        if request.content_type:
            made["content-type"] = _encoded("Content-Type", request.content_type)
        if request.body is None and request.method not in ("GET", "DELETE"):
            made["content-length"] = b"0"
        for name, value in request.headers:
            if not HEADER_NAME.fullmatch(name) or name.lower() in FRAMING_HEADERS:
                raise RequestFailed("request", "a header has a name that cannot be used")
            made[name.lower()] = _encoded(name, self._joined(value))
        return tuple((name.encode(), value) for name, value in made.items())

    def _joined(self, value: HeaderValue) -> str:
        pieces: list[str] = []
        for piece in value:
            if not isinstance(piece, SecretName):
                pieces.append(piece)
            elif piece.name == PLATFORM_TOKEN and piece.name not in self._secrets:
                raise RequestFailed("request", "the server has no application: set its ID and its private key")
            elif piece.name in self._secrets:
                pieces.append(self._secrets[piece.name])
            else:
                raise RequestFailed("request", f"the secret `{piece.name}` has no value")
        return "".join(pieces)


def _encoded(name: str, value: str) -> bytes:
    """The value of a header. Raises RequestFailed."""
    if _CONTROL(value):
        raise RequestFailed("request", f"the header `{name}` contains a line end or a control character")
    try:
        return value.strip(" \t").encode()
    except UnicodeEncodeError:
        raise RequestFailed("request", f"the header `{name}` is not text") from None


def _body(request: Request) -> bytes | None:
    """The bytes of a body. Bytes that were no text come as they came. Raises RequestFailed."""
    if request.body is None:
        return None
    try:
        body = request.body.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise RequestFailed("request", "its body is not text") from None
    if len(body) > LARGEST_BODY:
        raise RequestFailed("request", f"its body is larger than {LARGEST_BODY // 1024} KiB")
    return body


def _target(url: str) -> bytes:
    """Path and query of an address as they are written; empty where they have to be encoded first."""
    found = _TARGET.fullmatch(url)
    target = found[1] if found else ""
    return (f"/{target}" if target.startswith("?") else target).encode()


def _check(address: httpx.URL) -> None:
    if address.scheme not in ("http", "https") or not address.host:
        raise RequestFailed("address", "not a web address")
    if address.userinfo:
        raise RequestFailed("address", "it contains a user name or a password")


def _stays(here: httpx.URL, leads: httpx.URL) -> bool:
    """Whether a redirect stays with the server, or begins encryption on the usual port of its host."""
    if leads.host != here.host:
        return False
    if leads.scheme == here.scheme:
        return leads.port == here.port
    return here.scheme == "http" and leads.scheme == "https" and leads.port is None


def _known(response: httpcore.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}


async def _read(response: httpcore.Response, most: int) -> bytes | None:
    if not most:
        await _drain(response)
        return b""
    body = bytearray()
    async for piece in response.aiter_stream():
        body += piece
        if len(body) > most:
            return None
    return bytes(body)


async def _drain(response: httpcore.Response) -> None:
    """Read a short answer to its end; what goes wrong there does not matter any more."""
    size = 0
    try:
        async with asyncio.timeout(_DRAINING):
            async for piece in response.aiter_stream():
                size += len(piece)
                if size > _DRAINED:
                    return
    except (TimeoutError, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        return
