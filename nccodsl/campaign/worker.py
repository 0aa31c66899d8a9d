"""One worker process: threads that place calls, and one that follows them until they have ended."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from nccodsl.base.record import Record
from nccodsl.campaign.dispatcher import Dispatcher
from nccodsl.campaign.senders import Senders
from nccodsl.client.failures import BadAnswer, JournalAway, TooManyRequests, Unreachable, VoiceError

MOST_SENDERS = 8
"""Threads that send at once, at most: as many as the limit needs where an answer takes a quarter of a second."""
PASSING = (BadAnswer, TooManyRequests, Unreachable)
"""Failures of the API that a worker gets over by itself when it only asks."""
_PAUSE = 0.2
FOLLOW_EVERY = 2.0
"""Seconds between two looks at the calls that run."""
_LOOK_UP = 10.0
"""Seconds between two looks for calls that may or may not have been placed."""
_ONCE = 3.0
"""Seconds for which those who are due may wait for a slot or for the end of other calls, before `work_once` ends."""
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
    sends, name = dispatcher.sends, f"{worker_name()}:0"
    until = time.monotonic() + _ONCE
    while sends.stopped_by is None and time.monotonic() < until:
        if dispatcher.turn(name):
            until = time.monotonic() + _ONCE
        elif dispatcher.is_anyone_due():
            time.sleep(_PAUSE)  # until a slot is free
        else:
            break
    if sends.stopped_by is not None:
        raise sends.stopped_by
    dispatcher.follow()


def worker_name() -> str:
    """What the book calls a worker: another name each time, since a number of a process comes back."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Worker:
    """Works until nothing is left to do, or Ctrl-C or SIGTERM comes. It waits for a database that is away."""

    def __init__(self, dispatcher: Dispatcher, settings: WorkerSettings) -> None:
        self._dispatcher, self._settings = dispatcher, settings
        sends = dispatcher.sends
        self._senders = Senders(dispatcher.turn, lambda: sends.stopped_by, worker_name(), settings.senders)
        self._due = dict.fromkeys(("follow", "look_up", "tell", "trouble"), 0.0)

    def run(self) -> bool:
        """Work; whether it was stopped. Raises what ends it: NoCampaign, OtherVersion, VoiceError."""
        self._settings.tell()
        self._due["tell"] = time.monotonic() + _TELL
        self._senders.start()
        try:
            with _stopped_by_signals(self._senders.over) as stopped:
                self._watch()
        finally:
            self._senders.end()
        if self._senders.failure is not None:
            raise self._senders.failure
        return stopped()

    def _watch(self) -> None:
        """Follow the calls until nothing is left to do."""
        away = False
        while not self._senders.over.is_set():
            try:
                if self._look() and not self._settings.stay:
                    return
                away = False
            except JournalAway as error:
                if not away:
                    self._settings.note(error)
                away = True
            self._senders.over.wait(_PAUSE)

    def _look(self) -> bool:
        """Look at what is due; whether nothing is left to do."""
        try:
            if self._is_due("look_up", _LOOK_UP):
                self._dispatcher.look_up()
            if self._is_due("follow", FOLLOW_EVERY):
                self._dispatcher.follow()
        except PASSING as error:
            self._settings.note(error)
        trouble = self._dispatcher.sends.trouble
        if trouble is not None and self._is_due("trouble", _TELL):
            self._settings.note(trouble)
        if self._is_due("tell", _TELL):
            self._settings.tell()
        return self._dispatcher.is_done()

    def _is_due(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._due[what]:
            return False
        self._due[what] = now + every
        return True


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
