"""The requests about the names of scripts: rows as in `request_table`."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from nccodsl.editor.document import Document
from nccodsl.editor.services.hierarchy import HierarchyEdge, hierarchy_at, incoming, outgoing
from nccodsl.editor.services.linked import linked_ranges
from nccodsl.editor.services.navigation import definition, highlights, links, references
from nccodsl.editor.services.renames import prepare_rename, rename
from nccodsl.editor.services.selection import selection_ranges
from nccodsl.editor.services.signature import signature
from nccodsl.editor.services.tokens import tokens
from nccodsl.editor.symbols_used import Symbol
from nccodsl.editor.token_legend import MODIFIERS, TYPES
from nccodsl.lsp import name_shapes
from nccodsl.lsp.capabilities import SIGNATURE_TRIGGERS
from nccodsl.lsp.script_request import RequestRow, ScriptRequest

_LEGEND = types.SemanticTokensLegend(token_types=list(TYPES), token_modifiers=list(MODIFIERS))


def _references(asked: ScriptRequest) -> object:
    wanted = asked.params.context.include_declaration
    return references(asked.document, asked.offset, asked.others, definitions=wanted)


def _jumps(asked: ScriptRequest, way: Callable[[Document, Symbol], tuple[HierarchyEdge, ...]]) -> object:
    symbol = name_shapes.symbol_of(asked.params.item.data)
    return way(asked.document, symbol) if symbol is not None else ()


NAME_ROWS: tuple[RequestRow, ...] = (
    RequestRow(
        types.TEXT_DOCUMENT_DEFINITION,
        lambda asked: definition(asked.document, asked.offset, asked.reader, asked.others),
        name_shapes.locations,
    ),
    RequestRow(types.TEXT_DOCUMENT_REFERENCES, _references, name_shapes.locations),
    RequestRow(
        types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT,
        lambda asked: highlights(asked.document, asked.offset),
        name_shapes.highlights,
    ),
    RequestRow(
        types.TEXT_DOCUMENT_DOCUMENT_LINK,
        lambda asked: links(asked.document, asked.reader),
        name_shapes.links,
        types.DocumentLinkOptions(resolve_provider=False),
    ),
    RequestRow(
        types.TEXT_DOCUMENT_PREPARE_RENAME,
        lambda asked: prepare_rename(asked.document, asked.offset, asked.others),
        name_shapes.renamable,
    ),
    RequestRow(
        types.TEXT_DOCUMENT_RENAME,
        lambda asked: rename(asked.document, asked.offset, asked.params.new_name, asked.others),
        name_shapes.renamed,
        types.RenameOptions(prepare_provider=True),
    ),
    RequestRow(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, lambda asked: tokens(asked.document), name_shapes.tokens, _LEGEND
    ),
    RequestRow(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
        lambda asked: tokens(asked.document, asked.start, asked.end),
        name_shapes.tokens,
        _LEGEND,
    ),
    RequestRow(
        types.TEXT_DOCUMENT_SELECTION_RANGE,
        lambda asked: [selection_ranges(asked.document, asked.offset_of(at)) for at in asked.params.positions],
        name_shapes.selections,
    ),
    RequestRow(
        types.TEXT_DOCUMENT_SIGNATURE_HELP,
        lambda asked: signature(asked.document, asked.offset),
        name_shapes.signature,
        types.SignatureHelpOptions(trigger_characters=SIGNATURE_TRIGGERS),
    ),
    RequestRow(
        types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY,
        lambda asked: hierarchy_at(asked.document, asked.offset),
        name_shapes.hierarchy,
    ),
    RequestRow(types.CALL_HIERARCHY_INCOMING_CALLS, lambda asked: _jumps(asked, incoming), name_shapes.incoming),
    RequestRow(types.CALL_HIERARCHY_OUTGOING_CALLS, lambda asked: _jumps(asked, outgoing), name_shapes.outgoing),
    RequestRow(
        types.TEXT_DOCUMENT_LINKED_EDITING_RANGE,
        lambda asked: linked_ranges(asked.document, asked.offset),
        name_shapes.linked,
    ),
)
"""Requests about names."""
