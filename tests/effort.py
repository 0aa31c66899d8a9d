"""How much work something is: the lines of Python that it executes. No clock, so the same on any machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def lines_of(work: Callable[[], object]) -> int:
    """The executed lines (and calls and returns) of Python code; what C code does is not counted."""
    executed = 0

    def trace(_frame: FrameType, _event: str, _argument: object) -> Any:
        nonlocal executed
        executed += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return executed


def grows_by(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times as much work ten times the size is. `work(size)` prepares; what it returns is measured."""
    work(size)()  # what is made once, such as tables, is nobody's work
    return lines_of(work(10 * size)) / lines_of(work(size))
