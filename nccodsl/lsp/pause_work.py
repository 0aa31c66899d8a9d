"""What the server does while the client is silent: in slices, between which messages are answered.

A document that changes begins from the start; all that is left of its work is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from nccodsl.lsp.open_documents import OpenDocument

_LOG = logging.getLogger(__name__)


class PauseRow(NamedTuple):
    """Work on a document that has changed: `slices` does a part of it before each item. `name` is for the log."""

    name: str
    slices: Callable[[OpenDocument], Iterator[None]]


class PauseWork:
    """The documents that have changed, and how far the work on the first of them is. The rows are done in order."""

    def __init__(self, rows: Sequence[PauseRow]) -> None:
        self._rows = rows
        self._waiting: dict[str, OpenDocument] = {}
        self._running: tuple[str, Iterator[None]] | None = None

    def begin(self, documents: Iterable[OpenDocument]) -> None:
        """Note that documents have changed."""
        for opened in documents:
            self.drop(opened.uri)
            self._waiting[opened.uri] = opened

    def drop(self, uri: str) -> None:
        """Forget a document."""
        self._waiting.pop(uri, None)
        if self._running is not None and self._running[0] == uri:
            self._running = None

    @property
    def is_left(self) -> bool:
        """Whether there is something to do."""
        return self._running is not None or bool(self._waiting)

    def go_on(self) -> None:
        """Do one slice."""
        if self._running is None:
            uri = next(iter(self._waiting))
            self._running = uri, self._work_on(self._waiting.pop(uri))
        if next(self._running[1], self) is self:
            self._running = None

    def _work_on(self, opened: OpenDocument) -> Iterator[None]:
        for row in self._rows:
            try:
                yield from row.slices(opened)
            except Exception:
                _LOG.exception("the %s of %s failed", row.name, opened.uri)
