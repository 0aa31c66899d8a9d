"""`compile --rows`: every row a document or a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from nccodsl.cli.output import WholeFile
from nccodsl.documents.rows import MOST_BYTES_IN_LINE
from tests.e2e.in_process import invoke

SCRIPT = 'param name: text\nparam n: integer = 1\ntalk "{{ name }} {{ 6 // n }}"\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.call").write_text(SCRIPT)
    return tmp_path


def run(*args: str, input: bytes | None = None) -> Result:
    return invoke("compile", "s.call", "--rows", *args, input=input)


def texts(result: Result) -> list[str]:
    return [json.loads(line)[0]["text"] for line in result.stdout.splitlines()]


def test_rows_in_order_with_defaults_and_fills(here: Path) -> None:
    (here / "r.csv").write_text("\ufeffname,n,other\nAnn,2,x\nBob,,\n", encoding="utf-8")
    result = run("r.csv", "--var", "n=3")
    assert texts(result) == ["Ann 3", "Bob 2"]
    assert result.stderr == "note: column `other` matches no param; ignored\n"
    assert result.exit_code == 0


def test_failing_rows_are_told_and_the_others_go_on(here: Path) -> None:
    (here / "r.csv").write_text('name,n\n"A\nnn",1\nBob,x\n\nCy,0\nD\n')
    result = run("r.csv", "--errors", "e.jsonl", "-o", "out.jsonl")
    assert result.exit_code == 1
    assert (here / "out.jsonl").read_text() == '[{"action":"talk","text":"A\\nnn 6"}]\n'
    errors = [json.loads(line) for line in (here / "e.jsonl").read_text().splitlines()]
    assert [(error["line"], error["row"], error["column"], error["code"]) for error in errors] == [
        (4, 2, "n", "E315"),
        (6, 3, "n", "E606"),
        (7, 4, None, "E310"),
    ]
    lines = result.stderr.splitlines()
    assert lines[0].startswith("r.csv:4: column n: E315 ")
    assert lines[-1] == "1 compiled, 3 failed"


def test_json_lines(here: Path) -> None:
    (here / "r.jsonl").write_text('{"name": "Ann"}\n\n[1]\n{"name": "Bob", "n": NaN}\n{"name": "Cy", "x": 1}\n')
    result = run("r.jsonl")
    assert texts(result) == ["Ann 6", "Cy 6"]
    assert "r.jsonl:3: E301" in result.stderr
    assert "r.jsonl:4: E112" in result.stderr


@pytest.mark.parametrize("data", [b"name,n\nAnn,2\n", b'\n{"name": "Ann", "n": 2}\n', b'{"name": "Ann", "n": 2}'])
def test_standard_input(data: bytes) -> None:
    if data.startswith(b"\n"):
        data = data.lstrip()
    assert texts(run("-", input=data)) == ["Ann 3"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E314"),
        (b"\n\n", "E314"),
        (b"name,name\n", "E113"),
        (b"name;n\nAnn;1\n", "E313"),
        ("name\nAnn\n".encode("utf-16"), "E110"),
        (b"n\xe9\nAnn\n", "E110"),
    ],
)
def test_a_table_that_cannot_be_read_leaves_the_output_alone(here: Path, data: bytes, code: str) -> None:
    (here / "r.csv").write_bytes(data)
    (here / "out.jsonl").write_text("old")
    result = run("r.csv", "-o", "out.jsonl")
    assert result.exit_code == 1
    assert f"r.csv:{result.stderr.split(':')[1]}: {code} " in result.stderr
    assert (here / "out.jsonl").read_text() == "old"


def test_wrong_use_and_wrong_scripts(here: Path) -> None:
    (here / "r.csv").write_text("name\nAnn\n")
    assert run("r.csv", "--errors", "-").exit_code == 2
    assert run("r.csv", "-o", "r.csv").exit_code == 2
    assert "E212" in run("r.csv", "--var", "nam=1").stderr
    assert "E408" in run("r.csv", "--call").stderr


def test_many_rows_come_out_in_order_in_chunks(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "q.call").write_text('param name: text\nparam of: text\ntalk "Hello {{ name }} of {{ of }}"\n')
    cells = ["x" * 40 if number % 7 else '"a ""b"""' for number in range(5000)]
    (here / "r.csv").write_text("name,of\n" + "".join(f"{number},{cell}\n" for number, cell in enumerate(cells)))
    sizes: list[int] = []
    write = WholeFile.write
    monkeypatch.setattr(WholeFile, "write", lambda self, data: (sizes.append(len(data)), write(self, data))[1])
    result = invoke("compile", "q.call", "--rows", "r.csv")
    wanted = [cell if cell[0] == "x" else 'a "b"' for cell in cells]
    assert texts(result) == [f"Hello {number} of {cell}" for number, cell in enumerate(wanted)]
    assert 3 < len(sizes) < 50
    assert max(sizes) < 70_000


def test_what_comes_before_the_end_of_a_bad_table_is_written_to_standard_output(here: Path) -> None:
    (here / "q.call").write_text('param name: text\ntalk "Hello {{ name }}"\n')
    (here / "r.csv").write_bytes(b"name\nAnn\nBob\n" + b"x" * (MOST_BYTES_IN_LINE + 1) + b"\n")
    result = invoke("compile", "q.call", "--rows", "r.csv")
    assert result.exit_code == 1
    assert texts(result) == ["Hello Ann", "Hello Bob"]
