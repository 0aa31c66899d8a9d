"""What a server on an open network allows each of its connections, so that nobody keeps it from the others.

uvicorn ends connections that are idle; it has no time-out for a request that does not arrive, and reads on behind an
answer. What is added here touches no more than the protocol's own methods.
"""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_MOST = 1000
_SHARE = 2
# Of the files that a process may open, every second one may be a connection: the rest is for stores and fetches.
_UNKNOWN = 512
# Files that a process may open, where the system does not say.
_BACKLOG = 512
_DISCARDED = 1024 * 1024


class Limits(NamedTuple):
    """Seconds, and a number of connections.

    `head` and `body`: for a request's headers and its body to arrive. `idle`: between two requests; longer than
    proxies keep idle connections, so that it is never they who meet a closed one. `linger`: for a client to stop
    sending a body that was refused. `connections` at a time; None for what the system allows, 1,000 at most: then the
    one that has been waited for the longest makes room for the next.
    """

    head: float = 10.0
    body: float = 15.0
    idle: float = 75.0
    linger: float = 2.0
    connections: int | None = None


def guarded(limits: Limits | None) -> dict[str, Any]:
    """The settings of a `uvicorn.Config` whose connections are held to these limits."""
    limits = limits or Limits()
    files = _files()
    most = limits.connections or max(1, min(_MOST, files // _SHARE))
    kind = type("Guarded", (_Guarded,), {"guard": _Guard(limits, most)})
    # So many are accepted at once, before the first of them is looked at.
    backlog = max(1, min(_BACKLOG, files // _SHARE // 2))
    return {"http": kind, "timeout_keep_alive": limits.idle, "backlog": backlog}


class _Guard:
    """The connections of one server, the one that was heard of least lately first."""

    def __init__(self, limits: Limits, most: int) -> None:
        self.limits = limits
        self._most = most
        self._tick = min(1.0, min(limits.head, limits.body, limits.linger) / 4)
        self._open: dict[_Guarded, None] = {}
        self._looking: asyncio.TimerHandle | None = None

    def admit(self, new: _Guarded) -> None:
        """Count a connection, and end another one where there are too many."""
        self._open[new] = None
        if len(self._open) > self._most:
            waiting = next((one for one in self._open if one is not new and not one.answers), new)
            self.release(waiting)
            waiting.transport.abort()
        if self._looking is None:
            self._looking = new.loop.call_later(self._tick, self._look, new.loop)

    def heard_of(self, one: _Guarded) -> None:
        """It has done what it came for."""
        if one in self._open:
            del self._open[one]
            self._open[one] = None

    def release(self, one: _Guarded) -> None:
        self._open.pop(one, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what has taken too long. One look for all costs a request less than a timer of its own."""
        now = loop.time()
        for one in [one for one in self._open if one.until and one.until < now]:
            one.transport.abort()
        self._looking = loop.call_later(self._tick, self._look, loop) if self._open else None


class _Guarded(H11Protocol):
    """A connection. `until` is when the client must have sent what it is sending; 0 where nothing is awaited."""

    guard: _Guard

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


def _files() -> int:
    """How many files this process may open."""
    try:
        import resource
    except ImportError:
        return _UNKNOWN
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST * _SHARE if soft == resource.RLIM_INFINITY else soft
