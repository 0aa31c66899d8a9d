"""Saves that wait at the same time, in one transaction: writing and, where it is wanted, the disk take most of a save.

An answer waits until its own save is in the file. What fails in a group is tried once more, each save alone: so none
fails because of another one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from nccodsl.runtime.web_requests import Request
from nccodsl.server.stores.base import Direct, Saving
from nccodsl.server.stores.outbox import keyed
from nccodsl.server.stores.sqlite_store import SqliteStore


class _Group(NamedTuple):
    """What waits in a loop until its next round."""

    loop: asyncio.AbstractEventLoop
    savings: list[Saving]
    done: list[asyncio.Future[bool]]


class Grouped(Direct):
    """An `AsyncStore` over a SQLite file. Each loop has groups of its own: one may end while others go on."""

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self._file = store
        self._group: _Group | None = None

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
        loop, group = asyncio.get_running_loop(), self._group
        if group is None or group.loop is not loop:
            group = self._group = _Group(loop, [], [])
            # What else is ready in this round of the loop comes before it.
            loop.call_soon(self._save, group)
        done: asyncio.Future[bool] = loop.create_future()
        group.savings.append(Saving(key, data, revision, conversation, ended, sends, opt_outs))
        group.done.append(done)
        return await done

    def _save(self, group: _Group) -> None:
        if self._group is group:
            self._group = None
        for done, result in zip(group.done, self._file.save_all(group.savings), strict=True):
            if done.done():  # its task was canceled
                continue
            if isinstance(result, Exception):
                done.set_exception(result)
            else:
                done.set_result(result)
