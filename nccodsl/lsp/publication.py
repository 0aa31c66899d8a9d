"""Diagnostics on their way to the client: which documents have new ones, and when they are sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from lsprotocol import types

from nccodsl.lsp import shape
from nccodsl.lsp.client_abilities import ClientAbilities
from nccodsl.lsp.open_documents import OpenDocument

_LOG = logging.getLogger(__name__)


class Publication:
    """Documents whose diagnostics may have changed since the client got them.

    `problems` yields the diagnostics of a document, `notify` sends a notification, `ask` a request without params.
    """

    def __init__(
        self,
        problems: Callable[[OpenDocument], list[shape.Json]],
        notify: Callable[[str, shape.Json], object],
        ask: Callable[[str], object],
    ) -> None:
        self._problems, self._notify, self._ask = problems, notify, ask
        self.client = ClientAbilities()
        self._stale: dict[str, OpenDocument] = {}
        self._elsewhere = False
        self._lenses = False

    def edited(self, documents: Iterable[OpenDocument]) -> None:
        """The client has changed the first of these documents, which the others include."""
        found = list(documents)
        self._stale.update((one.uri, one) for one in found)
        self._elsewhere = self._elsewhere or len(found) > 1

    def changed(self, documents: Iterable[OpenDocument]) -> None:
        """These documents have other diagnostics, and the client cannot know."""
        found = {one.uri: one for one in documents}
        self._stale.update(found)
        self._elsewhere = self._elsewhere or bool(found)

    def tested(self, opened: OpenDocument) -> None:
        """The tests of a document have run."""
        self.changed([opened] if opened.tests.has_news else [])
        self._lenses = self._lenses or opened.tests.has_marks

    def closed(self, uri: str) -> None:
        """Take the diagnostics of a document back."""
        self._stale.pop(uri, None)
        if self.client.pushes:
            self._push(uri, None, [])

    def publish(self) -> None:
        """Push what is new, or let the client ask for it; called when nothing else waits."""
        stale, self._stale = self._stale, {}
        elsewhere, self._elsewhere = self._elsewhere, False
        if self._lenses and self.client.refreshes_lenses:
            self._ask(types.WORKSPACE_CODE_LENS_REFRESH)
        self._lenses = False
        if not self.client.pushes:
            if elsewhere and self.client.refreshes:
                self._ask(types.WORKSPACE_DIAGNOSTIC_REFRESH)
            return
        for opened in stale.values():
            try:
                found = self._problems(opened)
            except Exception:
                _LOG.exception("the diagnostics of %s failed", opened.uri)
            else:
                self._push(opened.uri, opened.version, found)

    def _push(self, uri: str, version: int | None, found: list[shape.Json]) -> None:
        params: shape.Json = {"uri": uri, "diagnostics": found}
        if version is not None:
            params["version"] = version
        self._notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)
