"""Threads that place calls, until they have to end or one of them fails."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from nccodsl.client.failures import JournalAway, VoiceError

_PAUSE = 0.05


class Senders:
    """Threads that take turns: `turn` gets the name of a worker, and returns how many calls it has sent.

    A database that does not answer for now ends nothing. But then it is not known whether the last claim was kept, so
    its worker is never heard of again, and the thread goes on under another name: others will look that call up.
    `stopped_by` tells of a failure that would meet all turns.
    """

    def __init__(
        self, turn: Callable[[str], int], stopped_by: Callable[[], VoiceError | None], worker: str, count: int
    ) -> None:
        self._turn, self._stopped_by, self._worker = turn, stopped_by, worker
        self._threads = [Thread(target=self._work, args=(number,)) for number in range(count)]
        self.pause = 1.0
        """Seconds until a database that did not answer is asked again."""
        self._turning: set[int] = set()
        self.over = Event()
        self.failure: BaseException | None = None

    @property
    def are_busy(self) -> bool:
        """Whether one of them may have a call on its way, which may have to wait again."""
        return bool(self._turning)

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """End, when the requests that are on their way have their answers. `failure` is what has ended a thread."""
        self.over.set()
        for thread in self._threads:
            thread.join()

    def _work(self, number: int) -> None:
        life = 0
        try:
            while not self.over.is_set() and self._stopped_by() is None:
                self._turning.add(number)
                try:
                    sent = self._turn(f"{self._worker}.{life}:{number}")
                except JournalAway:
                    life += 1
                    self.over.wait(self.pause)
                    continue
                finally:
                    self._turning.discard(number)
                if not sent:
                    self.over.wait(_PAUSE)
            self.failure = self.failure or self._stopped_by()
        except BaseException as error:
            self.failure = error
        finally:
            self.over.set()
