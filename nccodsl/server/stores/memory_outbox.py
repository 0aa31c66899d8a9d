"""An outbox in memory: what is in it ends with the process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from heapq import heappop, heappush

from nccodsl.runtime.web_requests import Request
from nccodsl.server.stores.outbox import (
    DELIVERED_WITHIN,
    GIVEN_UP_KEPT,
    KEYS_KEPT,
    Claimed,
    Outgoing,
    host_of,
    keyed,
)


class _Sent:
    """A request that is to be delivered, or was given up. `at`: when it is tried next, or forgotten."""

    __slots__ = ("at", "attempts", "given_up", "host", "leased", "problem", "put_in", "request", "source", "until")

    def __init__(self, request: Request, source: str, now: float) -> None:
        self.request = request.to_json()
        self.source = source
        self.host = host_of(request.url)
        self.put_in = self.at = now
        self.until = now + DELIVERED_WITHIN
        self.attempts = 0
        self.problem = ""
        self.leased = self.given_up = False


class MemoryOutbox:
    """An `Outbox` in this process, under the lock of its store."""

    def __init__(self, clock: Callable[[], float], lock: threading.Lock) -> None:
        self._clock = clock
        self._lock = lock
        self._rows: dict[str, _Sent] = {}
        # What is tried next is first; one whose time has changed since is passed over.
        self._queue: list[tuple[float, str]] = []
        # In the order in which they expire.
        self._done: dict[str, float] = {}
        self._given_up: dict[str, float] = {}

    def put(self, requests: Sequence[Request], source: str) -> int:
        """Put requests in, for a store that holds the lock; how many were not known."""
        now = self._clock()
        self._forget(now)
        before = len(self._rows)
        for request in keyed(requests):
            if request.key not in self._rows and request.key not in self._done:
                self._rows[request.key] = _Sent(request, source, now)
                heappush(self._queue, (now, request.key))
        return len(self._rows) - before

    def enqueue(self, request: Request, source: str) -> bool:
        with self._lock:
            return self.put((request,), source) == 1

    def claim(self, most: int, lease: float, without: Collection[str] = ()) -> Claimed:
        with self._lock:
            now = self._clock()
            due: list[Outgoing] = []
            passed: list[tuple[float, str]] = []
            while (first := self._first()) is not None:
                key = first[1]
                row = self._rows[key]
                if row.host in without:
                    passed.append(heappop(self._queue))
                    continue
                if len(due) == most or first[0] > now:
                    break
                row.leased, row.attempts = True, row.attempts + 1
                self._plan(key, now + lease)
                due.append(self._outgoing(key, now))
            for one in passed:
                heappush(self._queue, one)
            due.sort(key=lambda one: -one.age)
            return Claimed(tuple(due), max(0.0, first[0] - now) if first is not None else None)

    def delivered(self, key: str) -> None:
        with self._lock:
            self._end(key, self._clock())

    def postpone(self, key: str, attempts: int, seconds: float, problem: str) -> None:
        with self._lock:
            row = self._rows.get(key)
            if row is not None and row.attempts == attempts and not row.given_up:
                row.leased, row.problem = False, problem
                self._plan(key, self._clock() + seconds)

    def give_up(self, key: str, attempts: int, problem: str) -> None:
        with self._lock:
            row = self._rows.get(key)
            if row is not None and row.attempts == attempts and not row.given_up:
                row.leased, row.given_up, row.problem = False, True, problem
                row.at = self._given_up[key] = self._clock() + GIVEN_UP_KEPT

    def list(self) -> Sequence[Outgoing]:
        with self._lock:
            now = self._clock()
            self._forget(now)
            return [self._outgoing(key, now) for key in self._rows]

    def retry(self, keys: Collection[str] | None = None) -> Sequence[str]:
        with self._lock:
            now = self._clock()
            found = [key for key in self._rows if keys is None or key in keys]
            for key in found:
                row = self._rows[key]
                row.until = now + DELIVERED_WITHIN
                if not row.leased or row.at <= now:
                    self._given_up.pop(key, None)
                    row.leased, row.given_up, row.attempts = False, False, 0
                    self._plan(key, now)
            return found

    def drop(self, keys: Collection[str] | None = None) -> Sequence[str]:
        with self._lock:
            now = self._clock()
            found = [key for key in self._rows if keys is None or key in keys]
            for key in found:
                self._end(key, now)
            return found

    def _end(self, key: str, now: float) -> None:
        if self._rows.pop(key, None) is not None:
            self._given_up.pop(key, None)
            self._done[key] = now + KEYS_KEPT
        self._forget(now)

    def _plan(self, key: str, at: float) -> None:
        self._rows[key].at = at
        heappush(self._queue, (at, key))

    def _first(self) -> tuple[float, str] | None:
        """When which one is tried next."""
        while self._queue:
            at, key = self._queue[0]
            row = self._rows.get(key)
            if row is not None and row.at == at and not row.given_up:
                return at, key
            heappop(self._queue)
        return None

    def _forget(self, now: float) -> None:
        for expiring in (self._done, self._given_up):
            while expiring and (key := next(iter(expiring))) and expiring[key] <= now:
                del expiring[key]
                self._rows.pop(key, None)

    def _outgoing(self, key: str, now: float) -> Outgoing:
        row = self._rows[key]
        return Outgoing(
            key,
            row.request,
            row.source,
            now - row.put_in,
            row.until - now,
            max(0.0, row.at - now),
            row.attempts,
            row.problem,
            row.leased,
            row.given_up,
            row.host,
        )
