"""The README tells the truth: every command in it is run, and its output is what is shown.

`pytest --accept` puts what really comes out into the README.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CONSOLE = re.compile(r"(```console\n)(.*?)(```)", re.S)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the README speaks of."""
    for file in (ROOT / "tests" / "data" / "readme").iterdir():
        shutil.copy(file, tmp_path)
    for name in ("script.call", "vars.json"):
        shutil.copy(ROOT / "examples" / "appointment-reminder" / name, tmp_path)
    shutil.copy(ROOT / "examples" / "on-call-list" / "script.call", tmp_path / "on-call.call")
    for name in ("hello.call", "menu.call"):
        script = re.search(rf"```call\n(# {re.escape(name)}\n.*?)```", README.read_text(encoding="utf-8"), re.S)
        assert script
        (tmp_path / name).write_text(script[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _output(command: str, folder: Path) -> str:
    program, *arguments = shlex.split(command)
    assert program == "nccodsl"
    done = subprocess.run(
        [sys.executable, "-m", "nccodsl", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    # How long it took is another number each time.
    return re.sub(r"in \d+\.\d\d s\b", "in 0.02 s", done.stdout + done.stderr)


def test_commands_print_what_is_shown(folder: Path, accept: bool) -> None:
    text = README.read_text(encoding="utf-8")
    blocks = CONSOLE.findall(text)
    assert len(blocks) >= 5

    def real(block: re.Match[str]) -> str:
        command = block[2].split("\n")[0].removeprefix("$ ")
        return f"{block[1]}$ {command}\n{_output(command, folder)}{block[3]}"

    now = CONSOLE.sub(real, text)
    if accept:
        README.write_text(now, encoding="utf-8")
        return
    assert now == text


def test_the_python_block_runs(folder: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


def test_the_first_screen_is_short() -> None:
    text = README.read_text(encoding="utf-8")
    assert text[: text.index("## Two commands")].count("\n") < 30
    assert "SPEED" not in text
