"""The graph of a script for a page: boxes, statements and edges, each with its place."""

from __future__ import annotations

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
    data = as_data(build(flow))
    places = _Places(flow)
    return _NOTHING | {
        "name": data["name"],
        "steps": [places.of(step) for step in data["steps"]],
        "nodes": [places.of(node) for node in data["nodes"]],
        "edges": [{"says": "", **edge} for edge in data["edges"]],
    }


class _Places:
    """From the file and line of a part of the graph to the place of that line."""

    def __init__(self, flow: Compiled) -> None:
        self._files = {file.name: file for file in flow.program.sources.files}

    def of(self, part: PageAnswer) -> PageAnswer:
        """The same part with its location."""
        file, line = self._files[part["file"]], part["line"]
        start, end = file.line_span(line)
        indent = end - start - len(file.line(line).lstrip())
        own = {name: value for name, value in part.items() if name not in ("file", "line")}
        return {**own, "location": FilePlace(file.name, start - file.base + indent, end - file.base)}
