"""A socket that listens, for servers that say at once on which port they will be."""

from __future__ import annotations

import socket


class CannotListen(OSError):
    """Listening there is not possible: `str()` says why."""


def listen(host: str, port: int) -> socket.socket:
    """A TCP socket that listens on an address of this machine; port 0 takes a free one. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle off only where the protocol is named; with it, each answer would wait 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # A client that knows the address may connect before the server is ready, and then waits.
        listener.listen(1024)
    except (OSError, OverflowError, UnicodeError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise CannotListen(f"cannot listen on {host}:{port}: {reason}") from None
    return listener
