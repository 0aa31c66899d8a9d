"""What a server on an open network allows each of its connections, so that no client keeps it from the others."""

from __future__ import annotations

import asyncio
from typing import NamedTuple, Protocol

_MOST = 1000
_SHARE = 2
# Of the files that a process may open, every second one may be a connection: the rest is for stores and fetches.
_UNKNOWN = 512
# Files that a process may open, where the system does not say.
_BACKLOG = 512


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


class GuardedConnection(Protocol):
    """What a guard wants to know of a connection. `until` is when the client must have sent what it is sending.

    `answers`: whether the client waits for us.
    """

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    until: float

    @property
    def answers(self) -> bool: ...


class ConnectionGuard:
    """The connections of one server, the one that was heard of least lately first."""

    def __init__(self, limits: Limits) -> None:
        files = _files()
        self.limits = limits
        self._most = limits.connections or max(1, min(_MOST, files // _SHARE))
        # So many are accepted at once, before the first of them is looked at.
        self.backlog = max(1, min(_BACKLOG, files // _SHARE // 2))
        self._tick = min(1.0, min(limits.head, limits.body, limits.linger) / 4)
        self._open: dict[GuardedConnection, None] = {}
        self._looking: asyncio.TimerHandle | None = None

    def admit(self, new: GuardedConnection) -> None:
        """Count a connection, and end another one where there are too many."""
        self._open[new] = None
        if len(self._open) > self._most:
            waiting = next((one for one in self._open if one is not new and not one.answers), new)
            self.release(waiting)
            waiting.transport.abort()
        if self._looking is None:
            self._looking = new.loop.call_later(self._tick, self._look, new.loop)

    def heard_of(self, one: GuardedConnection) -> None:
        """It has done what it came for."""
        if one in self._open:
            del self._open[one]
            self._open[one] = None

    def release(self, one: GuardedConnection) -> None:
        self._open.pop(one, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what has taken too long. One look for all costs a request less than a timer of its own."""
        now = loop.time()
        for one in [one for one in self._open if one.until and one.until < now]:
            one.transport.abort()
        self._looking = loop.call_later(self._tick, self._look, loop) if self._open else None


def _files() -> int:
    """How many files this process may open."""
    try:
        import resource
    except ImportError:
        return _UNKNOWN
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST * _SHARE if soft == resource.RLIM_INFINITY else soft
