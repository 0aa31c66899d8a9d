"""Strict readers of the two languages that graphs are drawn in, for exactly as much of them as is written.

Each returns what a drawing program would show: the labels of nodes and boxes by name, and the edges with theirs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

Edges = list[tuple[str, str, str, bool]]
"""Source, target, label, and whether the line is broken."""

# ---- Mermaid

_ENTITY = re.compile(r"#(quot|\d+);")
# Letters, signs without a meaning, entities, and breaks between lines.
_TEXT = r'((?:[^"#;<>&\\`*|:\[\]\x00-\x1f\x7f]|#quot;|#\d+;|<br/>)+)'
_ID = r"((?:at|box|title)_(?:the|step|on)_\w+)"
_NODES = [rf'{left}"{_TEXT}"{right}' for left, right in ((r"\(\[", r"\]\)"), (r"\[/", r"/\]"), (r"\{\{", r"\}\}"), (r"\{", r"\}"), (r"\[\[", r"\]\]"), (r"\[", r"\]"))]  # fmt: skip
_MERMAID = {
    "init": re.compile(r'%%\{init: \{"flowchart": \{"wrappingWidth": \d+\}\}\}%%'),
    "comment": re.compile(r"%% [\w :.]+"),
    "head": re.compile("flowchart TB"),
    "node": re.compile(rf" +{_ID}(?:{'|'.join(_NODES)}):::\w+_form"),
    "box": re.compile(rf'  subgraph {_ID}\[" "\]'),
    "direction": re.compile("    direction TB"),
    "end": re.compile("  end"),
    "edge": re.compile(rf'  {_ID} (-->|-\.->)(?:\|"{_TEXT}"\|)? {_ID}'),
    "style": re.compile(r"  classDef \w+_form (?:[\w-]+:[#\w -]+,?)+"),
    "class": re.compile(rf"  class (?:{_ID},?)+ box_form"),
}
_LOSES = re.compile(r"(?:style|classDef).*:\S*#.*;")
"""A line like this loses its last semicolon before Mermaid reads it."""


def read_mermaid(text: str) -> tuple[dict[str, str], Edges]:
    assert text.endswith("\n")
    labels: dict[str, str] = {}
    edges: Edges = []
    depth = 0
    for number, line in enumerate(text[:-1].split("\n")):
        kind, match = next(
            ((kind, found) for kind, form in _MERMAID.items() if (found := form.fullmatch(line))), ("", None)
        )
        assert match is not None, line
        assert not _LOSES.search(line), line
        assert (kind == "init") == (number == 0)
        assert "%%" not in line or kind in ("init", "comment")
        parts = [part for part in match.groups() if part is not None]
        match kind:
            case "node":
                assert parts[0] not in labels
                labels[parts[0]] = _plain(parts[1])
            case "box":
                depth += 1
            case "end":
                depth -= 1
            case "edge":
                edges.append((parts[0], parts[-1], _plain(parts[2]) if len(parts) == 4 else "", parts[1] == "-.->"))
    assert depth == 0
    assert {name for source, target, _, _ in edges for name in (source, target)} <= labels.keys()
    return labels, edges


def _plain(label: str) -> str:
    lines = label.replace("\u200b", "").split("<br/>")
    assert not any(re.match(r"[-+=]|\d+[.)]", line) for line in lines), "would begin a list"
    return "\n".join(
        _ENTITY.sub(lambda found: '"' if found[1] == "quot" else chr(int(found[1])), line) for line in lines
    )


# ---- DOT

_DOT = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([A-Za-z_]\w*|-?(?:\d+\.?\d*|\.\d+))|(->|[{}\[\]=]))', re.S)
_ESCAPES = {"n": "\n", "l": "\n", '"': '"', "\\": "\\"}


def read_dot(text: str) -> tuple[dict[str, str], Edges]:
    tokens = list(_tokens(text))
    assert tokens[:3] == ["digraph", "call", "{"]
    assert tokens[-1] == "}"
    labels: dict[str, str] = {}
    edges: Edges = []
    at, depth = 3, 1
    while at < len(tokens):
        token = tokens[at]
        if token == "}":
            depth -= 1
            assert depth >= 0
            at += 1
        elif token == "subgraph":
            assert tokens[at + 1].startswith('"cluster ')
            assert tokens[at + 2] == "{"
            depth += 1
            at += 3
        elif tokens[at + 1] == "=":
            if token == "label" and depth == 2:
                assert _shown(tokens[at + 2]) == "", "a title is a node"
            at += 3
        elif tokens[at + 1] == "->":
            given, after = _attributes(tokens, at + 3)
            edges.append(
                (
                    _shown(token),
                    _shown(tokens[at + 2]),
                    _shown(given.get("label", '""')).strip(),
                    given.get("style") == "dashed",
                )
            )
            at = after
        else:
            given, after = _attributes(tokens, at + 1)
            if token not in ("node", "edge"):
                assert _shown(token) not in labels
                labels[_shown(token)] = _shown(given["label"])
            at = after
    assert depth == 0
    assert {name for source, target, _, _ in edges for name in (source, target)} <= labels.keys()
    return labels, edges


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text.rstrip()):
        match = _DOT.match(text, at)
        assert match is not None, text[at : at + 60]
        yield match[1] or match[2] or match[3]
        at = match.end()


def _attributes(tokens: list[str], at: int) -> tuple[dict[str, str], int]:
    given: dict[str, str] = {}
    if tokens[at] != "[":
        return given, at
    at += 1
    while tokens[at] != "]":
        assert tokens[at + 1] == "="
        given[tokens[at]] = tokens[at + 2]
        at += 3
    return given, at + 1


def _shown(token: str) -> str:
    """What Graphviz shows of a quoted text; every ampersand must begin an entity."""
    assert token[0] == token[-1] == '"'
    assert not re.search("&(?!amp;)", token)
    text = re.sub(r"\\(.)", lambda found: _ESCAPES[found[1]], token[1:-1], flags=re.S)
    return html.unescape(text)
