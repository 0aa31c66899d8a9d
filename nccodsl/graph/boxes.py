"""What both kinds of pictures share: statements in a row are drawn as one box, and long lines are broken."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from textwrap import wrap

from nccodsl.base.record import Record
from nccodsl.graph.elements import ELSEWHERE, END, START, Edge, Graph, Node

MOST_LINES = 14
FIRST_LINES = 10
LAST_LINES = 3
"""A longer row of statements is drawn with its beginning and its end."""
WIDEST_TEST = 28
"""Letters in a line of a diamond, which grows with the square of them."""
_TEMPLATE = re.compile(r"\{\{[^{}]{1,30}\}\}")
TITLE = "title "
"""What the id of a title begins with, before the name of its box; no node has such an id."""
_JOINED = "\u00a0"


class Shape(Record):
    """One drawn node: a single one of the graph, a row of statements, or a box's title. `form` is one of FORMS."""

    id: str
    box: str | None
    form: str
    lines: tuple[str, ...]


FORMS = ("title", "start", "end", "elsewhere", "waits", "test", "loop", "says")


class Arrow(Record):
    """One drawn edge, with the lines of its label. Answers that lead to the same place share an arrow."""

    source: str
    target: str
    lines: tuple[str, ...]
    webhook: bool


class Picture(Record):
    """A graph as it is drawn: shapes by their box, and the arrows between them."""

    shapes: dict[str | None, list[Shape]]
    arrows: tuple[Arrow, ...]

    @property
    def has_webhooks(self) -> bool:
        return any(arrow.webhook for arrow in self.arrows)


def picture(graph: Graph) -> Picture:
    """Statements between which nothing is decided and nothing comes in stand in one shape.

    The title of a box is a shape as well, which what comes from outside leads to: no arrow runs across a title then.
    """
    following = _rows(graph)
    inside = set(following.values())
    nodes = {node.id: node for node in graph.nodes}
    titles = {box.first: Shape(f"{TITLE}{box.name}", box.name, "title", (box.title,)) for box in graph.boxes}
    shapes: dict[str | None, list[Shape]] = {None: [], **{title.box: [title] for title in titles.values()}}
    first: dict[str, str] = {}
    for node in graph.nodes:
        if node.id in inside:
            continue
        row, at = [node], node.id
        while at in following:
            at = following[at]
            row.append(nodes[at])
        first[at] = node.id
        shapes[node.box].append(Shape(node.id, node.box, form_of(node), _shown(row)))
    lines: dict[tuple[str, str, bool, bool], list[str]] = {}
    for edge in graph.edges:
        if following.get(edge.source) != edge.target:
            told = [line for line in (edge.label, edge.says) if line]
            enters = edge.target in titles and nodes[edge.source].box != nodes[edge.target].box
            target = titles[edge.target].id if enters else edge.target
            lines.setdefault((first[edge.source], target, edge.webhook, not told), []).extend(told)
    arrows = [Arrow(title.id, box_first, (), False) for box_first, title in titles.items()]
    arrows += [Arrow(source, target, tuple(told), webhook) for (source, target, webhook, _), told in lines.items()]
    return Picture(shapes, tuple(arrows))


def form_of(node: Node) -> str:
    """How a node is drawn."""
    forms = {START: "start", END: "end", ELSEWHERE: "elsewhere", "if": "test", "choose": "test", "for": "loop"}
    return "waits" if node.waits else forms.get(node.kind, "says")


def joined(line: str) -> str:
    """A line in which a template of some words cannot be broken."""
    return _TEMPLATE.sub(lambda match: match[0].replace(" ", _JOINED), line)


def wrapped(line: str, width: int, indent: str = "") -> list[str]:
    """A line broken between words; a template of some words stays whole."""
    return wrap(joined(line), width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def _rows(graph: Graph) -> dict[str, str]:
    """From each statement to the one that is drawn with it in the same shape."""
    nodes = {node.id: node for node in graph.nodes}
    coming = Counter(edge.target for edge in graph.edges)
    going: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        going[edge.source].append(edge)
    following = {}
    for source, edges in going.items():
        here, there = nodes[source], nodes[edges[0].target]
        plain = len(edges) == 1 and not edges[0].webhook and form_of(here) == form_of(there) == "says"
        if plain and here.box == there.box and coming[there.id] == 1:
            following[source] = there.id
    return following


def _shown(row: list[Node]) -> tuple[str, ...]:
    lines = tuple(node.text for node in row)
    if len(lines) <= MOST_LINES:
        return lines
    left_out = len(lines) - FIRST_LINES - LAST_LINES
    return (*lines[:FIRST_LINES], f"… {left_out} more …", *lines[-LAST_LINES:])
