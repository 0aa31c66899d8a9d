"""Processes that serve together: started by forking, started again when they end, and stopped with the first one.

The one that starts them serves nothing. It keeps the sockets, so that connections wait for a worker that is started
again, and the folder of what the workers share: their numbers, and the lock of their log.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple

from nccodsl.io.listen import CannotListen, can_listen_together, listen_together
from nccodsl.server.asgi import STOPPING
from nccodsl.server.log import Log
from nccodsl.server.metrics import Metrics
from nccodsl.server.refusals import CannotServe
from nccodsl.server.tally import Counted, Key, Tally, read_tally

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess  # not on Windows

AT_ONCE = 5.0
"""Seconds: a worker that ends within them has not served."""
MOST_AT_ONCE = 5
"""So many times in a row a worker may end at once; then all of them end."""
_PAUSE = 0.2
# Seconds before one that ended at once is started again.
_LONGEST = STOPPING + 5.0
# Seconds for workers to stop: more than it takes them.
_TICK = 0.1
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder for what workers share, which only its owner can read. Raises CannotServe."""
    try:
        folder = TemporaryDirectory(prefix="nccodsl-", ignore_cleanup_errors=True)
    except OSError as error:
        raise _no_room("the folder for temporary files", error) from None
    with folder as name:
        yield Path(name)


class WorkerPlace(NamedTuple):
    """What a worker has for itself, and what it shares with the others."""

    number: int
    listener: socket.socket
    folder: Path
    among: int
    parent: int

    @property
    def lock(self) -> Path:
        """The file that a process locks while it writes to the log."""
        return self.folder / "lock"

    def metrics(self) -> Metrics:
        """Numbers of this worker, which are added to those of the others. Raises CannotServe."""
        others = [self.folder / str(number) for number in range(self.among) if number != self.number]

        def read() -> list[Mapping[Key, Counted]]:
            return [read_tally(path) for path in others]

        try:
            return Metrics(Tally(self.folder / str(self.number)), read)
        except OSError as error:
            raise _no_room(self.folder, error) from None

    async def outlived(self) -> None:
        """Return when the process is gone that has started this one."""
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.parent, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(self.parent)


class Workers:
    """So many processes, each of which does `work` at its place until it gets SIGTERM. Listens from the beginning.

    `work` returns the exit code of its process. Raises CannotServe.
    """

    def __init__(self, count: int, host: str, port: int, folder: Path) -> None:
        if not can_listen_together() or not hasattr(os, "fork"):
            raise CannotServe("this system cannot serve with several workers", "leave out `--workers`")
        try:
            self._listeners = listen_together(host, port, count)
        except CannotListen as error:
            raise CannotServe(str(error), "give another port with `--port 0`") from None
        self._pid = os.getpid()
        self._alive, self._held = os.pipe()
        self.places = [WorkerPlace(n, one, folder, count, self._alive) for n, one in enumerate(self._listeners)]
        self._processes: dict[int, _Process] = {}
        self._failed_starts = dict.fromkeys(range(count), 0)
        self._signals = 0

    def run(self, work: Callable[[WorkerPlace], int], log: Log) -> None:
        """Keep them running until this process gets a signal to stop. Raises CannotServe."""
        before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        try:
            for place in self.places:
                self._start(place, work)
            while not self._signals:
                wait([one.process.sentinel for one in self._processes.values()], _TICK)
                for number, ended in [(n, p) for n, p in self._processes.items() if not p.process.is_alive()]:
                    if not self._signals:
                        self._restart(self.places[number], ended, work, log)
        finally:
            self.close()
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def close(self) -> None:
        """Listen no more in this process: a new connection would never be answered."""
        for listener in self._listeners:
            listener.close()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals > 1 and number == signal.SIGINT:
            self._send(signal.SIGINT)  # the second Ctrl-C waits for nothing

    def _start(self, place: WorkerPlace, work: Callable[[WorkerPlace], int]) -> None:
        # A signal that comes between forking and the handlers of the worker would be lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            process = multiprocessing.get_context("fork").Process(target=self._work, args=(place, work))
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        self._processes[place.number] = _Process(process, time.monotonic())

    def _work(self, place: WorkerPlace, work: Callable[[WorkerPlace], int]) -> None:
        """In the worker."""
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        os.close(self._held)
        for listener in self._listeners:
            if listener is not place.listener:
                listener.close()
        try:
            code = work(place)
        finally:
            if os.getppid() != self._pid:
                # The process that would have removed it was killed.
                shutil.rmtree(place.folder, ignore_errors=True)
        raise SystemExit(code)

    def _restart(self, place: WorkerPlace, ended: _Process, work: Callable[[WorkerPlace], int], log: Log) -> None:
        code = ended.process.exitcode or 0
        ended.process.close()
        del self._processes[place.number]
        at_once = time.monotonic() - ended.began < AT_ONCE
        times = self._failed_starts[place.number] = self._failed_starts[place.number] + 1 if at_once else 0
        if times >= MOST_AT_ONCE:
            raise CannotServe(
                f"worker {place.number + 1} ended {times} times within {AT_ONCE:.0f} s of its start, {_words(code)}",
                "read what it has logged; without `--workers`, the server says more",
            )
        log.note("worker", f"worker {place.number + 1} ended {_words(code)}; it is started again")
        if at_once:
            time.sleep(_PAUSE)
        self._start(place, work)

    def _stop(self) -> None:
        self._send(signal.SIGTERM)
        until = time.monotonic() + _LONGEST
        for one in self._processes.values():
            one.process.join(max(0.0, until - time.monotonic()))
            if one.process.is_alive():
                one.process.kill()
                one.process.join()
        os.close(self._held)
        os.close(self._alive)

    def _send(self, number: int) -> None:
        for one in [*self._processes.values()]:
            if one.process.pid is not None and one.process.is_alive():
                with suppress(ProcessLookupError):
                    os.kill(one.process.pid, number)


class _Process(NamedTuple):
    process: ForkProcess
    began: float


def _no_room(where: object, error: OSError) -> CannotServe:
    return CannotServe(f"workers cannot share files in {where}: {error.strerror or error}", "set `TMPDIR` to a folder")


def _words(code: int) -> str:
    """How a process has ended: as an adverbial of `ended`."""
    if code >= 0:
        return f"with exit code {code}"
    try:
        return f"by {signal.Signals(-code).name}"
    except ValueError:
        return f"by signal {-code}"
