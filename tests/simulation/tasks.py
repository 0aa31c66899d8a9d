"""Coroutines in virtual time: a loop that has nothing of a loop but what futures need, and tasks that can be killed.

A killed process does nothing any more: its tasks are not cancelled, which would let them clean up, but never resumed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any

from nccodsl.emulator.core.processes import Clock


class Loop(asyncio.AbstractEventLoop):
    """Calls back by the clock of the simulation."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Any:
        self._clock.after(0.0).then(lambda _: callback(*args))

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def get_debug(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """A future of a killed process that nobody asks any more."""

    def later(self, seconds: float, value: object = None) -> asyncio.Future[Any]:
        """A future that is done in so many seconds."""
        future = self.create_future()
        self._clock.after(seconds).then(lambda _: future.done() or future.set_result(value))
        return future


class Task:
    """A coroutine at work for `owner` (None: for nobody who could be killed). `then` gets its result.

    `escaped` gets an exception that came out of it.
    """

    current: Task | None = None

    def __init__(
        self,
        loop: Loop,
        work: Coroutine[Any, Any, Any],
        alive: Callable[[], bool],
        then: Callable[[Any], None],
        escaped: Callable[[BaseException], None],
        about: object = None,
    ) -> None:
        self.about = about
        self.over = False
        self._loop = loop
        self._work = work
        self._alive = alive
        self._then = then
        self._escaped = escaped
        self.go_on()

    def go_on(self, _future: object = None) -> None:
        if self.over or not self._alive():
            return
        before, Task.current = Task.current, self
        running = asyncio._get_running_loop()
        asyncio._set_running_loop(self._loop)
        try:
            waits = self._work.send(None)
        except StopIteration as done:
            self.over = True
            result = done.value
        except BaseException as error:
            self.over = True
            self._escaped(error)
            return
        else:
            waits._asyncio_future_blocking = False
            waits.add_done_callback(self.go_on)
            return
        finally:
            asyncio._set_running_loop(running)
            Task.current = before
        self._then(result)

    def bury(self) -> None:
        """Let go of a coroutine that will never go on."""
        self.over = True
        self._work.close()
