"""The limit of an account at a webhook server: what connects waits here for a slot (start_slots.py).

The platform dials a `connect` as soon as it has the NCCO, and takes no answer later than 10 seconds after it has asked.
So a slot that was taken meanwhile has been used then, or never will be. It is free a second after the first event of
the leg, or after the end of the call, or else when its lease is over.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple

from nccodsl.base.record import Record
from nccodsl.client import start_slots
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.failures import BadJournal
from nccodsl.client.start_slots import ASK_AGAIN, PERIOD, SlotClaim

LONGEST_ANSWER = 10.0
"""Seconds for which the platform waits for the answer to a webhook, at most (Application API, `socket_timeout`)."""
_DIALING = 3.0
# Seconds from an answer until its first action is done.
LEASE = LONGEST_ANSWER + _DIALING + PERIOD
"""Seconds after which a slot is free if nothing is heard of its leg."""


class LimitedAccount(Record):
    """Whose slots are taken (start_turn.account_of), and the starts a second that it has."""

    name: str
    limit: int


class _Waiter:
    """A call at the gate. `connect`: what it wants to dial; `holder`: its name among the slots."""

    def __init__(self, connect: str, since: float) -> None:
        # Each has a name of its own: a slot that is taken too late for one is given back, and no other with it.
        self.holder = f"{connect}/{uuid.uuid4()}"
        self.since = since
        self.entered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()


class _Freed(NamedTuple):
    """All slots whose holder begins with this are free, `rest` seconds after `at` (`time.monotonic`)."""

    holders: str
    at: float
    rest: float


class ConnectGate:
    """The gate of one event loop. Who has waited longest is let in first.

    `journal` opens the journal, when the first call comes. `failed` makes of BadJournal what is raised.
    """

    def __init__(
        self, account: LimitedAccount, journal: Callable[[], CallJournal], failed: Callable[[BadJournal], Exception]
    ) -> None:
        self._account = account
        self._open = journal
        self._failed = failed
        self._journal: CallJournal | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: list[_Waiter] = []
        self._freed: list[_Freed] = []
        self._news = asyncio.Event()
        self._working: asyncio.Task[None] | None = None

    async def enter(self, connect: str, since: float, seconds: float) -> bool:
        """Whether a `connect` has a slot; waits so long for it. `since`: when it wanted one first, as Unix time."""
        waiter = _Waiter(connect, since)
        self._waiting.append(waiter)
        self._work()
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                return await waiter.entered
        except TimeoutError:
            return False
        finally:
            self._waiting = [one for one in self._waiting if one is not waiter]

    def dialed(self, connect: str) -> None:
        """A `connect` was dialed, now or before."""
        self._free(_Freed(f"{connect}/", time.monotonic(), PERIOD))

    def over(self, call: str) -> None:
        """A call is over: none of its connects, whose names begin with this, is dialed after now."""
        self._free(_Freed(call, time.monotonic(), PERIOD))

    async def close(self) -> None:
        """Write down what was freed, and close the journal."""
        for waiter in self._waiting:
            if not waiter.entered.done():
                waiter.entered.set_result(False)
        self._waiting = []
        self._news.set()
        if self._working is not None:
            await self._working
        if self._thread is not None:
            self._thread.shutdown()
        if self._journal is not None:
            self._journal.close()

    def _free(self, freed: _Freed) -> None:
        self._freed.append(freed)
        self._work()

    def _work(self) -> None:
        """Have a task do what there is to do."""
        self._news.set()
        if self._working is None or self._working.done():
            self._working = asyncio.get_running_loop().create_task(self._rounds())

    async def _rounds(self) -> None:
        """Take and free slots until no one waits."""
        while self._waiting or self._freed:
            self._news.clear()
            waiting = sorted(self._waiting, key=lambda one: one.since)
            freed, self._freed = self._freed, []
            self._thread = self._thread or ThreadPoolExecutor(1, "nccodsl-gate")
            work = asyncio.get_running_loop().run_in_executor(self._thread, self._round, waiting, freed)
            try:
                count, again = await work
            except BadJournal as error:
                # What was to be freed is free when its lease is over.
                for waiter in waiting:
                    if not waiter.entered.done():
                        waiter.entered.set_exception(self._failed(error))
                continue
            for waiter in waiting[:count]:
                self._let_in(waiter)
            if self._waiting and not self._freed:
                with suppress(TimeoutError):
                    async with asyncio.timeout(again):
                        await self._news.wait()

    def _let_in(self, waiter: _Waiter) -> None:
        self._waiting = [one for one in self._waiting if one is not waiter]
        if waiter.entered.done():
            # It has gone, and nothing was sent.
            self._freed.append(_Freed(waiter.holder, time.monotonic(), 0.0))
        else:
            waiter.entered.set_result(True)

    def _round(self, waiting: list[_Waiter], freed: list[_Freed]) -> tuple[int, float]:
        """In the thread: how many have got a slot, and the seconds after which to ask for the next."""
        if self._journal is None:
            self._journal = self._open()
        # Read before the other clock, which stands still for the transaction: no slot is free too early.
        account, ticks = self._account, time.monotonic()
        with self._journal.writing() as db:
            now = self._journal.clock()
            for one in freed:
                start_slots.free_all(db, account.name, one.holders, now, one.at + one.rest - ticks)
            for count, waiter in enumerate(waiting):
                left = start_slots.take(db, SlotClaim(account.name, account.limit, 1, waiter.holder, LEASE), now)
                if left > 0:
                    return count, left
        return len(waiting), ASK_AGAIN
