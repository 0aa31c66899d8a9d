"""The language services of one page: a session of the language server in a thread, behind a WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from nccodsl.lsp.message_loop import ClientSession

_HEADER_END = b"\r\n\r\n"


class PageSession:
    """Messages of the page go in as text without a frame, and come out so. `send` is called in the session's thread."""

    def __init__(self, send: Callable[[str], object]) -> None:
        self._send = send
        self._arrived: SimpleQueue[bytes] = SimpleQueue()
        self._rest = b""
        self._thread = Thread(target=self._run, name="page", daemon=True)
        self._thread.start()

    def take(self, message: str) -> None:
        """A message of the page."""
        body = message.encode("utf-8", "replace")
        self._arrived.put(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def end(self) -> None:
        """The page has gone."""
        self._arrived.put(b"")

    def _run(self) -> None:
        ClientSession(self._read, self._write).run()

    def _read(self, size: int) -> bytes:
        data = self._rest or self._arrived.get()
        self._rest = data[size:]
        return data[:size]

    def _write(self, data: bytes) -> None:
        # Each message of the session is written at once, with its frame.
        self._send(data.partition(_HEADER_END)[2].decode())
