"""Delivering what is in the outbox: several requests at once, each again and again until it succeeds or is given up.

The order is not kept: a request that fails delays no other. What happens is logged with script, host and outcome,
never with the rest of an address, a header or a body.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Protocol

from nccodsl.runtime.web_requests import Request
from nccodsl.server.http_client import HttpClient, RequestFailed
from nccodsl.server.log import DeliveryLine, Log
from nccodsl.server.loop_thread import LoopThread
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import AsyncStore
from nccodsl.server.stores.outbox import AsyncOutbox, Outgoing

AT_ONCE = 16
"""Requests that are delivered at the same time."""
AT_ONCE_TO_SLOW = 2
"""Of these, so many to a host that did not answer within SLOW: others need not wait for it."""
LONGEST = 10.0
"""Seconds for one attempt."""
SLOW = 3.0
"""Seconds after which an answer is slow, even a success: all slots would be taken by a host that takes 9 s for each."""
LEASE = 30.0
"""Seconds for which a process claims a request; longer than an attempt takes."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 600.0
"""Seconds until the second attempt, doubled with each further one up to this many."""
LOOK = 1.0
"""Seconds between two looks for what other processes have put in."""
_MOST_KNOWN = 256
_CHANCE = random.SystemRandom().random
_PATIENT = frozenset((429, 503))
# With these an answer may say when to come again.


class Counting(Protocol):
    """Who counts deliveries."""

    def delivered(self, outcome: str) -> None: ...


class _Attempt(NamedTuple):
    """What came of an attempt: one word, a problem in words, and for how long the receiver asks to wait."""

    outcome: str
    problem: str = ""
    wait: float = 0.0


class Deliveries:
    """Delivers from an outbox, in a task of the loop that it is started in. `wake` may be called from any thread."""

    def __init__(
        self,
        outbox: AsyncOutbox,
        client: HttpClient,
        log: Log,
        counts: Counting | None = None,
        chance: Callable[[], float] = _CHANCE,
    ) -> None:
        self._outbox = outbox
        self._client = client
        self._log = log
        self._counts = counts
        self._chance = chance
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._running: dict[asyncio.Task[None], str] = {}
        self._slow: set[str] = set()
        self._failing = self._paused = False

    @property
    def running(self) -> int:
        """How many requests are under way."""
        return len(self._running)

    def start(self) -> None:
        """Begin, in the running loop; nothing where it has begun there."""
        loop = asyncio.get_running_loop()
        # Inside other people's applications loops come and go; the leases of what was under way expire.
        if self._loop is not loop or self._task is None or self._task.done():
            self._loop, self._woken, self._running, self._paused = loop, asyncio.Event(), {}, False
            self._task = loop.create_task(self._deliver_all())

    def wake(self) -> None:
        """Something was put in."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # a loop that has ended
                loop.call_soon_threadsafe(self._woken.set)

    def pause(self) -> None:
        """Begin no other delivery."""
        self._paused = True

    async def stop(self, seconds: float = 0.0) -> None:
        """Begin no other delivery, let those that run finish for so many seconds, and leave the rest to others."""
        task, self._task = self._task, None
        if task is None or self._loop is not asyncio.get_running_loop():
            return
        self.pause()
        if self._running and seconds > 0:
            await asyncio.wait(self._running, timeout=seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _deliver_all(self) -> None:
        """Until it is cancelled, by `stop` or because the loop ends."""
        running = self._running
        try:
            while True:
                self._woken.clear()
                await self._wait(LOOK if self._paused else await self._begin())
        finally:
            for one in running:
                one.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await self._client.close()

    async def _begin(self) -> float:
        """Begin what is due; seconds until more may be."""
        free = AT_ONCE - len(self._running)
        if free <= 0:
            return LOOK
        try:
            # One by one where a host is slow, so that the next one counts this one.
            claimed = await self._outbox.claim(1 if self._slow else free, LEASE, self._busy())
            self._failing = False
        except Exception as error:
            # Stores of others may raise anything; deliveries go on.
            self._fail(error)
            return LOOK
        for outgoing in claimed.due:
            task = asyncio.get_running_loop().create_task(self._deliver(outgoing))
            self._running[task] = outgoing.host
            task.add_done_callback(self._ended)
        return min(LOOK, claimed.wait if claimed.wait is not None else LOOK)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._woken.set()

    def _busy(self) -> tuple[str, ...]:
        """The hosts that get no other request for now."""
        return tuple(host for host in self._slow if [*self._running.values()].count(host) >= AT_ONCE_TO_SLOW)

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _deliver(self, outgoing: Outgoing) -> None:
        """Make one attempt, and say in the outbox what came of it."""
        began = time.monotonic()
        try:
            request = Request.from_json(outgoing.request)
        except ValueError:
            attempt = _Attempt("request", "it was written by another version of nccodsl")
        else:
            try:
                attempt = await self._attempt(request)
            except asyncio.CancelledError:
                # The server stops: others need not wait until the lease expires.
                with suppress(Exception):
                    await self._outbox.postpone(outgoing.key, outgoing.attempts, 0.0, "the server was stopped")
                raise
        try:
            await self._settle(outgoing, attempt, time.monotonic() - began)
        except Exception as error:
            # The lease expires, and it is delivered once more.
            self._fail(error)

    async def _attempt(self, request: Request) -> _Attempt:
        try:
            status, headers, _ = await self._client.exchange(request, LONGEST, 0)
        except RequestFailed as error:
            return _Attempt(error.kind, str(error))
        if 200 <= status < 300:
            return _Attempt("ok")
        wait = wait_of(headers.get("retry-after", "")) if status in _PATIENT else 0.0
        return _Attempt("status", f"the server answered with status {status}", wait)

    async def _settle(self, outgoing: Outgoing, attempt: _Attempt, took: float) -> None:
        outcome, problem, wait = attempt
        key, attempts = outgoing.key, outgoing.attempts
        if outcome == "timeout" or took > SLOW:
            if len(self._slow) >= _MOST_KNOWN:
                self._slow.clear()
            self._slow.add(outgoing.host)
        else:
            self._slow.discard(outgoing.host)
        left = outgoing.left - took
        if outcome == "ok":
            await self._outbox.delivered(key)
        elif left <= 0:
            await self._outbox.give_up(key, attempts, problem)
        else:
            wait = min(left, max(wait, backoff(attempts, self._chance())))
            await self._outbox.postpone(key, attempts, wait, problem)
        given_up = outcome != "ok" and left <= 0
        if self._counts is not None:
            self._counts.delivered(outcome)
            if given_up:
                self._counts.delivered("given_up")
        flow = outgoing.source.partition("/")[0]
        self._log.delivery(DeliveryLine(time.time(), flow, outgoing.host, outcome, attempts, problem, given_up))

    def _fail(self, error: Exception) -> None:
        """Log that the store fails, once until it works again."""
        if not self._failing:
            reason = str(error) if isinstance(error, BadStore) else type(error).__name__
            self._log.note("deliveries", f"requests cannot be delivered: {reason}")
        self._failing = True


class DeliveriesBeside:
    """Deliveries for code without a loop, in the loop of another thread. Without any it does nothing."""

    def __init__(self, deliveries: Deliveries | None, beside: LoopThread) -> None:
        self._deliveries = deliveries
        self._beside = beside
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self) -> None:
        """Deliver from now on."""
        if self._deliveries is None:
            return
        loop = self._beside.loop()
        if self._loop is not loop:
            self._loop = loop
            loop.call_soon_threadsafe(self._deliveries.start)

    def wake(self) -> None:
        """Something was put in."""
        self.begin()
        if self._deliveries is not None:
            self._deliveries.wake()

    async def stop(self, seconds: float) -> None:
        """As `Deliveries.stop`, in that loop."""
        if self._deliveries is not None:
            await self._deliveries.stop(seconds)


def deliveries_of(store: AsyncStore, client: HttpClient, log: Log, counts: Counting | None = None) -> Deliveries | None:
    """The deliveries from the outbox of a store; None where it has none."""
    return Deliveries(store.outbox, client, log, counts) if getattr(store, "outbox", None) is not None else None


def backoff(attempts: int, chance: float) -> float:
    """Seconds until the next attempt, after so many. `chance` from 0 to 1 spreads them by a quarter either way."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 20))
    return min(LONGEST_WAIT, wait * (0.75 + chance / 2))


def wait_of(text: str) -> float:
    """Seconds that a `Retry-After` asks for; 0 where it says nothing that can be understood."""
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0
