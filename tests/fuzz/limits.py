"""A limit of processor time: what the input takes counts, and not what the machine does besides."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 10.0
"""Processor time that one target may take for one input. With ten thousand templates, `decompile` takes a third of it."""
GRACE = 5.0
"""Seconds of processor time after which a process is killed that does not heed the limit, since it is in code without Python."""
MEMORY = 4 << 30
"""Bytes of address space."""


class TooSlow(BaseException):
    """The time is over. No `except Exception` catches it."""


@contextmanager
def limited(seconds: float = SECONDS, grace: float = GRACE) -> Iterator[None]:
    """Raises TooSlow when the body has taken so much processor time; the process dies if that has no effect."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, over)
    # A timer counts from now. RLIMIT_CPU would count from the start of the process, by another clock than getrusage.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds + grace)
    # Some code takes every exception for its own: the signal comes again.
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGPROF, before)
