"""The graph of a flow, as plain data: boxes (steps and handlers), nodes (statements) and edges."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.base.source import Span

START, END, ELSEWHERE = "start", "end", "answer_url"
"""The nodes that stand in no box: where the call begins, an end outside of steps, an NCCO from elsewhere."""


class Node(Record):
    """One statement, or where the call begins or ends. `box` is the box it stands in, or None.

    `kind` is the statement: an action of the NCCO, `raw`, `fetch`, `set`, `if`, `choose`, `for`, `goto`, `hangup`; or
    `start`, `end`, `answer_url`. `waits`: what follows is chosen by the answer. `file`, `line` and `span` are where
    the script says it.
    """

    id: str
    box: str | None
    kind: str
    text: str
    waits: bool
    file: str
    line: int
    span: Span


class Edge(Record):
    """What follows a node. `webhook`: the platform asks the flow how it goes on. `says`: what a retry says before."""

    source: str
    target: str
    label: str
    webhook: bool
    says: str


class Box(Record):
    """A step, or a handler of the call that does more than go to one. `first` is the node that it begins with."""

    name: str
    title: str
    handler: bool
    first: str
    file: str
    line: int


class Graph(Record):
    """All of a flow that a call can reach. Nodes stand in the order of the script, box by box."""

    name: str
    boxes: tuple[Box, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
