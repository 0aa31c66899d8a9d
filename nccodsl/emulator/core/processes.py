"""Virtual time, and processes that wait in it.

A process is a generator that yields the `Signal` it waits for and is sent the signal's value. Owns: the order of
events. Does not own: what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from heapq import heappop, heappush
from typing import Any, Protocol, TypeVar

_R = TypeVar("_R")


class Lasting(Protocol):
    """What goes on until it is stopped, such as a recording."""

    def stop(self) -> None:
        """End it; a second time changes nothing."""


class Signal:
    """Something that happens once. Waiting processes resume in the order of arrival."""

    __slots__ = ("_waiting", "done", "value")

    def __init__(self) -> None:
        self.done = False
        self.value: Any = None
        self._waiting: list[Callable[[Any], None]] = []

    def fire(self, value: Any = None) -> None:
        """Let it happen; a second time changes nothing."""
        if self.done:
            return
        self.done = True
        self.value = value
        waiting, self._waiting = self._waiting, []
        for callback in waiting:
            callback(value)

    def then(self, callback: Callable[[Any], None]) -> None:
        """Call back with the value; at once where it has happened already."""
        if self.done:
            callback(self.value)
        else:
            self._waiting.append(callback)

    def forget(self, callback: Callable[[Any], None]) -> None:
        """Do not call back any more."""
        if callback in self._waiting:
            self._waiting.remove(callback)


class Timer(Signal):
    """A signal that the clock fires with `value`, unless it is cancelled before."""

    __slots__ = ("cancelled",)

    def __init__(self, value: Any = None) -> None:
        self.done = False
        self.value = value
        self._waiting = []
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True
        self._waiting.clear()


class Clock:
    """Seconds since the beginning, and what is due when. What is due at one time happens in the order of asking."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Timer]] = []
        self._count = 0

    def after(self, seconds: float, value: Any = None) -> Timer:
        """A signal that fires in so many seconds, with this value."""
        timer = Timer(value)
        self._count += 1
        heappush(self._due, (self.now + seconds if seconds > 0 else self.now, self._count, timer))
        return timer

    def at(self, time: float, value: Any = None) -> Timer:
        """A signal that fires at this time, with this value; what is past fires next."""
        return self.after(time - self.now, value)

    def next_due(self) -> float | None:
        """When the next thing happens; None where nothing will."""
        while self._due and self._due[0][2].cancelled:
            heappop(self._due)
        return self._due[0][0] if self._due else None

    def step(self) -> bool:
        """Go to the next thing that is due and let it happen; False at the end."""
        if (due := self.next_due()) is None:
            return False
        if due > self.now:
            self.now = due
        timer = heappop(self._due)[2]
        timer.fire(timer.value)
        return True

    def run_until(self, now: float) -> None:
        """Let everything happen that is due by then, and set the clock to it."""
        while (due := self.next_due()) is not None and due <= now:
            self.step()
        self.now = max(self.now, now)


Steps = Generator[Signal, Any, _R]


class Process(Signal):
    """A generator that is being run; fires with what it returns. A stopped one never fires."""

    __slots__ = ("_generator", "_running", "_stopped")

    def __init__(self, generator: Generator[Signal, Any, Any]) -> None:
        super().__init__()
        self._generator = generator
        self._stopped = False
        self._running = False
        self._resume(None)

    def _resume(self, value: Any) -> None:
        while not self._stopped:
            self._running = True
            try:
                signal = self._generator.send(value)
            except StopIteration as end:
                self.fire(end.value)
                return
            finally:
                self._running = False
            if not signal.done:
                signal.then(self._resume)
                return
            value = signal.value
        self._close()

    def stop(self) -> None:
        """Do not go on. A process may stop itself; it then ends where it waits next."""
        self._stopped = True
        self._close()

    def _close(self) -> None:
        if not self._running:
            self._generator.close()


class First(Signal):
    """Fires with that one of the signals which happens first; timers that did not are cancelled."""

    __slots__ = ("_callbacks",)

    def __init__(self, signals: tuple[Signal, ...]) -> None:
        super().__init__()
        self._callbacks: list[tuple[Signal, Callable[[Any], None]]] = []
        for signal in signals:
            if signal.done:
                self._settle(signal)
                for timer in signals:
                    if isinstance(timer, Timer) and timer is not signal:
                        timer.cancel()
                return
            callback = partial(self._settle, signal)
            self._callbacks.append((signal, callback))
            signal.then(callback)

    def _settle(self, winner: Signal, _value: Any = None) -> None:
        if self.done:
            return
        for signal, callback in self._callbacks:
            if signal is not winner:
                if isinstance(signal, Timer):
                    signal.cancel()
                else:
                    signal.forget(callback)
        self._callbacks.clear()
        self.fire(winner)


def first(*signals: Signal) -> Signal:
    """Fires with that one of the signals which happens first; timers that did not are cancelled."""
    return First(signals)
