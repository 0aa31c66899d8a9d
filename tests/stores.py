"""The stores that all tests of stores run with, under one clock that a test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nccodsl.server.stores.base import Store
from nccodsl.server.stores.blocking_store import BlockingStore
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.open_store import open_store
from nccodsl.server.stores.postgres_store import PostgresStore
from nccodsl.server.stores.sqlite_store import SqliteStore
from tests.postgres import set_clock

KINDS = ("memory", "sqlite", "postgres")


class Clock:
    """A clock that stands still until `now` is set."""

    def __init__(self) -> None:
        self._now = 1_000_000.0
        self.follow: Callable[[float], None] = lambda _now: None

    @property
    def now(self) -> float:
        return self._now

    @now.setter
    def now(self, now: float) -> None:
        self._now = now
        self.follow(now)

    def __call__(self) -> float:
        return self._now


@contextmanager
def store_of(kind: str, request: pytest.FixtureRequest, folder: Path, clock: Clock) -> Iterator[Store]:
    """An empty store of a kind, with a clock."""
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url")
        made = open_store(url)
        clock.follow = lambda now: set_clock(url, now)
        clock.follow(clock.now)
    else:
        made = MemoryStore(clock) if kind == "memory" else SqliteStore(folder / "s.sqlite3", clock)
    try:
        yield made
    finally:
        made.close()


def in_table(store: Store, statement: str) -> Sequence[Any]:
    """The first row that a statement finds in the database of a store; `{}` is what its tables begin with."""
    if isinstance(store, SqliteStore):
        row: Sequence[Any] = store._db.execute(statement.format("")).fetchone()
        return row
    assert isinstance(store, BlockingStore)
    assert isinstance(store.store, PostgresStore)
    return store._wait(store.store._connections.rows(statement.format("nccodsl_")))[0]
