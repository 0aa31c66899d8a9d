"""Suppressed numbers in memory: the list ends with the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence

from nccodsl.server.stores.suppressions import Suppressed


class MemorySuppressions:
    """`Suppressions` in this process, under the lock of its store. `clock` gives Unix time."""

    def __init__(self, lock: threading.Lock, clock: Callable[[], float] = time.time) -> None:
        self._lock = lock
        self._clock = clock
        self._rows: dict[str, Suppressed] = {}

    def put(self, opt_outs: Sequence[tuple[str, str]], source: str) -> None:
        """Put numbers in with their reasons, for a store that holds the lock."""
        for number, reason in opt_outs:
            self._rows.setdefault(number, Suppressed(number, reason, source, self._clock()))

    def add(self, number: str, reason: str = "", source: str = "") -> bool:
        with self._lock:
            before = len(self._rows)
            self.put(((number, reason),), source)
            return len(self._rows) > before

    def remove(self, numbers: Collection[str]) -> Sequence[str]:
        with self._lock:
            return [number for number in numbers if self._rows.pop(number, None) is not None]

    def has(self, number: str) -> bool:
        with self._lock:
            return number in self._rows

    def list(self) -> Sequence[Suppressed]:
        with self._lock:
            return list(self._rows.values())
