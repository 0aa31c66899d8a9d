"""The messages that have not been handled yet.

A thread reads, so that the server sees what else has come before it begins to compute.
"""

from __future__ import annotations

from collections import deque
from threading import Condition, Thread
from typing import Any

from nccodsl.io.message_frames import BadMessage, Read, messages


class Inbox:
    """The messages that have come and are not handled yet. `next` waits for one."""

    def __init__(self, read: Read) -> None:
        self._waiting: deque[dict[str, Any] | BadMessage] = deque()
        self._changed = Condition()
        self._ended = False
        self._read = read
        Thread(target=self._fill, name="messages", daemon=True).start()

    def _fill(self) -> None:
        try:
            for message in messages(self._read):
                with self._changed:
                    if self._ended:
                        return
                    self._waiting.append(message)
                    self._changed.notify()
        except (OSError, ValueError):
            pass  # the client is gone
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify()

    def next(self) -> dict[str, Any] | BadMessage | None:
        """The next message; None where no more will come."""
        with self._changed:
            while not self._waiting and not self._ended:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None

    def drop(self) -> None:
        """Forget what has come: no more will."""
        with self._changed:
            self._ended = True
            self._waiting.clear()
            self._changed.notify()

    def pause(self, seconds: float) -> bool:
        """Wait so long for a message; whether none has come."""
        with self._changed:
            return not self._changed.wait_for(lambda: self._waiting or self._ended, seconds)

    def waiting(self) -> list[dict[str, Any]]:
        """What has come besides."""
        with self._changed:
            return [message for message in self._waiting if isinstance(message, dict)]
