"""Two `nccodsl serve` that share a database, behind a balancer: each webhook comes to another one than the one before.

After every few webhooks, the server that has answered the last one is killed with SIGKILL, and started again. Until it
serves, the other one answers all.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.serve_process import ServeProcess
from tests.e2e.servers import in_thread

KILLED_AFTER = 6
"""Webhooks after which one of the two is killed, at the earliest."""


class ServerPair:
    """The two of them, with their logs in folders of their own; `url` is the balancer's."""

    def __init__(self, folder: Path, *arguments: str | Path, **variables: str) -> None:
        self._given = folder, arguments, variables
        self._stack = ExitStack()
        self._turn = threading.Lock()
        self._next = self._since = 0
        self._starting: threading.Thread | None = None
        self.killed = 0

    def __enter__(self) -> ServerPair:
        folder, arguments, variables = self._given
        self.url = self._stack.enter_context(in_thread(ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))))
        self._client = self._stack.enter_context(
            # A connection that stays would be to a server that was killed.
            httpx.Client(trust_env=False, timeout=30, limits=httpx.Limits(max_keepalive_connections=0))
        )
        self.servers = []
        for name in ("one", "two"):
            (folder / name).mkdir()
            server = ServeProcess(folder / name, *arguments, "--base-url", self.url, **variables)
            self.servers.append(self._stack.enter_context(server))
        return self

    def __exit__(self, *error: Any) -> None:
        if self._starting is not None:
            self._starting.join()
        self._stack.close()

    @property
    def log(self) -> str:
        return "".join(server.log for server in self.servers)

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        """Have a webhook answered by the server whose turn it is. Kills come between webhooks, not within one."""
        with self._turn:
            server = self.servers[self._next]
            response = self._client.request(method, server.url + path, headers=headers, content=body)
            self._since += 1
            both = self._starting is None or not self._starting.is_alive()
            if both:
                self._next = 1 - self._next
            if both and self._since >= KILLED_AFTER:
                server.kill()
                self.killed += 1
                self._since = 0
                self._starting = threading.Thread(target=server.start)
                self._starting.start()
            return response


def _handler(pair: ServerPair) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            given = pair.forward(self.command, self.path, dict(_passed(self.headers.items())), body)
            self.send_response(given.status_code)
            for name, value in _passed(given.headers.items()):
                self.send_header(name, value)
            self.send_header("content-length", str(len(given.content)))
            self.end_headers()
            # Who asks need not listen to the end.
            with suppress(ConnectionError):
                self.wfile.write(given.content)

        do_GET = do_POST = _take

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


def _passed(headers: Any) -> Iterator[tuple[str, str]]:
    own = ("host", "connection", "content-length", "transfer-encoding", "date", "server", "accept-encoding")
    return ((name, value) for name, value in headers if name.lower() not in own)
