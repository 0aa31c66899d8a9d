"""An `AsyncStore` for code that has no event loop, such as commands: a thread has one, and the caller waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from typing import TypeVar

from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.web_requests import Request
from nccodsl.server.loop_thread import LoopThread
from nccodsl.server.stores.base import AsyncStore, Texts, besides
from nccodsl.server.stores.outbox import AsyncOutbox, Claimed, Outgoing
from nccodsl.server.stores.suppressions import AsyncSuppressions, Suppressed

CLOSING = 5.0
"""Seconds for the store to close."""
_T = TypeVar("_T")


class Waiter:
    """Waits for what is done in the loop of a thread, which begins with the first use."""

    def __init__(self) -> None:
        self.thread = LoopThread()

    def __call__(self, work: Awaitable[_T]) -> _T:
        return asyncio.run_coroutine_threadsafe(_result(work), self.thread.loop()).result()


async def _result(work: Awaitable[_T]) -> _T:
    return await work


class BlockingStore:
    """A `Store` over one that is reached through a network. A server takes `store` itself (asgi.asynchronous)."""

    def __init__(self, store: AsyncStore) -> None:
        self.store = store
        self._wait = Waiter()
        self.outbox = BlockingOutbox(store.outbox, self._wait)
        self.suppressions = BlockingSuppressions(store.suppressions, self._wait)

    def load(self, key: str) -> KeptState | None:
        return self._wait(self.store.load(key))

    def save(
        self,
        key: str,
        data: bytes,
        revision: int | None,
        conversation: str = "",
        *,
        ended: bool = False,
        sends: Sequence[Request] = (),
        opt_outs: Sequence[tuple[str, str]] = (),
    ) -> bool:
        more = besides(sends, opt_outs)
        return self._wait(self.store.save(key, data, revision, conversation, ended=ended, **more))

    def find(self, conversation: str) -> str | None:
        return self._wait(self.store.find(conversation))

    def keep(self, version: str, texts: Texts) -> None:
        self._wait(self.store.keep(version, texts))

    def texts(self, version: str) -> Texts | None:
        return self._wait(self.store.texts(version))

    def secret(self) -> bytes:
        return self._wait(self.store.secret())

    def tend(self) -> None:
        self._wait(self.store.tend())

    def close(self) -> None:
        """Close it, and end the thread; one that was never used has nothing to close."""
        self._wait.thread.stop(self.store.close, CLOSING)


class BlockingOutbox:
    """An `Outbox` over one that is reached through a network."""

    def __init__(self, outbox: AsyncOutbox, wait: Waiter) -> None:
        self._outbox = outbox
        self._wait = wait

    def enqueue(self, request: Request, source: str) -> bool:
        return self._wait(self._outbox.enqueue(request, source))

    def claim(self, most: int, lease: float, without: Collection[str] = ()) -> Claimed:
        return self._wait(self._outbox.claim(most, lease, without))

    def delivered(self, key: str) -> None:
        self._wait(self._outbox.delivered(key))

    def postpone(self, key: str, attempts: int, seconds: float, problem: str) -> None:
        self._wait(self._outbox.postpone(key, attempts, seconds, problem))

    def give_up(self, key: str, attempts: int, problem: str) -> None:
        self._wait(self._outbox.give_up(key, attempts, problem))

    def list(self) -> Sequence[Outgoing]:
        return self._wait(self._outbox.list())

    def retry(self, keys: Collection[str] | None = None) -> Sequence[str]:
        return self._wait(self._outbox.retry(keys))

    def drop(self, keys: Collection[str] | None = None) -> Sequence[str]:
        return self._wait(self._outbox.drop(keys))


class BlockingSuppressions:
    """`Suppressions` over a list that is reached through a network."""

    def __init__(self, suppressions: AsyncSuppressions, wait: Waiter) -> None:
        self._suppressions = suppressions
        self._wait = wait

    def add(self, number: str, reason: str = "", source: str = "") -> bool:
        return self._wait(self._suppressions.add(number, reason, source))

    def remove(self, numbers: Collection[str]) -> Sequence[str]:
        return self._wait(self._suppressions.remove(numbers))

    def has(self, number: str) -> bool:
        return self._wait(self._suppressions.has(number))

    def list(self) -> Sequence[Suppressed]:
        return self._wait(self._suppressions.list())
