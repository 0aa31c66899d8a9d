"""Memory and file stay as they are, however many calls have come and gone. NCCODSL_CALLS sets how many."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nccodsl.server.stores.base import AFTER_END, Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.sqlite_store import SqliteStore

pytestmark = pytest.mark.slow
CALLS = int(os.environ.get("NCCODSL_CALLS") or 12_000)
A_SECOND = 5
"""Calls that begin and end in a second: after ten minutes, AFTER_END * A_SECOND are kept at a time."""
STATE = b"x" * 400


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _come_and_go(store: Store, clock: Clock, first: int, calls: int) -> None:
    for number in range(first, first + calls):
        key = f"ivr/leg-{number}"
        assert store.save(key, STATE, None, f"ivr/CON-{number}")
        assert store.save(key, STATE, 1, f"ivr/CON-{number}", ended=True)
        clock.now += 1 / A_SECOND


def test_memory_does_not_grow() -> None:
    clock = Clock()
    store = MemoryStore(clock)
    _come_and_go(store, clock, 0, CALLS)
    assert store.count <= AFTER_END * A_SECOND + 1
    assert len(store._conversations) <= AFTER_END * A_SECOND + 1


def test_the_file_does_not_grow(tmp_path: Path) -> None:
    clock = Clock()
    store = SqliteStore(tmp_path / "s.sqlite3", clock)
    kept = int(AFTER_END * A_SECOND)
    _come_and_go(store, clock, 0, 2 * kept)
    before = _size(store)
    _come_and_go(store, clock, 2 * kept, CALLS)
    assert _size(store) <= 1.3 * before
    assert store._db.execute("SELECT count(*) FROM call_states").fetchone()[0] <= 1.5 * kept
    store.close()


def _size(store: SqliteStore) -> int:
    store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return store.path.stat().st_size
