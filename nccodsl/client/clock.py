"""Two clocks that need not agree: this machine's, and the server's as its `Date` headers tell it (RFC 9110, 6.6.1).

A machine has a clock that can be set (`wall`) and one that cannot (`ticks`). What is remembered about
the server is its distance from the second one, so that setting the first one in between does no harm.
"""

from __future__ import annotations

import math
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path

from nccodsl.base.record import Record

TOLERANCE = 5.0
"""Seconds by which two ways to tell the same time may differ: several servers answer, and each rounds."""
DRIFT = 0.001
"""Seconds a second by which a clock that is never set may run too fast or too slow."""
FARTHEST = 24 * 3600.0
"""Seconds. A clock that is farther off than this is not believed: with it, the API would take no token."""
WIDEST = 600.0
"""Seconds. Bounds that are farther apart than this say nothing."""
FRESH = 600.0
"""Seconds for which what an answer said about the server's clock is used."""
_MOST_KEPT = 32
# What senders must write; the two older forms that recipients may take are ambiguous or without a year in full.
_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [12]\d{3} \d\d:\d\d:\d\d GMT"
)
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Reading(Record):
    """What this machine's clocks say at one moment.

    `wall`: Unix time. `ticks`: seconds since some moment; on Linux they also count while the machine
    sleeps, and all processes have the same. `boot` names this run of the machine; None where the system has no name
    for it, and then ticks mean nothing outside their process.
    """

    wall: float
    ticks: float
    boot: str | None = None


class Bounds(Record):
    """A number of which only this is known: it is not less than `least` and not more than `most`."""

    least: float
    most: float

    @property
    def usable(self) -> bool:
        """Whether they say anything about a clock."""
        return self.most - self.least <= WIDEST and max(abs(self.least), abs(self.most)) <= FARTHEST

    def plus(self, seconds: float, error: float = 0.0) -> Bounds:
        return Bounds(self.least + seconds - error, self.most + seconds + error)

    def agrees(self, other: Bounds, error: float = 0.0) -> bool:
        """Whether both may speak of the same number."""
        apart = max(self.least, other.least) - min(self.most, other.most)
        return apart <= TOLERANCE + error


ANYTHING = Bounds(-math.inf, math.inf)


def read_clocks() -> Reading:
    """The clocks now."""
    ticks = time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
    return Reading(time.time(), ticks, _boot())


def undisturbed(first: Reading, then: Reading) -> bool:
    """Whether both clocks saw the same time pass, so that neither was set, nor stood still alone."""
    passed, on_the_wall = then.ticks - first.ticks, then.wall - first.wall
    return first.boot == then.boot and abs(passed - on_the_wall) <= TOLERANCE + DRIFT * abs(passed)


def server_date(headers: Mapping[str, str]) -> float | None:
    """Unix time of a `Date` header as the standard wants it; None for any other, or without one."""
    text = headers.get("date", "").strip()
    if not _DATE.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None


class ServerClock:
    """What the answers of one server say about its clock. Safe to share between threads."""

    def __init__(self, read: Callable[[], Reading] = read_clocks) -> None:
        self.read = read
        self._lock = threading.Lock()
        self._heard: deque[tuple[Reading, Bounds]] = deque(maxlen=_MOST_KEPT)

    def note(self, headers: Mapping[str, str], sent: Reading) -> None:
        """Take the time from an answer whose headers have just come; `sent`: when its request went out.

        Names of headers are in lower case, or the mapping does not mind their case.
        """
        if "date" not in headers:
            return
        received = self.read()
        date = server_date(headers)
        # Between the request and the answer a clock was set, or the answer comes from a cache.
        odd = not undisturbed(sent, received) or headers.get("age", "0").strip() != "0"
        # A whole second is written, so the moment itself was up to one second later.
        bounds = ANYTHING if date is None or odd else Bounds(date - received.ticks, date + 1 - sent.ticks)
        with self._lock:
            self._heard.append((received, bounds))

    def ahead(self, now: Reading | None = None) -> Bounds | None:
        """By how many seconds the server's clock is ahead of `wall`; None where no answer told lately.

        Answers that contradict each other, or tell no time that can be, make bounds that are not `usable`.
        """
        now = self.read() if now is None else now
        with self._lock:
            heard = list(self._heard)
        lately = [bounds for at, bounds in heard if abs(now.ticks - at.ticks) <= FRESH and undisturbed(at, now)]
        found = hull(lately)
        return None if found is None else found.plus(now.ticks - now.wall)


def hull(several: Iterable[Bounds]) -> Bounds | None:
    """The bounds that hold all of these; ANYTHING where two contradict each other, None without any."""
    listed = list(several)
    if not listed:
        return None
    if max(one.least for one in listed) - min(one.most for one in listed) > TOLERANCE:
        return ANYTHING
    return Bounds(min(one.least for one in listed), max(one.most for one in listed))


@lru_cache(maxsize=1)
def _boot() -> str | None:
    """This run of the machine, and the name of the ticks' own space where a container has one."""
    try:
        boot = _BOOT.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    try:
        return f"{boot} {os.readlink('/proc/self/ns/time')}"  # noqa: PTH115
    except OSError:
        return boot
