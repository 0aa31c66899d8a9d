"""A loop in a thread of its own, for code that has none: made when it is first needed, and anew after a fork."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable


class LoopThread:
    """The loop. Safe to share between threads; after its end it can be used again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0

    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, running."""
        with self._lock:
            # A thread does not live on in a process that was forked.
            if self._loop is None or self._process != os.getpid():
                self._loop = asyncio.new_event_loop()
                self._process = os.getpid()
                threading.Thread(target=_run, args=(self._loop,), name="nccodsl-loop", daemon=True).start()
            return self._loop

    def stop(self, last: Callable[[], Awaitable[None]], seconds: float) -> None:
        """Do the last thing in the loop, for so many seconds at most, and end it; nothing where it does not run."""
        with self._lock:
            loop, self._loop = self._loop, None
            if loop is None or self._process != os.getpid():
                return
        try:
            asyncio.run_coroutine_threadsafe(_awaited(last), loop).result(seconds)
        finally:
            loop.call_soon_threadsafe(loop.stop)


async def _awaited(last: Callable[[], Awaitable[None]]) -> None:
    await last()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        for task in (tasks := asyncio.all_tasks(loop)):
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    finally:
        loop.close()
