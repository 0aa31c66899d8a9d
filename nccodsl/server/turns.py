"""One after the other: webhooks about the same call, so that what one fetches the next one finds fetched.

Only within a process; across processes compare-and-set keeps states whole, and a fetch may be made twice.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from typing import Protocol


class Turns(Protocol):
    """Who has a key keeps others waiting for it."""

    async def take(self, key: str) -> None:
        """Wait until the key is free, and take it."""

    def give(self, key: str) -> None:
        """Let the next one have it."""


class AsyncTurns:
    """Turns of tasks of one loop, in the order in which they came. An unused key takes no room."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @property
    def taken(self) -> int:
        """How many keys are taken."""
        return len(self._waiting)

    async def take(self, key: str) -> None:
        waiting = self._waiting.get(key)
        if waiting is None:
            self._waiting[key] = deque()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            # A task that has the turn already must pass it on.
            if turn.done() and not turn.cancelled():
                self.give(key)
            raise

    def give(self, key: str) -> None:
        waiting = self._waiting[key]
        while waiting:
            turn = waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._waiting[key]


class ThreadTurns:
    """Turns of threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken: set[str] = set()

    async def take(self, key: str) -> None:
        """Blocks the thread."""
        with self._changed:
            self._changed.wait_for(lambda: key not in self._taken)
            self._taken.add(key)

    def give(self, key: str) -> None:
        with self._changed:
            self._taken.discard(key)
            self._changed.notify_all()
