"""A server that answers what a test wants, however wrong."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from typing import Self


class RawServer:
    """A server that reads each request whole, and then does with the connection what `behave` does."""

    def __init__(self, behave: Callable[[socket.socket, bytes], None]) -> None:
        self._behave = behave
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.requests: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._take, args=(connection,), daemon=True).start()

    def _take(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            request = b""
            while b"\r\n\r\n" not in request or len(request) < self._length(request):
                if not (piece := connection.recv(65536)):
                    return
                request += piece
            self.requests.append(request)
            self._behave(connection, request)

    @staticmethod
    def _length(request: bytes) -> int:
        head, _, _ = request.partition(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head, re.I)
        return len(head) + 4 + (int(found[1]) if found else 0)

    def created(self) -> int:
        return sum(request.startswith(b"POST") for request in self.requests)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()


class OddServer(RawServer):
    """A server of one's own making: `answer` gets the whole request, and says what goes back, or None to hang up."""

    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        def behave(connection: socket.socket, request: bytes) -> None:
            if (data := answer(request)) is not None:
                connection.sendall(data)

        super().__init__(behave)


def http_answer(status: int, body: bytes | str, kind: str = "application/json", **headers: str) -> bytes:
    data = body if isinstance(body, bytes) else body.encode()
    headers = {"date": formatdate(usegmt=True), **headers}
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(data)}\r\nconnection: close\r\n{more}\r\n"
    ).encode() + data
