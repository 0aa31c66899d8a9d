"""States in memory: for tests, and for one process that may forget its calls when it ends."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence

from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.tags import SECRET_BYTES
from nccodsl.runtime.web_requests import Request
from nccodsl.server.stores.base import AFTER_END, AFTER_LAST, VERSIONS, Texts
from nccodsl.server.stores.memory_outbox import MemoryOutbox
from nccodsl.server.stores.memory_suppressions import MemorySuppressions


class _Row:
    __slots__ = ("conversation", "expires", "kept")

    def __init__(self, kept: KeptState, conversation: str, expires: float) -> None:
        self.kept = kept
        self.conversation = conversation
        self.expires = expires


class MemoryStore:
    """A `Store` in this process. `clock` gives seconds; without a `secret` it makes one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, secret: bytes | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # Each holds what expires equally long after it was saved: its first row is the next one to expire.
        self._running: dict[str, _Row] = {}
        self._ended: dict[str, _Row] = {}
        self._conversations: dict[str, str] = {}
        self._versions: dict[str, tuple[Texts, float]] = {}
        self.outbox = MemoryOutbox(clock, self._lock)
        self.suppressions = MemorySuppressions(self._lock)
        self._secret = secret or secrets.token_bytes(SECRET_BYTES)

    @property
    def count(self) -> int:
        """How many states are kept."""
        return len(self._running) + len(self._ended)

    def load(self, key: str) -> KeptState | None:
        with self._lock:
            row = self._row(key)
            return row.kept if row is not None else None

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
        with self._lock:
            now = self._clock()
            self._forget(now)
            row = self._row(key)
            if revision != (row.kept.revision if row is not None else None):
                return False
            if sends:
                self.outbox.put(sends, key)
            self.suppressions.put(opt_outs, key)
            self._remove(key)
            rows, lasts = (self._ended, AFTER_END) if ended else (self._running, AFTER_LAST)
            rows[key] = _Row(KeptState(data, (revision or 0) + 1), conversation, now + lasts)
            if conversation:
                self._conversations[conversation] = key
            return True

    def find(self, conversation: str) -> str | None:
        with self._lock:
            key = self._conversations.get(conversation)
            return key if key is not None and self._row(key) is not None else None

    def keep(self, version: str, texts: Texts) -> None:
        with self._lock:
            now = self._clock()
            self._versions[version] = (texts, now + VERSIONS)
            for old in [old for old, (_, expires) in self._versions.items() if expires <= now]:
                del self._versions[old]

    def texts(self, version: str) -> Texts | None:
        with self._lock:
            found = self._versions.get(version)
            return found[0] if found is not None and found[1] > self._clock() else None

    def secret(self) -> bytes:
        return self._secret

    def tend(self) -> None:
        """Nothing is to be looked after."""

    def close(self) -> None:
        """Nothing is held."""

    def _row(self, key: str) -> _Row | None:
        row = self._running.get(key) or self._ended.get(key)
        return row if row is not None and row.expires > self._clock() else None

    def _forget(self, now: float) -> None:
        for rows in (self._running, self._ended):
            while rows:
                key = next(iter(rows))
                if rows[key].expires > now:
                    break
                self._remove(key)

    def _remove(self, key: str) -> None:
        row = self._running.pop(key, None) or self._ended.pop(key, None)
        if row is not None and self._conversations.get(row.conversation) == key:
            del self._conversations[row.conversation]
