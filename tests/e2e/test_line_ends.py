"""Scripts with the line ends and paths of Windows mean and say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import nccodsl
from nccodsl.diagnostics.printers import printer
from tests.e2e.in_process import run_here

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(ROOT.glob("examples/*/script.call"))
WRONG = """\
param name: text  # who is called
param vip: boolean = false

call {
  to   phone 14155550101
  from phone 14155550100
}

talk \"\"\"
  Hello {{ name }},
  your order {{ name | titel }} is ready.
  \"\"\" style=2
if {{ vip }} {
  talk "Thank you." levl=1
}
wait 99h
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The same wrong script twice, and a good one that includes another."""
    for name, end in (("unix", "\n"), ("dos", "\r\n")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "wrong.call").write_bytes(WRONG.replace("\n", end).encode())
        (folder / "good.call").write_bytes(
            f'include "parts/bye.call"{end}step main {{{end}  -> bye{end}}}{end}'.encode()
        )
        (folder / "parts").mkdir()
        (folder / "parts" / "bye.call").write_bytes(f'step bye {{ talk "Bye." }}{end}'.encode())
    return tmp_path


@pytest.mark.parametrize("form", ["json", "sarif", "github", "text"])
def test_problems_have_the_same_places(scripts: Path, form: str) -> None:
    unix, dos = (run_here(scripts / name, {}, "check", "wrong.call", "--format", form) for name in ("unix", "dos"))
    assert unix.returncode == dos.returncode == 1
    if form == "json":
        found = json.loads(dos.stdout)["diagnostics"]
        places = [(one["code"], one["line"], one["column"]) for one in found]
        assert places == [("E603", 11, 24), ("E202", 14, 21), ("W019", 16, 6)]
    assert (dos.stdout, dos.stderr) == (unix.stdout, unix.stderr)


def test_they_compile_to_the_same(scripts: Path) -> None:
    unix, dos = (run_here(scripts / name, {}, "compile", "good.call").stdout for name in ("unix", "dos"))
    assert json.loads(dos) == [{"action": "talk", "text": "Bye."}]
    assert dos == unix


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.parent.name)
def test_an_example_is_read_and_formatted_alike(tmp_path: Path, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    (tmp_path / "unix.call").write_bytes(text.encode())
    (tmp_path / "dos.call").write_bytes(text.replace("\n", "\r\n").encode())
    described = [run_here(tmp_path, {}, "describe", name).stdout for name in ("unix.call", "dos.call")]
    assert described[0] == described[1] != ""
    assert run_here(tmp_path, {}, "fmt", "--check", "dos.call").returncode == 0
    squeezed = text.replace("  from", "   from").replace("\n", "\r\n")
    (tmp_path / "dos.call").write_bytes(squeezed.encode())
    assert run_here(tmp_path, {}, "fmt", "dos.call").returncode == 0
    assert (tmp_path / "dos.call").read_bytes() == text.replace("\n", "\r\n").encode()


def test_the_columns_of_a_template_count_no_line_end() -> None:
    found = nccodsl.check('talk """\r\n  {{ a }}\r\n  {{ b | titel }}\r\n  """')
    assert [(one.code, one.start) for one in found] == [("E603", (3, 10))]


@pytest.mark.parametrize("name", ["parts\\menu.call", "C:\\calls\\menu.call"])
def test_a_path_is_shown_as_it_is_given(name: str) -> None:
    found = nccodsl.check("tlak\n", name=name)
    assert f"--> {name}:1:1\n" in printer("text")(found)
    assert json.loads(printer("json")(found))["diagnostics"][0]["file"] == name
