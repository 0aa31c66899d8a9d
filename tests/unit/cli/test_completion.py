"""What a shell offers on TAB."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from nccodsl.cli.emulation_help import PERSONAS
from nccodsl.cli.init import examples
from nccodsl.cli.main import COMMANDS, cli
from nccodsl.emulator.core.faults import FAULTS
from nccodsl.emulator.personas.persona import BUILT_IN
from tests.e2e.in_process import run_here


def offered(*words: str) -> list[str]:
    """What is offered for the last word."""
    shell = ShellComplete(cli, {}, "nccodsl", "_NCCODSL_COMPLETE")
    return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "sub").mkdir()
    for name in ("menu.call", "main.call", "vars.json", ".hidden.call", "sub/inner.call"):
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_commands_and_options() -> None:
    assert offered("") == list(COMMANDS)
    assert offered("calls", "stop") == ["stop-stream", "stop-talk"]
    assert offered("check", "--f") == ["--format", "--fix"]


@pytest.mark.parametrize(
    "command", ["check", "fmt", "test", "compile", "call", "simulate", "graph", "describe", "serve"]
)
def test_scripts(folder: Path, command: str) -> None:
    assert offered(command, "") == ["main.call", "menu.call", "sub/"]
    assert offered(command, "me") == ["menu.call"]
    assert offered(command, "sub/") == ["sub/inner.call"]


def test_the_shell_completes_what_is_no_script(folder: Path) -> None:
    shell = ShellComplete(cli, {}, "nccodsl", "_NCCODSL_COMPLETE")
    for words, start in (
        (["check"], "su"),
        (["check"], "no/such/"),
        (["validate"], "v"),
        (["call", "--persona"], "./v"),
    ):
        assert [(item.value, item.type) for item in shell.get_completions(words, start)] == [(start, "file")]


def test_codes() -> None:
    assert offered("explain", "E30")[:2] == ["E301", "E302"]
    assert offered("explain", "e304") == ["E304"]
    assert "unknown-option" in offered("explain", "unknown-")


def test_files_of_the_library() -> None:
    assert offered("explain", "std")[:2] == ["std", "std/amount"]
    assert offered("explain", "std/conf") == ["std/confirm"]


def test_examples() -> None:
    assert offered("init", "--example", "") == list(examples())
    assert offered("init", "--example", "ivr") == [name for name in examples() if name.startswith("ivr")]


@pytest.mark.parametrize("command", ["call", "simulate", "emulator"])
def test_personas(command: str) -> None:
    assert offered(command, "--persona", "") == list(BUILT_IN)
    assert offered(command, "--persona", "v") == ["voicemail"]


def test_faults() -> None:
    assert offered("emulator", "--fault", "lo") == ["lose", "lose-answer"]


def test_the_help_lists_personas_and_faults(tmp_path: Path) -> None:
    assert list(PERSONAS) == list(BUILT_IN)
    for command, names in (("emulator", [*BUILT_IN, *FAULTS]), ("call", [*BUILT_IN]), ("simulate", [*BUILT_IN])):
        text = run_here(tmp_path, {}, command, "--help").stdout
        assert [name for name in names if f"\n  {name} " not in text] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(tmp_path: Path, shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.shell_completion.BashComplete._check_version", lambda *_: None)
    done = run_here(tmp_path, {"_NCCODSL_COMPLETE": f"{shell}_source"})
    assert done.returncode == 0
    assert "_NCCODSL_COMPLETE" in done.stdout
