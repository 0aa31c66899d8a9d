"""Code actions, of scripts and of JSON documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lsprotocol import types

from nccodsl.editor.document import Document
from nccodsl.editor.ncco_document import ENDINGS, NccoDocument
from nccodsl.editor.services.code_actions import code_actions
from nccodsl.editor.services.lenses import REFERENCES, RUN_TEST, Lens, lenses
from nccodsl.editor.services.script_of_document import script_of_document
from nccodsl.lsp import run_shapes, shape
from nccodsl.lsp.client_abilities import ClientAbilities
from nccodsl.lsp.guarded import is_of
from nccodsl.lsp.open_documents import OpenDocument
from nccodsl.lsp.shape import ClientView


class ActionRequest(NamedTuple):
    """What can be done between two offsets of a document?"""

    opened: OpenDocument
    start: int
    end: int
    client: ClientAbilities
    view: ClientView


def _fixes(asked: ActionRequest) -> list[shape.Json]:
    return shape.code_actions(code_actions(asked.opened.document, asked.start, asked.end), asked.view)


def _as_script(asked: ActionRequest) -> list[shape.Json]:
    """A JSON document as a script beside it."""
    document, uri = asked.opened.document, asked.opened.uri
    if not isinstance(document, NccoDocument) or not asked.client.creates_files:
        return []
    script = script_of_document(document)
    ending = next((one for one in ENDINGS if uri.endswith(one)), None)
    if script is None or ending is None:
        return []
    return [shape.new_file("Convert to a script", f"{uri.removesuffix(ending)}.call", script)]


def _runs(asked: ActionRequest) -> list[shape.Json]:
    """What lenses of the declarations here run, for clients without lenses."""
    document, view = asked.opened.document, asked.view
    if not isinstance(document, Document):
        return []
    found = lenses(document, within=(asked.start, asked.end))
    return [
        {"title": title, "kind": kind, "command": run_shapes.command(title, one, view)}
        for one in found
        if one.command != REFERENCES or one.uses
        for title, kind in (_RUNS[one.command](one),)
    ]


_RUNS: dict[str, Callable[[Lens], tuple[str, str]]] = {
    RUN_TEST: lambda lens: (f"Run test “{lens.name}”", "source.runTest.nccodsl"),
    REFERENCES: lambda lens: (f"Show {lens.title} to {lens.name}", "source.references.nccodsl"),
}
_SOURCES: tuple[Callable[[ActionRequest], list[shape.Json]], ...] = (_fixes, _as_script, _runs)
"""Where actions come from; the first ones are shown first."""


def code_actions_for(asked: ActionRequest, context: types.CodeActionContext) -> list[shape.Json]:
    """`CodeAction[]`, of the kinds that the client wants."""
    found = [action for source in _SOURCES for action in source(asked)]
    return [one for one in found if context.only is None or is_of(one["kind"], context.only)]
