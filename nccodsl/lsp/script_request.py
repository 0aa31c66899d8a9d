"""A request about a script, and a row of the tables of requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from nccodsl.analysis.modules import Reader
from nccodsl.base.record import Record
from nccodsl.editor.document import Document
from nccodsl.editor.services.inlays import InlayKind
from nccodsl.editor.services.lenses import RUNNABLE, LensResult
from nccodsl.lsp.shape import ClientView


class ScriptRequest(Record):
    """A request about a script: its params, the document, and which inlay hints the client wants.

    `offset` is that of its position, `start` and `end` those of its range; the whole text where it has none.
    `offset_of` is for other positions. `others` are the other scripts that are open, `reader` reads what it includes.
    `commands`: those that can be run, here or by the client. `results`: how the tests went the last time.
    """

    document: Document
    params: Any
    offset: int
    start: int
    end: int
    inlays: dict[InlayKind, bool]
    offset_of: Callable[[Any], int]
    others: tuple[Document, ...] = ()
    reader: Reader | None = None
    commands: frozenset[str] = RUNNABLE
    results: Mapping[str, LensResult] = {}


class RequestRow(NamedTuple):
    """`ask` gives the service's plain data, `shape` makes JSON of it. `options` are those of the capability."""

    method: str
    ask: Callable[[ScriptRequest], Any]
    shape: Callable[[Any, ClientView], Any]
    options: Any = None


def uri_asked(params: Any) -> str:
    """The address of the document that a request is about; empty where it names none."""
    document = getattr(params, "text_document", None)
    if document is not None:
        return str(document.uri)
    data = getattr(getattr(params, "item", None), "data", None)
    return str(data.get("uri", "")) if isinstance(data, dict) else ""
