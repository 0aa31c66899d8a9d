"""The requests about a document that the server answers, a row each.

A row is the method, the service that is asked, and the shape of its answer. A new service is a new row.
"""

from __future__ import annotations

from lsprotocol import types

from nccodsl.editor.services.completions import completion
from nccodsl.editor.services.folds import folding
from nccodsl.editor.services.format_edits import formatting, range_formatting
from nccodsl.editor.services.format_on_type import typed_formatting
from nccodsl.editor.services.hover import hover
from nccodsl.editor.services.inlays import inlays
from nccodsl.editor.services.lenses import lenses
from nccodsl.editor.services.symbols import symbols
from nccodsl.lsp import run_shapes, shape
from nccodsl.lsp.capabilities import TRIGGERS, TYPED
from nccodsl.lsp.name_requests import NAME_ROWS
from nccodsl.lsp.script_request import RequestRow

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
    RequestRow(
        types.TEXT_DOCUMENT_ON_TYPE_FORMATTING,
        lambda asked: typed_formatting(asked.document, asked.offset, asked.params.ch),
        shape.edits,
        types.DocumentOnTypeFormattingOptions(TYPED[0], TYPED[1:]),
    ),
    RequestRow(types.TEXT_DOCUMENT_FOLDING_RANGE, lambda asked: folding(asked.document), shape.folds),
    RequestRow(
        types.TEXT_DOCUMENT_INLAY_HINT,
        lambda asked: inlays(asked.document, asked.start, asked.end, asked.inlays),
        shape.inlays,
    ),
    RequestRow(
        types.TEXT_DOCUMENT_CODE_LENS,
        lambda asked: lenses(asked.document, asked.commands, asked.results),
        run_shapes.lenses,
        types.CodeLensOptions(resolve_provider=False),
    ),
    *NAME_ROWS,
)
"""Requests about scripts. Diagnostics and code actions, which JSON documents have too, are the server's own."""
