"""`nccodsl graph` as a command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.e2e.in_process import invoke


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hello.call").write_text('talk "Hé"\n', encoding="utf-8")
    return tmp_path


def run(*args: str, input: str | None = None) -> Result:
    return invoke("graph", *args, input=input)


def test_the_formats(here: Path) -> None:
    assert "flowchart TB" in run("hello.call").stdout
    assert run("hello.call", "--format", "mermaid").stdout == run("hello.call").stdout
    assert run("hello.call", "--format", "dot").stdout.startswith("digraph call {")
    assert json.loads(run("-", "--format", "json", input='talk "Hi"').stdout)["nodes"][1]["file"] == "<stdin>"
    assert run("hello.call", "--format", "dot", "-o", "out.dot").stdout == ""
    assert "says “Hé”" in (here / "out.dot").read_text(encoding="utf-8")


def test_what_is_wrong_is_told(here: Path) -> None:
    (here / "wrong.call").write_text("tlak\n")
    result = run("wrong.call", "-o", "out.mmd")
    assert result.exit_code == 1
    assert "wrong.call:1:1" in result.stderr
    assert not (here / "out.mmd").exists()
    assert run("hello.call", "--format", "png").exit_code == 2
    over = run("hello.call", "-o", "hello.call")
    assert over.exit_code == 2
    assert "cannot be the output file" in over.stderr
