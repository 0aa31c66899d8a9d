"""An ASGI application on a port: in this thread until the process gets a signal to stop, or in a thread of its own.

The only place that knows uvicorn, which ends connections that are idle, has no time-out for a request that does not
arrive, and reads on behind an answer. What is added here touches no more than the protocol's own methods.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from nccodsl.io.connections import ConnectionGuard, Limits
from nccodsl.io.listen import listen

AsgiApp = Callable[..., Awaitable[None]]
STARTING = 10.0
"""Seconds that a server in a thread may take until it answers, and until it has ended."""
_CLOSING = 1
# Seconds for connections to close when the server ends.
_LOOK = 0.005
_DISCARDED = 1024 * 1024


class UvicornHost:
    """Listens from the beginning, at `url`, and serves an application when it is run or started.

    `certificate`: files of a certificate and its key, for TLS. `limits` are those of each connection. `date_header`:
    whether answers are dated here. A `patient` host only notes that it is to stop, as `stopping`: its application
    finishes what is running and calls `end`. Raises CannotListen.
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
    ) -> None:
        self._socket = listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        self.scheme = "https" if certificate is not None else "http"
        self.url = f"{self.scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"
        self.stopping = False
        self._patient = patient
        self._settings: dict[str, Any] = {
            "date_header": date_header,
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
            ws="none",
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
    kind = type("Guarded", (_Guarded,), {"guard": guard})
    return {"http": kind, "timeout_keep_alive": limits.idle, "backlog": guard.backlog}


class _Guarded(H11Protocol):
    """A connection. `until` is when the client must have sent what it is sending; 0 where nothing is awaited."""

    guard: ConnectionGuard

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.until = 0.0
        self._sending: object = None
        self._discarded: int | None = None

    @property
    def answers(self) -> bool:
        """Whether it waits for us."""
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.until = self.loop.time() + self.guard.limits.head
        self._sending = "head"
        self.guard.admit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.guard.release(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._discarded is None:
            super().data_received(data)
            self._await()
            return
        self._discarded += len(data)
        if self._discarded > _DISCARDED:
            self.transport.abort()

    def on_response_complete(self) -> None:
        if self.conn.their_state is h11.SEND_BODY and not self._is_short() and not self.transport.is_closing():
            self._turn_away()
            return
        # What is left of a short body is read and dropped: its client may use the connection again.
        super().on_response_complete()
        self.guard.heard_of(self)
        self._await()

    def _is_short(self) -> bool:
        """Whether the client has said how long its body is, and that is little."""
        headers = self.scope["headers"] if self.cycle is not None else ()
        length = next((value for name, value in headers if name == b"content-length"), b"")
        return length.isdigit() and int(length[:20]) <= _DISCARDED

    def _await(self) -> None:
        """Set the time for what the client has begun to send: a body, or a head."""
        sending: object = None
        seconds = 0.0
        if self.conn.their_state is h11.SEND_BODY:
            sending, seconds = self.cycle, self.guard.limits.body
        elif self.conn.trailing_data[0] and self.conn.their_state is h11.IDLE:
            sending, seconds = "head", self.guard.limits.head
        if sending is None:
            self.until = 0.0
        elif sending is not self._sending:
            self.until = self.loop.time() + seconds
        self._sending = sending

    def _turn_away(self) -> None:
        """The answer is out, and the body still comes: say no more, and read a little, or the answer would be lost."""
        self._discarded = 0
        self.until = self.loop.time() + self.guard.limits.linger
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
