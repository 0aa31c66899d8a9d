"""How work grows with size: what tests of speed assert, instead of seconds.

`assert_linear(make, act, size)` for anything; `assert_linear_search(search, make)` for regular expressions, of which
the worst would never end; `grows_by` for what is counted in executed lines. All compare an input with a larger one of
its kind, on the same machine in the same second.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time
from types import FrameType
from typing import Any, TypeVar

TIMES = 10
MOST = 11
"""Ten times the size may be eleven times the work."""
_MARGIN = 3
"""By how much processor time may be off on a busy machine; what grows with the square is ten times as much."""
_ATTEMPTS = 5
_RAMP = (8, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096)
_MEASURABLE = 0.001

T = TypeVar("T")


def assert_linear(make: Callable[[int], T], act: Callable[[T], Any], size: int) -> None:
    """Ten times the size is at most eleven times the calls, and about ten times the processor time.

    Calls (of Python's and C's functions) are counted, so that number is exact. Time, with a margin, is for what they
    do not show: copying and searching in C. `size` should be so large that growth with the square would stand out.
    """
    small, large = make(size), make(size * TIMES)
    act(small)  # imports and caches
    few, many = _calls(act, small), _calls(act, large)
    assert many <= MOST * few, f"{TIMES} times the size: {many / few:.1f} times the calls ({few:,} and {many:,})"
    least = most = float("inf")
    for _ in range(_ATTEMPTS):
        least, most = min(least, _seconds(act, small)), min(most, _seconds(act, large))
        if most <= MOST * _MARGIN * least:
            return
    raise AssertionError(f"{TIMES} times the size: {most / least:.1f} times the processor time ({most:.3f} s)")


def assert_linear_search(search: Callable[[str], Any], make: Callable[[int], str]) -> None:
    """The work of a regular expression, whose steps cannot be counted, grows no faster than its text.

    Sizes go up in small steps until there is something to measure: one that grows exponentially is stopped after some
    tenths of a second. Four times the size may take up to eight times the time.
    """
    for size in _RAMP:
        text = make(size)
        if _seconds(search, text) < _MEASURABLE:
            continue
        quarter = make(size // 4)
        most = least = float("inf")
        # The speed of a busy machine changes while one of the two is measured: in turns, and again if need be.
        for _ in range(6 * _ATTEMPTS):
            most, least = min(most, _seconds(search, text)), min(least, _seconds(search, quarter))
            if most < _MEASURABLE or most <= 8 * least:
                break
        else:
            times = f"{most / least:.1f} times the processor time"
            raise AssertionError(f"4 times the size: {times}, at {len(text)} characters: {text[:60]!r}")


def _calls(act: Callable[[T], Any], given: T) -> int:
    count = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    with _no_garbage():
        sys.setprofile(called)
        try:
            act(given)
        finally:
            sys.setprofile(before)
    return count


def _seconds(act: Callable[[T], Any], given: T) -> float:
    with _no_garbage():
        began = process_time()
        act(given)
        return process_time() - began


@contextmanager
def _no_garbage() -> Iterator[None]:
    """The collector looks at what other tests have left, too."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


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
