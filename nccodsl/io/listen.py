"""Sockets that listen, for servers that say at once on which port they will be."""

from __future__ import annotations

import socket


class CannotListen(OSError):
    """Listening there is not possible: `str()` says why."""


def listen(host: str, port: int) -> socket.socket:
    """A TCP socket that listens on an address of this machine; port 0 takes a free one. Raises CannotListen."""
    try:
        listener = _bound(host, port)
        # A client that knows the address may connect before the server is ready, and then waits.
        listener.listen(1024)
    except (OSError, OverflowError, UnicodeError) as error:
        raise _failed(host, port, error) from None
    return listener


def can_listen_together() -> bool:
    """Whether several sockets of this system can listen on one port."""
    return hasattr(socket, "SO_REUSEPORT")


def listen_together(host: str, port: int, count: int) -> list[socket.socket]:
    """So many sockets on one port, which no other program listens on; new connections are divided among them.

    Raises CannotListen.
    """
    listeners: list[socket.socket] = []
    try:
        if port:
            # Sockets that share a port say nothing of others that do so already.
            _bound(host, port).close()
        for _ in range(count):
            listeners.append(_bound(host, port, together=True))
            port = listeners[0].getsockname()[1]
        for listener in listeners:
            listener.listen(1024)
    except (OSError, OverflowError, UnicodeError) as error:
        for listener in listeners:
            listener.close()
        raise _failed(host, port, error) from None
    return listeners


def _bound(host: str, port: int, *, together: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle off only where the protocol is named; with it, each answer would wait 40 ms.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if together and hasattr(socket, "SO_REUSEPORT"):
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((host, port))
    except BaseException:
        made.close()
        raise
    return made


def _failed(host: str, port: int, error: Exception) -> CannotListen:
    return CannotListen(f"cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}")
