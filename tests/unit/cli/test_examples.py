"""The examples in the help of commands: each command has some, and each does what it is an example of."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
from pathlib import Path

import pytest

from nccodsl.cli.examples import EXAMPLES
from tests.e2e.in_process import run_here
from tests.unit.cli.test_commands import EVERY

ROOT = Path(__file__).parents[3]
ONLY_READ = {"calls", "shaken", "emulator", "serve"}
"""Commands that need an account or a key, or run until they are stopped: their arguments are parsed, and no more."""
ACCOUNT = {"--wait", "--dry-run"}
"""Options of examples that need an account."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What `nccodsl init` writes, what it compiles to, and an interactive script."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    run_here(tmp_path, environment, "init", ".")
    shutil.copy(ROOT / "examples" / "ivr-with-voicemail" / "script.call", tmp_path / "menu.call")
    for name, more in (("ncco.json", ()), ("call.json", ("--call", "--api", "v1"))):
        done = run_here(tmp_path, environment, "compile", "reminder.call", "--vars", "vars.json", *more)
        (tmp_path / name).write_text(done.stdout)
    return tmp_path


def test_every_command_has_examples() -> None:
    assert set(EXAMPLES) == set(EVERY)


@pytest.mark.parametrize("example", [one for examples in EXAMPLES.values() for one in examples])
def test_an_example_runs(folder: Path, example: str) -> None:
    program, name, *arguments = shlex.split(example)
    assert program == "nccodsl"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "NCCODSL_STATE": str(folder / "state")}
    if name in ONLY_READ or ACCOUNT & set(arguments):
        whole = f"{name} {arguments[0]}" if arguments and f"{name} {arguments[0]}" in EVERY else name
        assert example in EXAMPLES[whole]
        rest = arguments[len(whole.split()) - 1 :]
        with contextlib.chdir(folder):
            EVERY[whole].make_context(whole, rest[: rest.index("<")] if "<" in rest else rest)
        return
    before = set(folder.iterdir())
    done = run_here(folder, environment, name, *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout or done.stderr or set(folder.iterdir()) > before


def test_the_help_shows_them(folder: Path) -> None:
    done = run_here(folder, {"PATH": os.environ["PATH"]}, "check", "--help")
    for example in EXAMPLES["check"]:
        assert f"\n  {example}\n" in done.stdout
    assert f"\n  {EXAMPLES['calls list'][0]}\n" in run_here(folder, {}, "calls", "list", "--help").stdout
