"""How many calls may start in a second, creates and connects together, and when each of them arrived."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from nccodsl.base.record import Record

MOST_KEPT = 20_000
"""Starts that are remembered, the latest."""


class Start(Record):
    """A create request or a `connect` that has arrived. `at`: seconds of the clock that the limit goes by."""

    at: float
    kind: str
    accepted: bool


class StartLimit:
    """At most `most` starts in any second that rolls by; None: no limit. What is refused does not count."""

    def __init__(self, most: int | None, clock: Callable[[], float]) -> None:
        self.most = most
        self.seen: deque[Start] = deque(maxlen=MOST_KEPT)
        self._clock = clock
        self._times: deque[float] = deque()

    def takes(self, kind: str) -> bool:
        """Whether one more start is within the limit; it is noted either way."""
        now = self._clock()
        while self._times and self._times[0] <= now - 1.0:
            self._times.popleft()
        accepted = self.most is None or len(self._times) < self.most
        if accepted and self.most is not None:
            self._times.append(now)
        self.seen.append(Start(now, kind, accepted))
        return accepted
