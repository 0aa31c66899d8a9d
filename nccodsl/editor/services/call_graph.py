"""The graph of a script for a page: boxes, statements and edges, each with its place."""

from __future__ import annotations

from nccodsl.base.source import Span
from nccodsl.editor.document import Document, FilePlace
from nccodsl.editor.page_answers import PageAnswer, flow_of, problem_of
from nccodsl.errors import ScriptError
from nccodsl.graph.build import build
from nccodsl.graph.elements import START
from nccodsl.graph.to_json import as_data
from nccodsl.lowering.compiled import Compiled

_NOTHING: PageAnswer = {
    "problem": None,
    "location": None,
    "name": "",
    "start": START,
    "steps": [],
    "nodes": [],
    "edges": [],
}


def call_graph(document: Document) -> PageAnswer:
    """The answer to `nccodsl/graph`: `CallGraph` of web/src/protocol.ts, with FilePlace for its locations."""
    try:
        flow = flow_of(document)
    except ScriptError as error:
        return _NOTHING | problem_of(error)
    graph = build(flow)
    data = as_data(graph)
    places = _Places(flow)
    nodes = zip(data["nodes"], graph.nodes, strict=True)
    return _NOTHING | {
        "name": data["name"],
        "steps": [places.of(step) for step in data["steps"]],
        "nodes": [places.of(shown, node.span) for shown, node in nodes],
        "edges": [{"says": "", **edge} for edge in data["edges"]],
    }


class _Places:
    """From parts of the graph to their places."""

    def __init__(self, flow: Compiled) -> None:
        self._files = {file.name: file for file in flow.program.sources.files}

    def of(self, part: PageAnswer, span: Span | None = None) -> PageAnswer:
        """The same part with its location: from the beginning of its span, or of its text, to the end of the line."""
        file, line = self._files[part["file"]], part["line"]
        start, end = file.line_span(line)
        indent = end - start - len(file.line(line).lstrip())
        own = {name: value for name, value in part.items() if name not in ("file", "line")}
        first = span.start if span is not None else start + indent
        last = min(span.end, end) if span is not None else end
        return {**own, "location": FilePlace(file.name, first - file.base, max(first, last) - file.base)}
