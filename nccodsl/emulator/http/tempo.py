"""How the time of a network goes along with that of this machine."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.emulator.core.processes import Clock


class Tempo:
    """`speed`: seconds of the network in one of this machine; None does not wait at all.

    While a WebSocket is open, or is being opened, a second is a second: the application at its other end lives in
    real time. `time`: seconds of this machine, from any beginning.
    """

    def __init__(self, clock: Clock, time: Callable[[], float], speed: float | None) -> None:
        self._clock = clock
        self._time = time
        self._speed = speed
        self._since = (time(), clock.now)
        self._sockets = 0

    @property
    def waits(self) -> bool:
        """Whether what is due has to wait for its time."""
        return self._speed is not None or self._sockets > 0

    @property
    def now(self) -> float:
        """What the time of the network is by that of this machine."""
        here, there = self._since
        return max(there + (self._time() - here) * self._rate, self._clock.now)

    def due(self, at: float) -> float:
        """When it is so late at the network, in time of this machine."""
        here, there = self._since
        return here + (at - there) / self._rate

    def begin_socket(self) -> None:
        """A socket is being opened."""
        self._since = (self._time(), self.now)
        self._sockets += 1

    def end_socket(self) -> None:
        """It is closed."""
        self._since = (self._time(), self.now)
        self._sockets -= 1

    @property
    def _rate(self) -> float:
        return 1.0 if self._sockets else self._speed or 1.0
