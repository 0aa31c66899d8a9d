"""A graph in Graphviz' language."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.graph.boxes import TITLE, WIDEST_TEST, Arrow, Shape, picture, wrapped
from nccodsl.graph.elements import START, Graph

_WIDTH = {"test": WIDEST_TEST, "waits": 34}
_WIDEST = 46
_WIDEST_LABEL = 28
_STYLES = {
    "title": ('style="rounded,filled" fillcolor="#4a5568" color="#4a5568" fontcolor="white" fontname="Helvetica-Bold"'),
    "start": 'style="rounded,filled" fillcolor="#d9f2e3" color="#2f855a" penwidth=2',
    "end": 'style="rounded,filled" fillcolor="#e2e8f0" color="#718096"',
    "elsewhere": 'shape=note style="filled" fillcolor="#e2e8f0" color="#718096"',
    "waits": 'shape=hexagon fillcolor="#fdf0d5" color="#b7791f" margin="0.02,0.06"',
    "test": 'shape=diamond fillcolor="#ece9f8" color="#6b5fb5" margin="0,0"',
    "loop": 'peripheries=2 fillcolor="#ece9f8" color="#6b5fb5"',
    "says": 'fillcolor="#f7fafc" color="#718096"',
}
_BOX = 'style=rounded color="#a0aec0"'
_BEGINNING = """\
  bgcolor="white"
  fontname="Helvetica" fontsize=11 fontcolor="#4a5568"
  nodesep=0.4
  ranksep=0.45
  node [fontname="Helvetica" fontsize=11 fontcolor="#1a202c" shape=box style=filled margin="0.16,0.08"]
  edge [fontname="Helvetica" fontsize=10 fontcolor="#2d3748" color="#4a5568" arrowsize=0.7]"""
_LEGEND = "dashed: the platform calls a webhook"


def to_dot(graph: Graph) -> str:
    """The text of a `.dot` file."""
    return "\n".join([*_lines(graph), ""])


def _lines(graph: Graph) -> Iterator[str]:
    drawn = picture(graph)
    yield "digraph call {"
    yield _BEGINNING
    if drawn.has_webhooks:
        yield f"  label={quoted(_LEGEND)} labelloc=b"
    for shape in drawn.shapes[None]:
        yield f"  {_node(shape)}"
    for box in graph.boxes:
        yield f"  subgraph {quoted(f'cluster {box.name}')} {{"
        yield f'    label="" {_BOX}'
        for shape in drawn.shapes[box.name]:
            yield f"    {_node(shape)}"
        yield "  }"
    for arrow in drawn.arrows:
        yield f"  {_arrow(arrow)}"
    yield "}"


def _arrow(arrow: Arrow) -> str:
    told = []
    if arrow.lines:
        # Graphviz puts labels so near that the first letter would stand on the line.
        label = "\\l".join(f" {escaped(part)}" for line in arrow.lines for part in wrapped(line, _WIDEST_LABEL))
        told.append(f'label="{label}\\l"')
    if arrow.webhook:
        told.append("style=dashed")
    elif arrow.source == START or arrow.source.startswith(TITLE):
        told.append("weight=9")  # the first step stands below the start, and each first statement below its title
    more = f" [{' '.join(told)}]" if told else ""
    return f"{quoted(arrow.source)} -> {quoted(arrow.target)}{more}"


def _node(shape: Shape) -> str:
    width = _WIDTH.get(shape.form, _WIDEST)
    row = len(shape.lines) > 1
    # Statements in a row begin at the left, and one that goes on in the next line is indented there.
    parts = [escaped(part) for line in shape.lines for part in wrapped(line, width, "    " if row else "")]
    label = "".join(f"{part}\\l" for part in parts) if row else "\\n".join(parts)
    return f'{quoted(shape.id)} [label="{label}" {_STYLES[shape.form]}]'


def quoted(text: str) -> str:
    """A name or a label of one line."""
    return f'"{escaped(text)}"'


def escaped(text: str) -> str:
    """Text between double quotes: Graphviz reads escapes and HTML's entities there."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
