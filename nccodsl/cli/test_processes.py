"""The tests of scripts in several processes. Each loads the scripts that it gets tests of, and tells texts and numbers.

Works with processes that are forked and with those that are spawned. Nothing is shared: a forked process only finds the
scripts loaded that were loaded when it began.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from nccodsl.cli.test_results import Part, ProcessDied, Task
from nccodsl.cli.tested_script import TestedScript, TestOptions

MOST = 61
"""Processes that Windows can wait for at once, and enough anywhere."""
PARTS_EACH = 3
"""Parts that the tests of one script are divided into for each process, so that none waits long for the others."""
LONGEST_PART = 1.0
"""Seconds after which a process leaves the other tests of a script to all."""


class Processes:
    """Processes that run tests. `known` has the scripts that are loaded here already."""

    def __init__(self, count: int, wanted: TestOptions, known: dict[str, TestedScript]) -> None:
        self._count = min(count, MOST)
        self._wanted = wanted
        self._before = set(multiprocessing.active_children())
        # What is forked has them: they are passed on in memory, never as data.
        _known.clear()
        _known.update(known)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        self._pool = ProcessPoolExecutor(self._count, initializer=_begin, initargs=(wanted,))
        self._coming: dict[str, deque[tuple[Task, Future[Part | None]]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        # After an interruption, what still runs has no purpose.
        for child in set(multiprocessing.active_children()) - self._before if kind is not None else ():
            child.terminate()
        self._pool.shutdown(cancel_futures=True)
        _known.clear()

    def begin(self, files: Sequence[str]) -> None:
        """Have all tests of these scripts run."""
        for file in files:
            self._add(Task(file, whole=True))
            self.explore(file)

    def explore(self, file: str) -> None:
        """Have a script explored, if that is wanted, behind its tests."""
        if self._wanted.explore is not None:
            self._add(Task(file, 0, 0, explores=True))

    def divide(self, file: str, start: int, stop: int) -> None:
        """Have the tests of a script run from one number up to another, by all."""
        size = max(-(-(stop - start) // (self._count * PARTS_EACH)), 1)
        for first in range(start, stop, size):
            self._add(Task(file, first, min(first + size, stop)))

    def parts(self, file: str) -> Iterator[Part | Task]:
        """What came of a script, in order; a task that has to be done here instead. Raises ProcessDied."""
        coming = self._coming.pop(file, deque())
        while coming:
            task, done = coming.popleft()
            try:
                part = done.result()
            except BrokenProcessPool:
                raise ProcessDied from None
            yield task if part is None else part
            if part is not None and part.rest is not None:
                self.divide(file, part.rest, part.cases)
                coming.extendleft(reversed(self._coming.pop(file, deque())))

    def _add(self, task: Task) -> None:
        # A process that begins now would answer an interruption before it ignores it.
        answering = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            done = self._pool.submit(_done, task)
        except BrokenProcessPool:
            raise ProcessDied from None
        finally:
            signal.signal(signal.SIGINT, answering)
        self._coming.setdefault(task.file, deque()).append((task, done))


# ---- in each process

_known: dict[str, TestedScript] = {}
"""The scripts that were loaded last, the first of them perhaps before the process was forked."""
_options: list[TestOptions] = []


def _begin(wanted: TestOptions) -> None:
    """Before the first task: what interrupts a terminal reaches all processes, and the first one answers for them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(100_000, 20, 20)  # as `nccodsl` itself
    _options[:] = [wanted]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """No process outlives the one that wants its results."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _done(task: Task) -> Part | None:
    """Run tests; None if something is wrong with the script itself: the first process then finds the same."""
    try:
        script = _loaded(task.file)
        reports = []
        stop = len(script.cases) if task.stop is None else task.stop
        began = time.perf_counter()
        number = task.start
        while number < stop:
            reports.append(script.run(number))
            number += 1
            if task.whole and time.perf_counter() - began > max(LONGEST_PART, 2 * script.loading):
                break
        rest = number if number < stop else None
        explored = script.explored() if task.explores else None
        return Part(len(script.cases), tuple(reports), rest, script.covered(), explored)
    except Exception:  # whatever it is, it happens again in the first process
        return None


def _loaded(file: str) -> TestedScript:
    script = _known.get(file)
    if script is None:
        script = _known[file] = TestedScript(file, _options[0])
        while len(_known) > 2:
            del _known[next(iter(_known))]
    return script
