"""The other system that scripts send to and ask: it keeps what has come whole, and behaves in every way."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

Behavior = Callable[[socket.socket], None]
"""What is done with the connection once a request has come whole."""


class Asked(NamedTuple):
    """A request. `attempt`: how often its method, path and key have come, from 1."""

    method: str
    path: str
    key: str
    headers: dict[str, str]
    body: bytes
    attempt: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Receiver:
    """A server that keeps what has come whole. `behave` says what it does then, unless `behaves` does for a request."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bodies: dict[str, list[bytes]] = defaultdict(list)
        self.requests: list[Asked] = []
        self.behave: Behavior = succeed
        self.behaves: Callable[[Asked], Behavior] = lambda _: self.behave
        self._lock = threading.Lock()

    @property
    def arrived(self) -> Counter[str]:
        return Counter({key: len(bodies) for key, bodies in list(self.bodies.items())})

    def at(self, path: str) -> list[Asked]:
        return [one for one in list(self.requests) if one.path == path]

    def take(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5)
            data = b""
            while b"\r\n\r\n" not in data:
                piece = connection.recv(10_000)
                if not piece:
                    return
                data += piece
            head, _, body = data.partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
            while len(body) < int(headers.get("content-length", 0)):
                body += connection.recv(10_000)
            self._keep(first, headers, body)(connection)

    def _keep(self, first: str, headers: dict[str, str], body: bytes) -> Behavior:
        method, path, _ = first.split(" ")
        key = headers.get("idempotency-key", "")
        with self._lock:
            attempt = 1 + sum((one.method, one.path, one.key) == (method, path, key) for one in self.requests)
            asked = Asked(method, path, key, headers, body, attempt)
            self.requests.append(asked)
            self.bodies[key].append(body)
        return self.behaves(asked)


def replies(value: object, status: str = "200 OK", after: float = 0.0) -> Behavior:
    """Answers with JSON, some seconds later."""
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n"

    def reply(connection: socket.socket) -> None:
        time.sleep(after)
        connection.sendall(head.encode() + body)

    return reply


def succeed(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")


def fail(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")


def babble(connection: socket.socket) -> None:
    connection.sendall(b"\x00\xff this is no HTTP\r\n\r\n")


def drop(connection: socket.socket) -> None:
    """The body has come, and then the connection breaks."""


def hang(connection: socket.socket) -> None:
    time.sleep(1.0)


def dawdle(connection: socket.socket) -> None:
    time.sleep(0.2)
    succeed(connection)


BEHAVIORS = (succeed, fail, babble, drop, hang, dawdle)


@contextmanager
def receiving() -> Iterator[Receiver]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=200)
    receiver = Receiver(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=receiver.take, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
