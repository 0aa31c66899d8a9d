"""Connections of uvicorn that are held to limits: with httptools where it is installed, else with h11.

uvicorn ends connections that are idle, has no time-out for a request that does not arrive, and reads on behind an
answer. What is added here touches no more than the protocols' own methods.
"""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from nccodsl.io.connections import ConnectionGuard

_DISCARDED = 1024 * 1024
"""Bytes of a refused body that are read all the same."""
_LARGEST_HEAD = 64 * 1024
HEAD = "head"


class Held(asyncio.Protocol):
    """What both kinds of connections have in common.

    `until` is when the client must have sent what it is sending; 0 where nothing is awaited.
    """

    guard: ConnectionGuard
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    cycle: Any
    scope: Any
    flow: Any

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

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.until = self.loop.time() + self.guard.limits.head
        self._sending = HEAD
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
        if self._begun() is self.cycle is not None and not self._is_short() and not self.transport.is_closing():
            self._turn_away()
            return
        # What is left of a short body is read and dropped: its client may use the connection again.
        super().on_response_complete()  # type: ignore[misc]  # uvicorn's, not asyncio's
        self.guard.heard_of(self)
        self._await()

    def _begun(self) -> object:
        """What the client has begun to send and not ended: HEAD, or the cycle whose body it is; None for nothing."""
        raise NotImplementedError

    def _is_short(self) -> bool:
        """Whether the client has said how long its body is, and that is little."""
        headers = self.scope["headers"] if self.cycle is not None else ()
        length = next((value for name, value in headers if name == b"content-length"), b"")
        return length.isdigit() and int(length[:20]) <= _DISCARDED

    def _await(self) -> None:
        """Set the time for what the client has begun to send."""
        sending = self._begun()
        if sending is None:
            self.until = 0.0
        elif sending is not self._sending:
            limits = self.guard.limits
            self.until = self.loop.time() + (limits.head if sending is HEAD else limits.body)
        self._sending = sending

    def _turn_away(self) -> None:
        """The answer is out, and the body still comes: say no more, and read a little, or the answer would be lost."""
        self._discarded = 0
        self.until = self.loop.time() + self.guard.limits.linger
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()


class _OnH11(Held, H11Protocol):
    def _begun(self) -> object:
        if self.conn.their_state is h11.SEND_BODY:
            return self.cycle
        return HEAD if self.conn.trailing_data[0] and self.conn.their_state is h11.IDLE else None


def protocol(guard: ConnectionGuard) -> type[asyncio.Protocol]:
    """The kind of connection for a server whose connections are held by a guard."""
    kind = _on_httptools() if find_spec("httptools") is not None else _OnH11
    return type("Guarded", (kind,), {"guard": guard})


def _on_httptools() -> type[asyncio.Protocol]:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    class OnHttpTools(Held, HttpToolsProtocol):
        """Its parser calls a method for each part of a request, and has no limit for the size of a head."""

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._part: object = None
            self._head = 0

        def data_received(self, data: bytes) -> None:
            if self._head > _LARGEST_HEAD and self._discarded is None:
                self.send_400_response("Request header fields too large.")
                return
            if self._part is None or self._part is HEAD:
                self._head += len(data)
            super().data_received(data)

        def on_message_begin(self) -> None:
            self._part = HEAD
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            super().on_headers_complete()
            self._part, self._head = self.cycle, 0

        def on_message_complete(self) -> None:
            self._part = None
            super().on_message_complete()

        def _begun(self) -> object:
            return self._part

    return OnHttpTools
