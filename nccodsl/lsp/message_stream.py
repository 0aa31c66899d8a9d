"""Messages on a stream: framing, and the queue of those that have not been handled yet.

A thread reads, so that the server sees what else has come before it begins to compute.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from threading import Condition, Thread
from typing import Any

MOST_BYTES = 64 * 2**20
"""Of one message."""
_MOST_HEADER = 8192
_LENGTH = b"content-length:"

Read = Callable[[int], bytes]
"""Up to so many bytes, at least one; none at the end."""


class BadMessage(Exception):
    """What came is no message; `str()` says why. The stream can go on behind it."""


def frames(read: Read) -> Iterator[bytes | BadMessage]:
    """The bodies of the messages of a stream. It ends where the stream ends, or cannot be followed any more."""
    buffer = bytearray()
    while True:
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            if len(buffer) > _MOST_HEADER or not (more := read(65536)):
                return
            buffer += more
        length = _length(bytes(buffer[:end]))
        del buffer[: end + 4]
        if length is None:
            yield BadMessage("the header has no Content-Length")
            continue
        if length > MOST_BYTES:
            yield BadMessage(f"the message is larger than {MOST_BYTES // 2**20} MiB")
            return
        while len(buffer) < length:
            if not (more := read(65536)):
                return
            buffer += more
        yield bytes(buffer[:length])
        del buffer[:length]


def _length(header: bytes) -> int | None:
    for line in header.split(b"\r\n"):
        if line.lower().startswith(_LENGTH):
            value = line[len(_LENGTH) :].strip()
            return int(value) if value.isdigit() and len(value) < 16 else None
    return None


def decoded(body: bytes) -> dict[str, Any]:
    """A message as JSON. Raises BadMessage."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise BadMessage("the message is not valid JSON") from None
    if not isinstance(message, dict):
        raise BadMessage("the message is not a JSON object")
    return message


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
            for frame in frames(self._read):
                try:
                    message = frame if isinstance(frame, BadMessage) else decoded(frame)
                except BadMessage as bad:
                    message = bad
                with self._changed:
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

    def pause(self, seconds: float) -> bool:
        """Wait so long for a message; whether none has come."""
        with self._changed:
            return not self._changed.wait_for(lambda: self._waiting or self._ended, seconds)

    def waiting(self) -> list[dict[str, Any]]:
        """What has come besides."""
        with self._changed:
            return [message for message in self._waiting if isinstance(message, dict)]
