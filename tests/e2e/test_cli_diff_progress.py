"""`nccodsl diff` shows on a terminal how far it is, and nothing anywhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import nccodsl.cli.diff_progress
from nccodsl.__main__ import main

nccodsl.cli.diff_progress.PATIENCE = 0.0
main()
"""
SCRIPT = 'step main { input dtmf max_digits=1 { on "1" { talk "One." } otherwise -> main } }\n'


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    (tmp_path / "old.call").write_text(SCRIPT)
    (tmp_path / "new.call").write_text(SCRIPT.replace("One", "Two"))
    return [sys.executable, "-c", RUN, "diff", str(tmp_path / "old.call"), str(tmp_path / "new.call")]


def test_nothing_is_shown_where_no_terminal_is(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert "Two." in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_terminal_shows_how_far_it_is(command: list[str]) -> None:
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        try:
            while data := os.read(ours, 4096):
                shown += data
        except OSError:
            pass  # the other end is closed
        output, _ = process.communicate()
    os.close(ours)
    assert b"pairs of states compared" in shown
    assert b"pairs of states" not in output
    assert "Two." in output.decode()
