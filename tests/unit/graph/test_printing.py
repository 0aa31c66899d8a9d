"""Whatever stands in a script, what is printed can be read by Mermaid, Graphviz and JSON, and shows just that."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

import nccodsl
from nccodsl.base.source import Span
from nccodsl.graph.build import build
from nccodsl.graph.dot import to_dot
from nccodsl.graph.elements import END, START, Box, Edge, Graph, Node
from nccodsl.graph.mermaid import to_mermaid
from nccodsl.graph.to_json import as_data, to_json
from tests.property.strategies import scripts
from tests.sizes import examples
from tests.unit.graph.reading import read_dot, read_mermaid

HOSTILE = [
    *(
        '"',
        "#",
        "#35;",
        "#quot;",
        ";",
        "&",
        "&lt;",
        "<b>x</b>",
        "<br/>",
        "<script>alert(1)</script>",
        "'",
        "|",
        "[",
        "]",
    ),
    *(
        "(",
        ")",
        "{",
        "}",
        '"]',
        '"}}',
        "-->",
        "-.->",
        "--",
        "---",
        "%%",
        "%%{init: {}}%%",
        "`",
        "**b**",
        "_a_",
        "~~s~~",
    ),
    *("\\", "\\n", "\\N", "\\", "end", "style a:#1;", "classDef x:#a;", "1. a", "- b", "+ c", "2) d", "==="),
    *(
        "https://example.com/a_b",
        "fa:fa-car",
        "$$x$$",
        "é😀漢",
        "\u2028",
        "\u202e",
        ":::",
        "subgraph",
        "click",
        "line\nline",
    ),
]
words = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12))
texts = st.lists(words, min_size=1, max_size=5).map(" ".join).filter(str.strip)
# Braces would be templates, which have an own syntax to keep.
spoken = texts.map(lambda text: text.replace("{", "(").replace("}", ")")).filter(
    lambda text: not text.lstrip().startswith("<")
)


def squeezed(text: str) -> str:
    """Without what breaking lines changes."""
    return "".join(text.split())


def one_of_each(text: str) -> Graph:
    """A graph that has the same text everywhere."""
    kinds = [
        (START, None),
        ("talk", "end"),
        ("input", "end"),
        ("if", "end"),
        ("for", "end"),
        (END, "end"),
        ("answer_url", None),
    ]
    nodes = [
        Node(kind if box is None else f"end.{at}", box, kind, text, kind == "input", "x", 1, Span(0, 0))
        for at, (kind, box) in enumerate(kinds)
    ]
    edges = [
        Edge(one.id, two.id, text, bool(at % 2), text if at == 2 else "")
        for at, (one, two) in enumerate(pairwise(nodes))
    ]
    return Graph("x", (Box("end", text, False, "end.1", "x", 1),), tuple(nodes), tuple(edges))


@given(texts)
@example("says “style a: #1;”")
@example("1. a")
@example("$$x$$ fa:fa-car")
def test_every_label_shows_its_text(text: str) -> None:
    text = " ".join(text.replace("\u200b", " ").split()) or "x"
    for labels, edges in (read_mermaid(to_mermaid(one_of_each(text))), read_dot(to_dot(one_of_each(text)))):
        assert len(labels) == 8
        assert {squeezed(label) for label in labels.values()} == {squeezed(text)}
        assert {squeezed(label) for _, _, label, _ in edges} == {"", squeezed(text), squeezed(text * 2)}
        assert [webhook for _, _, _, webhook in edges] == [False] + [False, True] * 3


def script(text: str, phrase: str) -> str:
    said, heard = json.dumps(text, ensure_ascii=False), json.dumps(phrase, ensure_ascii=False)
    return (
        f"step main {{ talk {said} input dtmf speech {{ on {heard} {{ talk {said} }} retry 2 {said} otherwise hangup }}\n"
        f"set x = {said} for y in [{said}] {{ talk {{{{ y }}}} }} if {{{{ x == {said} }}}} {{ hangup }} talk {{{{ x }}}} }}"
    )


@given(spoken, spoken)
def test_any_text_of_a_script(text: str, phrase: str) -> None:
    try:
        flow = nccodsl.load(script(text, phrase))
    except nccodsl.ScriptError:
        flow = nccodsl.load(script(text, "a word"))
    _check(flow)


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scripts)
def test_scripts_made_from_the_grammar(text: str) -> None:
    try:
        flow = nccodsl.load(text)
    except nccodsl.ScriptError:
        return
    _check(flow)


def _check(flow: nccodsl.Flow) -> None:
    graph = build(flow)
    read_mermaid(to_mermaid(graph))
    read_dot(to_dot(graph))
    data = json.loads(to_json(graph))
    assert data == as_data(graph)
    assert to_json(build(flow)) == to_json(graph)
    names = [node["id"] for node in data["nodes"]]
    assert len(set(names)) == len(names)
    assert all("\n" not in node["text"] and node["text"].strip() for node in data["nodes"])
    assert [name for step in data["steps"] for name in step["nodes"]] == [
        node["id"] for node in data["nodes"] if node["step"]
    ]
    reached, todo = {START}, [START]
    while todo:
        here = todo.pop()
        for edge in data["edges"]:
            if edge["from"] == here and edge["to"] not in reached:
                reached.add(edge["to"])
                todo.append(edge["to"])
    assert reached == set(names)
    # Whatever is no end leads somewhere, but for an NCCO that comes from elsewhere.
    assert {edge["from"] for edge in data["edges"]} == {
        n["id"] for n in data["nodes"] if n["kind"] not in (END, "answer_url")
    }


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_itself_reads_it() -> None:
    graphs = [to_dot(one_of_each(" ".join(text.split()) or "x")) for text in [*HOSTILE, " ".join(HOSTILE)]]
    done = subprocess.run(
        ["dot", "-Tsvg"], input="".join(graphs).encode(), capture_output=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"<svg") == len(graphs)
