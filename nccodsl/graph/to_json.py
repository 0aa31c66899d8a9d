"""A graph as JSON, for programs."""

from __future__ import annotations

import json
from typing import Any

from nccodsl.graph.elements import START, Box, Edge, Graph, Node


def to_json(graph: Graph) -> str:
    """The text of a `.json` file; the same graph gives the same text."""
    return json.dumps(as_data(graph), indent=2, ensure_ascii=False) + "\n"


def as_data(graph: Graph) -> dict[str, Any]:
    """Steps, nodes and edges as JSON values. What stands in no step has `step` null."""
    inside: dict[str | None, list[str]] = {}
    for node in graph.nodes:
        inside.setdefault(node.box, []).append(node.id)
    return {
        "name": graph.name,
        "start": START,
        "steps": [_step(box, inside[box.name]) for box in graph.boxes],
        "nodes": [_node(node) for node in graph.nodes],
        "edges": [_edge(edge) for edge in graph.edges],
    }


def _step(box: Box, nodes: list[str]) -> dict[str, Any]:
    return {
        "name": box.name,
        "kind": "handler" if box.handler else "step",
        "title": box.title,
        "first": box.first,
        "nodes": nodes,
        "file": box.file,
        "line": box.line,
    }


def _node(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "step": node.box,
        "kind": node.kind,
        "text": node.text,
        "waits": node.waits,
        "file": node.file,
        "line": node.line,
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "from": edge.source,
        "to": edge.target,
        "label": edge.label,
        "webhook": edge.webhook,
        **({"says": edge.says} if edge.says else {}),
    }
