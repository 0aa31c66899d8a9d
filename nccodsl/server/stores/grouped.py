"""Saves that wait at the same time, in one transaction: writing and, where it is wanted, the disk take most of a save.

An answer waits until its own save is in the file. What fails in a group is tried once more, each save alone: so none
fails because of another one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from nccodsl.runtime.web_requests import Request
from nccodsl.server.stores.base import Direct, Saving
from nccodsl.server.stores.outbox import keyed
from nccodsl.server.stores.sqlite_store import SqliteStore


class Grouped(Direct):
    """An `AsyncStore` over a SQLite file, for one loop at a time."""

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self._file = store
        self._waiting: list[tuple[Saving, asyncio.Future[bool]]] = []

    async def save(
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
        keyed(sends)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()
        if not self._waiting:
            # What else is ready in this round of the loop comes before it.
            loop.call_soon(self._save)
        self._waiting.append((Saving(key, data, revision, conversation, ended, sends, opt_outs), done))
        return await done

    def _save(self) -> None:
        waiting, self._waiting = self._waiting, []
        results = self._file.save_all([saving for saving, _ in waiting])
        for (_, done), result in zip(waiting, results, strict=True):
            if done.done():  # its task was canceled
                continue
            if isinstance(result, Exception):
                done.set_exception(result)
            else:
                done.set_result(result)
