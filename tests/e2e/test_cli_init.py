"""`nccodsl init`: each example can be written, and what is suggested then works."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.e2e.in_process import run_here

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir())


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_here(folder, {"NCCODSL_STATE": str(folder.parent / f"{folder.name}-state")}, *arguments)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_written_and_its_commands_work(tmp_path: Path, name: str) -> None:
    written = _run(tmp_path, "init", "--example", name, "my call")
    assert written.returncode == 0, written.stderr
    assert _contents(tmp_path / "my call") == _contents(EXAMPLES / name)
    commands = re.findall(r"^  nccodsl (.*)$", written.stderr, re.M)
    assert len(commands) >= 2
    for command in commands:
        done = _run(tmp_path, *shlex.split(command))
        assert done.returncode == 0, f"{command}: {done.stderr}"


def test_an_example_goes_to_the_current_folder(tmp_path: Path) -> None:
    assert _run(tmp_path, "init", "--example", "two-factor-code").returncode == 0
    assert "script.call" in _contents(tmp_path)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "vars.json").write_text("{}")
    refused = _run(tmp_path, "init", "--example", "two-factor-code")
    assert refused.returncode == 2
    assert "vars.json" in refused.stderr
    assert _contents(tmp_path) == {"vars.json": b"{}"}


def test_examples_are_listed(tmp_path: Path) -> None:
    listed = _run(tmp_path, "init", "--list")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == NAMES
    assert all(len(line.split()) > 4 for line in listed.stdout.splitlines())
    assert _contents(tmp_path) == {}


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("two-factor", "did you mean `two-factor-code`?"),
        ("TWO-FACTOR-CODE", "did you mean `two-factor-code`?"),
        ("zzz", "run `nccodsl init --list`"),
        ("../examples", "run `nccodsl init --list`"),
        ("", "run `nccodsl init --list`"),
    ],
)
def test_an_unknown_example_is_an_error(tmp_path: Path, name: str, help: str) -> None:
    refused = _run(tmp_path, "init", "--example", name)
    assert refused.returncode == 2
    assert "E302" in refused.stderr
    assert help in refused.stderr
    assert _contents(tmp_path) == {}
