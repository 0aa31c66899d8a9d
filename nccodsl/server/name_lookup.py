"""Looking up the addresses of hosts, so that a name server that does not answer delays no other host.

The system's lookup blocks a thread for as long as the name server takes, and cannot be ended. So each host has one
lookup at most, in a thread that no end of a loop or of the process waits for.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress

MOST = 64
"""Lookups under way in this process. Beyond them, hosts are not known."""
_Found = list[str] | Exception
_running: dict[tuple[asyncio.AbstractEventLoop, str], asyncio.Future[_Found]] = {}
_lock = threading.Lock()


async def resolve(host: str, port: int) -> list[str]:
    """As the system resolves it, in its order; among them forms such as `0x7f.1`, which it takes for addresses.

    Raises OSError, and UnicodeError for what is no name.
    """
    with suppress(socket.gaierror):
        return _addresses(host, socket.AI_NUMERICHOST)
    # Others may wait for the same lookup.
    found = await asyncio.shield(_lookup(asyncio.get_running_loop(), host))
    if isinstance(found, Exception):
        raise found
    return found


def _lookup(loop: asyncio.AbstractEventLoop, host: str) -> asyncio.Future[_Found]:
    with _lock:
        known = _running.get((loop, host))
        if known is not None:
            return known
        if len(_running) >= MOST:
            raise OSError("too many names are being looked up")
        future: asyncio.Future[_Found] = loop.create_future()
        _running[loop, host] = future
    try:
        threading.Thread(target=_look_up, args=(loop, host, future), name="nccodsl-lookup", daemon=True).start()
    except RuntimeError:  # no thread can be started
        with _lock:
            del _running[loop, host]
        raise OSError("names cannot be looked up") from None
    return future


def _look_up(loop: asyncio.AbstractEventLoop, host: str, future: asyncio.Future[_Found]) -> None:
    found: _Found
    try:
        found = _addresses(host)
    except Exception as error:
        found = error
    with _lock:
        del _running[loop, host]
    with suppress(RuntimeError):  # a loop that has ended
        loop.call_soon_threadsafe(_tell, future, found)


def _tell(future: asyncio.Future[_Found], found: _Found) -> None:
    if not future.done():
        future.set_result(found)


def _addresses(host: str, flags: int = 0) -> list[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys(str(one[4][0]) for one in found))
