"""An ASGI application on a port: in this thread until the process gets a signal to stop, or in a thread of its own.

With `uvicorn_protocols`, the only place that knows uvicorn.
"""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from nccodsl.io.connections import ConnectionGuard, Limits
from nccodsl.io.listen import listen
from nccodsl.io.uvicorn_protocols import protocol

AsgiApp = Callable[..., Awaitable[None]]
STARTING = 10.0
"""Seconds that a server in a thread may take until it answers, and until it has ended."""
_CLOSING = 1
# Seconds for connections to close when the server ends.
_LOOK = 0.005


class UvicornHost:
    """Listens from the beginning, at `url`, and serves an application when it is run or started.

    `listener` is a socket that listens there already. `certificate`: files of a certificate and its key, for TLS.
    `limits` are those of each connection. `date_header`: whether answers are dated here. A `patient` host only notes
    that it is to stop, as `stopping`: its application finishes what is running and calls `end`. `websockets`: whether
    WebSockets are opened. Raises CannotListen.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        certificate: tuple[Path, Path] | None = None,
        limits: Limits | None = None,
        date_header: bool = True,
        patient: bool = False,
        listener: socket.socket | None = None,
        websockets: bool = False,
    ) -> None:
        self._socket = listener if listener is not None else listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        self.scheme = "https" if certificate is not None else "http"
        self.url = f"{self.scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"
        self.stopping = False
        self._patient = patient
        self._settings: dict[str, Any] = {
            "date_header": date_header,
            "ws": "websockets-sansio" if websockets else "none",
            "ssl_certfile": str(certificate[0]) if certificate else None,
            "ssl_keyfile": str(certificate[1]) if certificate else None,
            **_guarded(limits or Limits()),
        }
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def run(self, app: AsgiApp) -> None:
        """Serve until the process gets a signal to stop. Raises SystemExit where the application does not start."""
        self._serve(self._made(app))

    def start(self, app: AsgiApp, name: str) -> bool:
        """Serve in a thread of that name; whether it answers."""
        server = self._made(app)
        self._thread = threading.Thread(target=self._serve_beside, args=(server,), name=name, daemon=True)
        self._thread.start()
        until = time.monotonic() + STARTING
        while not server.started:
            if time.monotonic() > until or not self._thread.is_alive():
                return False
            time.sleep(_LOOK)
        return True

    def stop(self) -> None:
        """End, or let the application finish where the host is patient; from any thread."""
        self.stopping = True
        if not self._patient:
            self.end()

    def end(self) -> None:
        """Take no more requests, and end the connections."""
        if self._server is not None:
            self._server.should_exit = True

    def join(self) -> None:
        """Wait for the thread to end."""
        if self._thread is not None:
            self._thread.join(STARTING)

    def close(self) -> None:
        """Listen no more, where it was never run."""
        self._socket.close()

    def _made(self, app: AsgiApp) -> _Server:
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_CLOSING,
            **self._settings,
        )
        self._server = _Server(config, self if self._patient else None)
        return self._server

    def _serve(self, server: _Server) -> None:
        try:
            server.run(sockets=[self._socket])
        finally:
            self._socket.close()

    def _serve_beside(self, server: _Server) -> None:
        # Where the application does not start, `start` says so.
        with suppress(SystemExit):
            self._serve(server)


class _Server(uvicorn.Server):
    """A signal to stop is no failure of a patient server: uvicorn would send itself the signal once more, and so end
    with its number.
    """

    def __init__(self, config: uvicorn.Config, patient: UvicornHost | None) -> None:
        super().__init__(config)
        self._patient = patient

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._patient is None:
            super().handle_exit(sig, frame)
            return
        if self._patient.stopping and sig == signal.SIGINT:
            self.force_exit = self.should_exit = True
        self._patient.stopping = True


def _guarded(limits: Limits) -> dict[str, Any]:
    """The settings of a `uvicorn.Config` whose connections are held to these limits."""
    guard = ConnectionGuard(limits)
    return {"http": protocol(guard), "timeout_keep_alive": limits.idle, "backlog": guard.backlog}
