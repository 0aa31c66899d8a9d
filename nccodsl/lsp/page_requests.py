"""The requests of pages: phone, graph and studio. web/src/protocol.ts describes their params and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.page_answers import PageAnswer
from nccodsl.editor.services.call_documents import call_documents
from nccodsl.editor.services.call_graph import call_graph
from nccodsl.editor.services.caller_changes import caller_changes
from nccodsl.editor.services.phone_call import phone_call, saved_call
from nccodsl.lsp.own_request import Answering, OwnRequest, OwnRow, at_once
from nccodsl.lsp.shape import ClientView
from nccodsl.lsp.sound_request import call_sound


def _located(answer: Any, view: ClientView) -> Any:
    """The same data with a location for each place of a file."""
    if isinstance(answer, FilePlace):
        return view.location(answer)
    if isinstance(answer, Mapping):
        return {name: _located(value, view) for name, value in answer.items()}
    return [_located(one, view) for one in answer] if isinstance(answer, list) else answer


def _page(service: Callable[[Document, Mapping[str, Any]], PageAnswer]) -> Answering:
    def answer(asked: OwnRequest) -> Any:
        return _located(service(asked.script, asked.params.members), asked.view)

    return at_once(answer)


PAGE_ROWS: tuple[OwnRow, ...] = (
    OwnRow("nccodsl/call", _page(phone_call)),
    OwnRow("nccodsl/saveCall", _page(saved_call)),
    OwnRow("nccodsl/callSound", call_sound),
    OwnRow("nccodsl/documents", _page(call_documents)),
    OwnRow("nccodsl/changes", _page(caller_changes)),
    OwnRow("nccodsl/graph", _page(lambda script, params: call_graph(script))),
)
