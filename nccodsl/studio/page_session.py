"""The language services of one page: a session of the language server in a thread, behind a WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from nccodsl.io.message_frames import framed
from nccodsl.lsp.message_loop import ClientSession

MOST_WAITING = 1000
"""Messages of a page that may wait until they are looked at."""
_HEADER_END = b"\r\n\r\n"


class PageSession:
    """Messages of the page go in as text without a frame, and come out so.

    `send` and `ended` are called in the session's thread, `ended` when it has ended by itself or by `end`.
    """

    def __init__(self, send: Callable[[str], object], ended: Callable[[], object]) -> None:
        self._send, self._ended = send, ended
        self._arrived: SimpleQueue[bytes] = SimpleQueue()
        self._rest = b""
        self._session = ClientSession(self._read, self._write)
        Thread(target=self._run, name="page", daemon=True).start()

    def take(self, message: str) -> bool:
        """A message of the page; whether there was room for it."""
        if self._arrived.qsize() >= MOST_WAITING:
            return False
        self._arrived.put(framed(message.encode("utf-8", "replace")))
        return True

    def end(self) -> None:
        """The page has gone: what it has asked is not answered any more."""
        self._session.drop()
        self._arrived.put(b"")

    def _run(self) -> None:
        try:
            self._session.run()
        finally:
            self._ended()

    def _read(self, size: int) -> bytes:
        data = self._rest or self._arrived.get()
        self._rest = data[size:]
        return data[:size]

    def _write(self, data: bytes) -> None:
        # Each message of the session is written at once, with its frame.
        self._send(data.partition(_HEADER_END)[2].decode())
