"""A server that speaks WebSocket by hand, so that it can speak it wrongly."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
Behavior = Callable[[socket.socket], None]
"""What is done with a connection; it is closed behind that."""


def request_of(connection: socket.socket) -> bytes:
    """The request of the handshake."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(10_000)
        if not piece:
            raise ConnectionError("no request came")
        data += piece
    return data


def accept(connection: socket.socket, more: bytes = b"") -> bytes:
    """Take the socket, and send bytes with the answer; returns the request."""
    request = request_of(connection)
    lines = dict(line.split(b": ", 1) for line in request.lower().split(b"\r\n") if b": " in line)
    key = request[request.lower().index(lines[b"sec-websocket-key"]) :][:24]
    proof = base64.b64encode(hashlib.sha1(key + _MAGIC).digest())
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
    connection.sendall(head + proof + b"\r\n\r\n" + more)
    return request


def frame(kind: int, payload: bytes, *, last: bool = True) -> bytes:
    """A frame as a server sends it."""
    first = bytes([kind | (0x80 if last else 0)])
    size = len(payload)
    if size < 126:
        return first + bytes([size]) + payload
    if size < 65_536:
        return first + b"\x7e" + struct.pack(">H", size) + payload
    return first + b"\x7f" + struct.pack(">Q", size) + payload


def close_frame(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack(">H", code) + reason)


def read_to_close(connection: socket.socket) -> None:
    """Read frame after frame, until the other side closes the socket or the connection."""
    with suppress(OSError):
        while head := _exactly(connection, 2):
            size = head[1] & 0x7F
            if size >= 126:
                size = int.from_bytes(_exactly(connection, 2 if size == 126 else 8), "big")
            _exactly(connection, 4 + size)
            if head[0] & 0x0F == CLOSE:
                return


def _exactly(connection: socket.socket, size: int) -> bytes:
    """So many bytes, or none at the end."""
    data = b""
    while len(data) < size:
        if not (piece := connection.recv(size - len(data))):
            return b""
        data += piece
    return data


def read_to_end(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    data = b""
    with suppress(OSError):
        while piece := connection.recv(65_536):
            data += piece
    return data


@contextmanager
def raw_server(behave: Behavior, *, buffer: int | None = None) -> Iterator[str]:
    """A server on a free port that does the same with each connection; its address. `buffer`: bytes it receives."""
    listener = socket.socket()
    if buffer is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    threads: list[threading.Thread] = []
    failed: list[BaseException] = []

    def take(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(20)
            try:
                behave(connection)
            except OSError:
                pass
            except BaseException as error:
                failed.append(error)

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=take, args=(connection,), daemon=True))
                threads[-1].start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/agent"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for one in threads:
            one.join(20)
    assert not failed, failed
