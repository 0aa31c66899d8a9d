"""A server that answers what a test wants, however wrong."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from email.utils import formatdate


class OddServer:
    """A server of one's own making: `answer` gets the whole request, and says what goes back, or None to hang up."""

    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.requests: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._take, args=(connection,), daemon=True).start()

    def _take(self, connection: socket.socket) -> None:
        with connection:
            request = b""
            while b"\r\n\r\n" not in request or len(request) < self._length(request):
                if not (piece := connection.recv(65536)):
                    return
                request += piece
            self.requests.append(request)
            if (answer := self._answer(request)) is not None:
                connection.sendall(answer)

    @staticmethod
    def _length(request: bytes) -> int:
        head, _, _ = request.partition(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head, re.I)
        return len(head) + 4 + (int(found[1]) if found else 0)

    def created(self) -> int:
        return sum(request.startswith(b"POST") for request in self.requests)

    def __enter__(self) -> OddServer:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()


def http_answer(status: int, body: bytes | str, kind: str = "application/json", **headers: str) -> bytes:
    data = body if isinstance(body, bytes) else body.encode()
    headers = {"date": formatdate(usegmt=True), **headers}
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(data)}\r\nconnection: close\r\n{more}\r\n"
    ).encode() + data
