"""What answers to pages have in common: JSON data, with FilePlace where the protocol has a location."""

from __future__ import annotations

from typing import Any

from nccodsl.base.source import Sources, Span
from nccodsl.editor.document import Document, FilePlace
from nccodsl.errors import RenderError, ScriptError, UsageError
from nccodsl.lowering.compiled import Compiled

PageAnswer = dict[str, Any]
Refused = (ScriptError, RenderError, UsageError)
"""What a page gets as a `problem` in words."""


def problem_of(error: ScriptError | RenderError | UsageError) -> PageAnswer:
    """`problem` in words, and its `location` if it has one."""
    if isinstance(error, UsageError):
        return {"problem": str(error), "location": None}
    first, *others = error.diagnostics
    more = f" (and {len(others)} more)" if others else ""
    place = None
    if first.file is not None and first.span is not None:
        start, end = first.span.start - first.file.base, first.span.end - first.file.base
        place = FilePlace(first.file.name, start, end)
    return {"problem": f"{first.code} {first.message}{more}", "location": place}


def flow_of(document: Document) -> Compiled:
    """The script of a document, compiled. Raises ScriptError."""
    if document.flow is None:
        raise ScriptError([found for found in document.rechecked.collector.sorted() if found.is_error])
    return document.flow


def place_in(sources: Sources, span: Span | None) -> FilePlace | None:
    """The file that a span lies in, and where."""
    if span is None:
        return None
    file = sources.file_of(span)
    return FilePlace(file.name, span.start - file.base, span.end - file.base)
