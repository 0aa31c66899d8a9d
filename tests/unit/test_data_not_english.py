"""Code reads data: nothing takes apart a text that was written for people."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "nccodsl"
READS = {"startswith", "endswith", "partition", "rpartition", "removeprefix", "removesuffix", "split", "rsplit"}
FOR_PEOPLE = {
    "message",
    "help",
    "found",
    "failure",
    "problem",
    "reason",
    "told",
    "expected",
    "instead",
    "text",
    "title",
}
"""Members that hold words for people."""
LOCAL = FOR_PEOPLE - {"text", "found", "title"}
"""Names of variables that hold them; a `text` may be anything."""
EXCEPTIONS = {
    ("analysis/assigned.py", "file.text"): "the text of a script",
    ("documents/json_text.py", "file.text"): "the text of a JSON document",
    ("templates/parse.py", "message"): "Jinja says what is wrong in words alone",
    ("voice/speech_filters.py", "problem.message"): "problems of SSML share one code",
}


def readings(source: str) -> Iterator[str]:
    """What is taken apart: `entry.text`, `reply.failure`."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READS):
            continue
        match node.func.value:
            case ast.Attribute(attr=name) if name in FOR_PEOPLE:
                yield ast.unparse(node.func.value)
            case ast.Name(id=name) if name in LOCAL:
                yield name


def test_nothing_reads_words_for_people() -> None:
    found = {
        (path.relative_to(PACKAGE).as_posix(), what)
        for path in PACKAGE.rglob("*.py")
        for what in readings(path.read_text(encoding="utf-8"))
    }
    assert found == set(EXCEPTIONS)


@pytest.mark.parametrize("code", ['entry.text.startswith("an NCCO ")', 'failure.split(": ")', 'reply.place.split(":")'])
def test_what_counts(code: str) -> None:
    assert bool(list(readings(code))) is ("place" not in code)
