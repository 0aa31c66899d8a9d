"""The language services of one page: messages go in as text without a frame, and come out so."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from nccodsl.io.message_frames import decoded
from nccodsl.lsp.inbox import Inbox
from nccodsl.lsp.message_loop import ClientSession

MOST_WAITING = 1000
"""Messages of a page that may wait until they are looked at."""
_HEADER_END = b"\r\n\r\n"


class PageSession:
    """A session of the language server. `start` runs it in a thread; without one, `step` is `ClientSession.step`.

    `send` is called with each answer.
    """

    def __init__(self, send: Callable[[str], object]) -> None:
        self._send = send
        self._inbox = Inbox()
        self._session = ClientSession(self._inbox, self._write)
        self.step, self.run = self._session.step, self._session.run

    def take(self, message: str) -> bool:
        """A message of the page, from any thread; whether it was taken: not after the end, nor where too many wait."""
        return len(self._inbox) < MOST_WAITING and self._inbox.put(decoded(message.encode("utf-8", "replace")))

    def end(self) -> None:
        """The page has gone: what it has asked is not answered any more."""
        self._inbox.drop()

    def start(self, ended: Callable[[], object]) -> None:
        """Run it in a thread; `ended` is called there at its end, by itself or by `end`."""

        def run() -> None:
            try:
                self.run()
            finally:
                ended()

        Thread(target=run, name="page", daemon=True).start()

    def _write(self, data: bytes) -> None:
        self._send(data.partition(_HEADER_END)[2].decode())
