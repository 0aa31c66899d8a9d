"""The messages that have not been handled yet.

They are gathered before the server begins to compute, so that it sees what else has come.
"""

from __future__ import annotations

from collections import deque
from threading import Condition, Thread
from typing import Any

from nccodsl.io.message_frames import BadMessage, Read, messages

Message = dict[str, Any] | BadMessage


class Inbox:
    """The messages that have come and are not handled yet. Threads may share it; it has none of its own."""

    def __init__(self) -> None:
        self._waiting: deque[Message] = deque()
        self._changed = Condition()
        self._ended = False
        self.was_dropped = False

    def read_from(self, read: Read) -> None:
        """Fill it from a stream, in a thread of its own."""
        Thread(target=self._fill, args=(read,), name="messages", daemon=True).start()

    def _fill(self, read: Read) -> None:
        try:
            for message in messages(read):
                if not self.put(message):
                    return
        except (OSError, ValueError):
            pass  # the client is gone
        finally:
            self.end()

    def put(self, message: Message) -> bool:
        """A message has come; whether it was taken: after the end, none is."""
        with self._changed:
            if not self._ended:
                self._waiting.append(message)
                self._changed.notify()
            return not self._ended

    def end(self) -> None:
        """No more will come; what is here is handled."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def drop(self) -> None:
        """Forget what has come: no more will."""
        with self._changed:
            self._waiting.clear()
            self.was_dropped = self._ended = True
            self._changed.notify()

    @property
    def is_over(self) -> bool:
        """Whether all has been handled, and no more will come."""
        with self._changed:
            return self._ended and not self._waiting

    def take(self) -> Message | None:
        """The next message; None where none waits."""
        with self._changed:
            return self._waiting.popleft() if self._waiting else None

    def wait(self, seconds: float | None) -> None:
        """Wait for a message, so long at most; None: until one comes, or none will."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended, seconds)

    def waiting(self) -> list[dict[str, Any]]:
        """What has come besides."""
        with self._changed:
            return [message for message in self._waiting if isinstance(message, dict)]

    def __len__(self) -> int:
        return len(self._waiting)
