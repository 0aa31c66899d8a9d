"""One worker process: threads that place calls, and one that follows them until they have ended."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from nccodsl.base.record import Record
from nccodsl.campaign.dispatcher import Dispatcher
from nccodsl.client.failures import BadAnswer, TooManyRequests, Unreachable, VoiceError

MOST_SENDERS = 8
"""Threads that send at once, at most: as many as the limit needs where an answer takes a quarter of a second."""
PASSING = (BadAnswer, TooManyRequests, Unreachable)
"""Failures of the API that a worker gets over by itself when it only asks."""
_PAUSE = 0.05
_FOLLOW = 2.0
"""Seconds between two looks at the calls that run."""
_LOOK_UP = 10.0
"""Seconds between two looks for calls that may or may not have been placed."""
_TELL = 10.0
"""Seconds between two reports about how it goes."""


class WorkerSettings(Record):
    """How a worker works. `senders`: threads that place calls.

    `stay`: it waits for further campaigns when all are over. `tell` is called first, and then every ten seconds; `note`
    with a failure that it gets over by itself.
    """

    senders: int
    stay: bool
    tell: Callable[[], object]
    note: Callable[[VoiceError], object]


def work_once(dispatcher: Dispatcher) -> None:
    """Place the calls that are due now, one after the other, and look at those that run. Raises what `turn` does."""
    dispatcher.look_up()
    sends = dispatcher.sends
    while sends.stopped_by is None and dispatcher.turn(f"{worker_name()}:0"):
        pass
    if sends.stopped_by is not None:
        raise sends.stopped_by
    dispatcher.follow()


def worker_name() -> str:
    """What the book calls this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Worker:
    """Works until nothing is left to do, or Ctrl-C or SIGTERM comes."""

    def __init__(self, dispatcher: Dispatcher, settings: WorkerSettings) -> None:
        self._dispatcher, self._settings = dispatcher, settings
        self._over = Event()
        self._failure: BaseException | None = None

    def run(self) -> bool:
        """Work; whether it was stopped. Raises what ends it: NoCampaign, OtherVersion, VoiceError."""
        self._settings.tell()
        names = [f"{worker_name()}:{one}" for one in range(self._settings.senders)]
        threads = [Thread(target=self._send, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        try:
            with _stopped_by_signals(self._over) as stopped:
                self._watch()
        finally:
            # Requests that are on their way get their answers.
            self._over.set()
            for thread in threads:
                thread.join()
        if self._failure is not None:
            raise self._failure
        return stopped()

    def _send(self, worker: str) -> None:
        sends = self._dispatcher.sends
        try:
            while not self._over.is_set() and sends.stopped_by is None:
                if not self._dispatcher.turn(worker):
                    self._over.wait(_PAUSE)
            self._failure = self._failure or sends.stopped_by
        except BaseException as error:
            self._failure = error
        finally:
            self._over.set()

    def _watch(self) -> None:
        """Follow the calls until nothing is left to do."""
        follow = look_up = 0.0
        tell = time.monotonic() + _TELL
        while not self._over.is_set():
            now = time.monotonic()
            try:
                if now >= look_up:
                    look_up = now + _LOOK_UP
                    self._dispatcher.look_up()
                if now >= follow:
                    follow = now + _FOLLOW
                    self._dispatcher.follow()
            except PASSING as error:
                self._settings.note(error)
            if now >= tell:
                tell = now + _TELL
                self._settings.tell()
            if not self._settings.stay and self._dispatcher.is_done():
                return
            self._over.wait(_PAUSE * 4)


@contextmanager
def _stopped_by_signals(over: Event) -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM end the work; what is yielded tells whether one came."""
    came: list[int] = []

    def stop(number: int, _frame: object) -> None:
        came.append(number)
        over.set()

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(came)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
