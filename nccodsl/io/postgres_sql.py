"""PostgreSQL for code that is written for SQLite as well: its statements in PostgreSQL's words, one thread at a time.

A connection that gets no answer is given up: a server that is stopped, or a network that is cut, ends no statement.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from nccodsl.io.postgres import TROUBLE, PostgresAddress, connected, has_news

_T = TypeVar("_T")
LONGEST = 75.0
"""Seconds for an answer; the server ends a statement before."""
NOW = "SELECT extract(epoch FROM clock_timestamp())::double precision"
"""Finds the time of the database, in Unix time."""
_WORD = re.compile(r"\b(?:REAL|BLOB|INTEGER PRIMARY KEY|INTEGER|WITHOUT ROWID|INDEXED BY \w+|CROSS JOIN)\b|[%?]")
_WORDS = {
    # The numbers and bytes of SQLite, in as many bits.
    "REAL": "double precision",
    "BLOB": "bytea",
    "INTEGER PRIMARY KEY": "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "INTEGER": "bigint",
    "CROSS JOIN": "JOIN",
    "%": "%%",
    "?": "%s",
}
"""What stands for words of SQLite. What the others say, how rows are kept and looked for, PostgreSQL decides."""


@lru_cache(maxsize=500)
def in_postgres(statement: str) -> str:
    """A statement for SQLite, in PostgreSQL's words."""
    return _WORD.sub(lambda found: _WORDS.get(found[0], ""), statement)


class _LimitedConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that waits for no answer longer than LONGEST."""

    def wait(self, gen: Generator[Any, Any, _T], *more: Any, **options: Any) -> _T:
        return super().wait(_limited(gen), *more, **options)


def _limited(steps: Generator[Any, Any, _T]) -> Generator[Any, Any, _T]:
    """The same steps, which end when it takes too long. Raises TimeoutError."""
    until = time.monotonic() + LONGEST
    try:
        wanted = next(steps)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > until:
                raise TimeoutError
            wanted = steps.send(ready)
    except StopIteration as done:
        result: _T = done.value
        return result


class _Answer:
    """Implements `SqlRows`: what a statement has found, which may still be on its way until it is asked for."""

    def __init__(self, cursor: psycopg.Cursor[tuple[Any, ...]], pipeline: psycopg.Pipeline | None) -> None:
        self._cursor, self._pipeline = cursor, pipeline
        self.fetchone, self.fetchall = cursor.fetchone, cursor.fetchall

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.fetchall())

    @property
    def rowcount(self) -> int:
        if self._pipeline is not None:
            self._pipeline.sync()
        return self._cursor.rowcount


class PostgresSql:
    """Implements `SqlConnection`. The methods raise TROUBLE, also for a statement before the one that is asked for."""

    def __init__(self, address: PostgresAddress) -> None:
        self.raw = connected(address, _LimitedConnection)
        self._pipeline: psycopg.Pipeline | None = None

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> _Answer:
        return _Answer(self.raw.execute(in_postgres(statement), values), self._pipeline)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> None:
        with self.raw.cursor() as cursor:
            cursor.executemany(in_postgres(statement), rows)

    @property
    def is_usable(self) -> bool:
        """Whether it waits for a statement, as far as the server has said."""
        return self._status is TransactionStatus.IDLE and not has_news(self.raw)

    @contextmanager
    def transaction(self, lock: str) -> Iterator[float]:
        """All or nothing of what is written in the block; yields the time of the database (Unix time).

        `lock` is a statement that waits for others, and what these have written is seen. Statements whose result is not
        asked for are sent together. Where the end raises anything, it may all have been kept or not.
        """
        begun = self.raw.execute(f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {lock}; {NOW}")
        while begun.nextset():
            pass
        now = begun.fetchone()
        assert now is not None
        try:
            with self.raw.pipeline() as self._pipeline:
                yield float(now[0])
                ended = self.raw.execute("COMMIT")
                self._pipeline.sync()
        finally:
            self._pipeline = None
        # After an error that was passed over, the server says that it took everything back.
        if ended.statusmessage != "COMMIT":
            raise psycopg.InternalError("the transaction was taken back")

    def leave(self) -> bool:
        """Take back what was begun. False if the connection cannot be used any more."""
        if self._status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            with suppress(*TROUBLE):
                self.raw.execute("ROLLBACK")
        return self._status is TransactionStatus.IDLE

    def close(self) -> None:
        """End the connection, whatever it does."""
        self.raw.pgconn.finish()

    @property
    def _status(self) -> TransactionStatus:
        return TransactionStatus(self.raw.pgconn.transaction_status)
