"""Connections to a PostgreSQL database for an event loop: a few that are used again and again.

Each piece of work has a time limit of its own, since a database that is stopped, or a network that is cut, ends no
statement. A connection on which something failed is not used again: the server may be another one by now, or only read.
So after the database was away, the first work that needs a connection makes a new one, and says why it cannot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import psycopg

from nccodsl.io.postgres import TROUBLE, PostgresAddress, has_news

AsyncConnection = psycopg.AsyncConnection[tuple[Any, ...]]
Row = tuple[Any, ...]
MOST = 8
"""Connections that a process has at most."""
LONGEST = 4.0
"""Seconds for a piece of work, also for its connection and for waiting until one is free."""
_T = TypeVar("_T")


class PostgresConnections:
    """The connections to a database. `worded` makes what is raised of an error of TROUBLE.

    Each event loop uses connections of its own. Safe to share between threads.
    """

    def __init__(self, address: PostgresAddress, worded: Callable[[Exception], Exception]) -> None:
        self._address = address
        self._worded = worded
        self._loops: dict[asyncio.AbstractEventLoop, _OfLoop] = {}

    async def rows(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """What a statement finds or returns."""

        async def work(db: AsyncConnection) -> list[Row]:
            return await (await db.execute(statement, values, binary=True)).fetchall()

        return await self.run(work)

    async def count(self, statement: str, values: Sequence[object] = ()) -> int:
        """How many rows a statement changes."""

        async def work(db: AsyncConnection) -> int:
            return (await db.execute(statement, values)).rowcount

        return await self.run(work)

    async def run(self, work: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
        """The result of some work with a connection. What took too long may still have been done."""
        own = self._own()
        task = asyncio.get_running_loop().create_task(own.work(work))
        try:
            await asyncio.wait((task,), timeout=LONGEST)
            if task.done():
                return task.result()
            raise TimeoutError
        except TROUBLE as error:
            raise self._worded(error) from None
        finally:
            own.leave(task)

    async def close(self) -> None:
        """Close the connections of this loop, and those of loops that have ended."""
        own = self._own()
        own.close()
        for task in [*own.left]:
            task.cancel()
        self._loops.pop(asyncio.get_running_loop(), None)

    def _own(self) -> _OfLoop:
        loop = asyncio.get_running_loop()
        own = self._loops.get(loop)
        if own is None:
            for other in [*self._loops]:
                if other.is_closed():
                    self._loops.pop(other).close()
            own = self._loops[loop] = _OfLoop(self._address)
        return own


class _OfLoop:
    """The connections of one event loop."""

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address
        self._places = asyncio.Semaphore(MOST)
        self._idle: list[AsyncConnection] = []
        self._closed = False
        self.left: set[asyncio.Task[Any]] = set()

    async def work(self, work: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
        async with self._places:
            db = self._waiting() or await self._connected()
            try:
                result = await work(db)
            except BaseException:
                db.pgconn.finish()
                raise
            if self._closed:
                db.pgconn.finish()
            else:
                self._idle.append(db)
            return result

    async def _connected(self) -> AsyncConnection:
        db = await psycopg.AsyncConnection.connect(autocommit=True, **self._address.parameters)  # type: ignore[arg-type]
        try:
            await db.execute(self._address.limit)
        except BaseException:
            db.pgconn.finish()
            raise
        return db

    def leave(self, task: asyncio.Task[Any]) -> None:
        """Wait no longer for some work; until it has ended, which may take seconds, it keeps its place."""
        if not task.done():
            self.left.add(task)
            task.add_done_callback(self._ended)
            task.cancel()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self.left.discard(task)
        with suppress(asyncio.CancelledError):
            task.exception()

    def _waiting(self) -> AsyncConnection | None:
        """The one that was used last and is still open; None where there is none."""
        while self._idle:
            db = self._idle.pop()
            if not has_news(db):
                return db
            db.pgconn.finish()
        return None

    def close(self) -> None:
        self._closed = True
        for db in self._idle:
            # Not `close`, which is for the loop that it belongs to: that one may have ended.
            db.pgconn.finish()
        self._idle.clear()
