"""Golden graphs, one folder a case: `script.call` as `graph.mmd`, `graph.dot` and `graph.json`."""

from __future__ import annotations

from pathlib import Path

import pytest

import nccodsl
from nccodsl.graph.build import build
from nccodsl.graph.dot import to_dot
from nccodsl.graph.mermaid import to_mermaid
from nccodsl.graph.to_json import to_json
from tests.golden import compare

HERE = Path(__file__).parent / "graph"
CASES = sorted(path.parent for path in HERE.glob("*/script.call"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_graph(case: Path, accept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)  # names of files as they are given on the command line
    graph = build(nccodsl.load(Path("script.call")))
    compare(case / "graph.mmd", to_mermaid(graph), accept)
    compare(case / "graph.dot", to_dot(graph), accept)
    compare(case / "graph.json", to_json(graph), accept)
