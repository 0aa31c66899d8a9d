"""Connections to addresses that were checked: a name is resolved once, and what was checked is connected to.

Otherwise the answer for a name could change between the check and the connection (DNS rebinding). TLS still verifies
the name, since only the connection is made here. No proxy is used: the addresses behind it could not be checked.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import ip_address
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream

from nccodsl.server.address_rules import refusal

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""From a host and a port to the IP addresses of the host. Raises OSError."""
CONNECTING = 1.0
"""Seconds for one of several addresses of a host, before the next one is tried."""

_READ = 4096
# Bytes of one read. An answer can consist of tiny pieces, and other tasks wait while what was read is parsed.


class AddressRefused(Exception):
    """A request may not go to where its host leads. `str()` says why."""


class CheckedNetwork(AsyncNetworkBackend):
    """Connects to what may be connected to. The arguments are those of `refusal`."""

    def __init__(self, resolve: Resolve, *, free_host: bool, allow_link_local: bool) -> None:
        self._resolve = resolve
        self._free_host = free_host
        self._allow_link_local = allow_link_local
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Raises AddressRefused, and what httpcore raises."""
        addresses = await self._checked(host, port)
        for address in addresses[:-1]:
            try:
                return await self._connect(address, port, CONNECTING, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._connect(addresses[-1], port, timeout, local_address, socket_options)

    async def _connect(
        self,
        address: str,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[SOCKET_OPTION] | None,
    ) -> AsyncNetworkStream:
        return _FairStream(await self._network.connect_tcp(address, port, timeout, local_address, socket_options))

    async def _checked(self, host: str, port: int) -> list[str]:
        """The addresses of a host. One that is refused refuses the host."""
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the host is not known") from error
        if not addresses:
            raise httpcore.ConnectError("the host has no address")
        for address in addresses:
            why = refusal(ip_address(address), free_host=self._free_host, allow_link_local=self._allow_link_local)
            if why:
                raise AddressRefused(why)
        return addresses


class _FairStream(AsyncNetworkStream):
    """A connection that is read in small parts, and lets others go on between them."""

    def __init__(self, stream: AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        # With TLS, what has already come is read without any wait.
        await asyncio.sleep(0)
        return await self._stream.read(min(max_bytes, _READ), timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncNetworkStream:
        return _FairStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
