"""A command line that is read without click gives the record that click makes of it."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import click
import pytest

from nccodsl.cli import check, compile, fmt
from nccodsl.cli.main import cli
from nccodsl.cli.plain import FLAGS, plain_line, run_plain

RUN = {"compile": (compile, "compile_script"), "check": (check, "check_scripts"), "fmt": (fmt, "format_files")}


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.call", "b.call"):
        Path(name).write_text("")


def _lines() -> list[list[str]]:
    lines = [
        [command, "a.call", *given]
        for command, flags in FLAGS.items()
        for size in range(len(flags) + 1)
        for given in combinations(flags, size)
    ]
    pairs = ["--var", "n=1", "--var", " m =x=y", "--var", "n=2"]
    return [*lines, ["compile", *pairs, "a.call"], ["check", "a.call", "b.call", "a.call"], ["fmt", "b.call", "a.call"]]


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("arguments", _lines(), ids=" ".join)
def test_both_ways_give_the_same_record(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    module, function = RUN[arguments[0]]
    monkeypatch.setattr(module, function, lambda *record: given.append(record) or 0)
    line = plain_line(arguments)
    assert line is not None
    assert run_plain(line, None) == 0
    cli.main(arguments, standalone_mode=False)
    assert given[0] == given[1]


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check"],
        ["check", "."],
        ["check", "-"],
        ["check", "no.call"],
        ["check", "a.call", "--format", "json"],
        ["check", "--strict=1", "a.call"],
        ["compile", "a.call", "b.call"],
        ["compile", "a.call", "--var"],
        ["compile", "a.call", "--var", "n"],
        ["compile", "a.call", "--var", " =1"],
        ["compile", "a.call", "-o", "b.call"],
        ["compile", "--", "a.call"],
        ["fmt", "a.call", "--help"],
        ["serve", "a.call"],
        ["a.call"],
    ],
    ids=" ".join,
)
def test_what_is_left_to_click(arguments: list[str]) -> None:
    assert plain_line(arguments) is None


def test_completion_is_left_to_click(there: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_NCCODSL_COMPLETE", "bash_source")
    assert plain_line(["check", "a.call"]) is None


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("command", FLAGS)
def test_a_plain_line_imports_neither_click_nor_lark_nor_jinja(command: str) -> None:
    Path("a.call").write_text(
        'call {\n  to phone 14155550100\n  from phone 14155550101\n}\nstep main {\n  talk "Hello"\n}\n'
    )
    code = (
        f"import sys; sys.argv = ['nccodsl', {command!r}, 'a.call']\n"
        "from nccodsl.__main__ import main\n"
        "try: main()\n"
        "finally: print(sorted({'click', 'lark', 'jinja2'} & {*sys.modules}), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr.splitlines()[-1] == "[]", run.stderr


def test_click_knows_each_flag() -> None:
    for command, flags in FLAGS.items():
        found = cli.get_command(click.Context(cli), command)
        assert found is not None
        names = {name for one in found.params for name in one.opts}
        assert flags.keys() <= names
