"""Servers for tests, on loopback: one that answers webhooks, and keys for signing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from nccodsl.client.credentials import Credentials

APPLICATION = "5f0c2a3e-7b1d-4c55-9d5e-0a1b2c3d4e5f"


@lru_cache(maxsize=4)
def private_key(number: int = 0) -> str:
    """A PEM of an RSA key; each number has its own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@lru_cache(maxsize=1)
def credentials() -> Credentials:
    return Credentials(APPLICATION, private_key())


class Received:
    """One webhook as it came."""

    def __init__(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        self.method = method
        self.path = urlsplit(path).path
        self.query = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
        self.headers = headers
        self.body = body
        self.at = time.monotonic()

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else self.query


Answer = tuple[int, bytes, str]
JSON = "application/json"


def wait_for(true: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait until something is so, for so many seconds at most."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.01)


class Hooks:
    """A server that keeps what it receives; `answer` says what it sends back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: list[Received] = []
        self.answer: Callable[[Received], Answer] = lambda _: (200, b"", JSON)

    def at(self, path: str) -> list[Received]:
        return [one for one in self.received if one.path == path]

    def statuses(self) -> list[str]:
        return [one.json["status"] for one in list(self.received) if "status" in one.json]

    def wait_for(self, true: Callable[[], Any], seconds: float = 60.0) -> None:
        wait_for(true, seconds)


@contextmanager
def in_thread(server: HTTPServer) -> Iterator[str]:
    """A server that runs beside the test; its address."""
    if isinstance(server, ThreadingHTTPServer):
        server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def hooks() -> Iterator[Hooks]:
    """A server for webhooks on a free port."""
    kept: Hooks

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            received = Received(self.command, self.path, headers, body)
            kept.received.append(received)
            status, data, kind = kept.answer(received)
            self.send_response(status)
            self.send_header("content-type", kind)
            if 300 <= status < 400:
                self.send_header("location", self.path)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            # Who asks need not listen to the end.
            with suppress(ConnectionError):
                self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _take

        def log_message(self, *_args: object) -> None:
            pass

    with in_thread(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        kept = Hooks(url)
        yield kept
