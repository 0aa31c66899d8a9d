"""A graph as a Mermaid flowchart, which GitHub and many editors draw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nccodsl.graph.boxes import TITLE, WIDEST_TEST, Shape, joined, picture, wrapped
from nccodsl.graph.elements import Graph

# What the letters of a label might mean to Mermaid, to its Markdown or to HTML is written as a number. The colon keeps
# addresses from becoming links, and the semicolon of a number from being taken for the end of a style.
_MEANT = re.compile(r"[\"#&<>\\`*~|%:;\[\]\x00-\x1f\x7f]|--|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# Formulas and icons are looked for when the numbers are letters again; something invisible keeps them apart.
_DRAWN = re.compile(r"(?<=\$)(?=\$)|(?<=:)(?=fa-)")
_NOTHING = "\u200b"
_LIST = re.compile(r"(\d+)([.)])|([-+=])")
"""Would begin a list, or be the line below a heading."""
_BRACKETS = {
    "title": ("([", "])"),
    "start": ("([", "])"),
    "end": ("([", "])"),
    "elsewhere": ("[/", "/]"),
    "waits": ("{{", "}}"),
    "test": ("{", "}"),
    "loop": ("[[", "]]"),
    "says": ("[", "]"),
}
# Each form sets its text and fill color, so that it is readable on dark and light pages.
_CLASSES = {
    "title": "fill:#4a5568,stroke:#4a5568,color:#ffffff,font-weight:bold",
    "start": "fill:#d9f2e3,stroke:#2f855a,color:#1a202c",
    "end": "fill:#e2e8f0,stroke:#718096,color:#1a202c",
    "elsewhere": "fill:#e2e8f0,stroke:#718096,color:#1a202c,stroke-dasharray:4 3",
    "waits": "fill:#fdf0d5,stroke:#b7791f,color:#1a202c",
    "test": "fill:#ece9f8,stroke:#6b5fb5,color:#1a202c",
    "loop": "fill:#ece9f8,stroke:#6b5fb5,color:#1a202c",
    "says": "fill:#f7fafc,stroke:#718096,color:#1a202c,text-align:left",
}
_BREAKS_FROM = 40  # letters in about 320 pixels
_BOX = "fill:none,stroke:#a0aec0"


def to_mermaid(graph: Graph) -> str:
    """The text of a `.mmd` file."""
    return "\n".join([*_lines(graph), ""])


def _lines(graph: Graph) -> Iterator[str]:
    drawn = picture(graph)
    yield '%%{init: {"flowchart": {"wrappingWidth": 320}}}%%'
    if drawn.has_webhooks:
        yield "%% A dotted line is a webhook: the platform asks the script how to continue."
    yield "flowchart TB"
    for shape in drawn.shapes[None]:
        yield f"  {_node(shape)}"
    for box in graph.boxes:
        yield f'  subgraph {_name("box", box.name)}[" "]'
        yield "    direction TB"
        for shape in drawn.shapes[box.name]:
            yield f"    {_node(shape)}"
        yield "  end"
    for arrow in drawn.arrows:
        line = "-.->" if arrow.webhook else "-->"
        label = f'|"{_broken(arrow.lines)}"|' if arrow.lines else ""
        yield f"  {_at(arrow.source)} {line}{label} {_at(arrow.target)}"
    forms = {shape.form for shapes in drawn.shapes.values() for shape in shapes}
    for form, style in _CLASSES.items():
        if form in forms:
            yield f"  classDef {form}_form {style}"
    if graph.boxes:
        yield f"  classDef box_form {_BOX}"
        yield f"  class {','.join(_name('box', box.name) for box in graph.boxes)} box_form"


def _node(shape: Shape) -> str:
    left, right = _BRACKETS[shape.form]
    # Mermaid breaks lines itself, but late for a diamond.
    lines = wrapped(shape.lines[0], WIDEST_TEST) if shape.form == "test" else [_whole(line) for line in shape.lines]
    return f'{_at(shape.id)}{left}"{_broken(lines)}"{right}:::{shape.form}_form'


def _whole(line: str) -> str:
    """A line that Mermaid may break, but not in a template."""
    return joined(line) if len(line) > _BREAKS_FROM else line


def _at(id: str) -> str:
    """The name of a shape."""
    return _name("title", id.removeprefix(TITLE)) if id.startswith(TITLE) else _name("at", id)


def _name(prefix: str, id: str) -> str:
    """A name that cannot be a word of Mermaid. A step has no space and no dot in its name, and a number ends a node."""
    kind = "on" if " " in id else "step" if prefix != "at" or "." in id else "the"
    return f"{prefix}_{kind}_{re.sub(r'[^A-Za-z0-9_-]', '_', id.removeprefix('on '))}"


def _broken(lines: Iterable[str]) -> str:
    return "<br/>".join(map(escaped, lines))


def escaped(text: str) -> str:
    """A line of a label between double quotes; a label may not be empty."""
    escape = _MEANT.sub(_numbers, _DRAWN.sub(_NOTHING, text))
    if mark := _LIST.match(escape):
        end = mark.end() - 1
        escape = f"{escape[:end]}#{ord(escape[end])};{escape[mark.end() :]}"
    return escape or " "


def _numbers(match: re.Match[str]) -> str:
    return "".join("#quot;" if char == '"' else f"#{ord(char)};" for char in match[0])
