"""The requests about a document that the server answers, a row each.

A row is the method, the service that is asked, and the shape of its answer. A new service is a new row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from lsprotocol import types

from nccodsl.base.record import Record
from nccodsl.editor.document import Document
from nccodsl.editor.services.completions import completion
from nccodsl.editor.services.folds import folding
from nccodsl.editor.services.format_edits import formatting, range_formatting
from nccodsl.editor.services.hover import hover
from nccodsl.editor.services.inlays import InlayKind, inlays
from nccodsl.editor.services.symbols import symbols
from nccodsl.lsp import shape
from nccodsl.lsp.capabilities import TRIGGERS
from nccodsl.lsp.shape import ClientView


class ScriptRequest(Record):
    """A request about a script: its params, the document, and which inlay hints the client wants.

    `offset` is that of its position, `start` and `end` those of its range; the whole text where it has none.
    """

    document: Document
    params: Any
    offset: int
    start: int
    end: int
    inlays: dict[InlayKind, bool]


class RequestRow(NamedTuple):
    """`ask` gives the service's plain data, `shape` makes JSON of it. `options` are those of the capability."""

    method: str
    ask: Callable[[ScriptRequest], Any]
    shape: Callable[[Any, ClientView], Any]
    options: Any = None


ROWS: tuple[RequestRow, ...] = (
    RequestRow(types.TEXT_DOCUMENT_HOVER, lambda asked: hover(asked.document, asked.offset), shape.hover),
    RequestRow(
        types.TEXT_DOCUMENT_COMPLETION,
        lambda asked: completion(asked.document, asked.offset),
        shape.completion,
        types.CompletionOptions(trigger_characters=TRIGGERS),
    ),
    RequestRow(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, lambda asked: symbols(asked.document), shape.symbols),
    RequestRow(types.TEXT_DOCUMENT_FORMATTING, lambda asked: formatting(asked.document), shape.edits),
    RequestRow(
        types.TEXT_DOCUMENT_RANGE_FORMATTING,
        lambda asked: range_formatting(asked.document, asked.start, asked.end),
        shape.edits,
    ),
    RequestRow(types.TEXT_DOCUMENT_FOLDING_RANGE, lambda asked: folding(asked.document), shape.folds),
    RequestRow(
        types.TEXT_DOCUMENT_INLAY_HINT,
        lambda asked: inlays(asked.document, asked.start, asked.end, asked.inlays),
        shape.inlays,
    ),
)
"""Requests about scripts. Diagnostics and code actions, which JSON documents have too, are the server's own."""
