"""`nccodsl check --watch` as a process: what it prints when files change, come and go, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "nccodsl", "check"]
GOOD = 'talk "Hello."\n'
BAD = "step main {\n  tlak\n}\n"
PARTS = 'step parts { talk "Parts." }\n'
MAIN = 'include "lib/parts.call"\nstep main { -> parts }\n'
_PATIENCE = 60.0


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return {**kept, "PYTHONPATH": str(ROOT)}


class Watched:
    """The process, and what it prints: a line of JSON for each run."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [*COMMAND, "--watch", "--format", "json", *arguments]
        self.process = subprocess.Popen(
            command, cwd=folder, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._left = b""

    def run(self) -> dict[str, Any]:
        """The next line."""
        assert self.process.stdout is not None
        while b"\n" not in self._left:
            self._left += _read(self.process.stdout)
        line, _, self._left = self._left.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    def until(self, *codes: str) -> dict[str, Any]:
        """The next line with these codes, in order: a change may be seen in two steps."""
        while True:
            found = self.run()
            if [one["code"] for one in found["diagnostics"]] == list(codes):
                return found


def _read(stream: IO[bytes]) -> bytes:
    assert select.select([stream], [], [], _PATIENCE)[0], "nothing was printed"
    data = os.read(stream.fileno(), 65536)
    assert data, "the process has ended"
    return data


@contextmanager
def watching(folder: Path, *arguments: str) -> Iterator[Watched]:
    watched = Watched(folder, *arguments)
    try:
        yield watched
        watched.process.send_signal(signal.SIGINT)
        out, err = watched.process.communicate(timeout=_PATIENCE)
        assert (watched.process.returncode, out, err) == (0, b"", b"")
    finally:
        watched.process.kill()
        watched.process.communicate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "parts.call").write_text(PARTS)
    (tmp_path / "main.call").write_text(MAIN)
    return tmp_path


def test_each_change_is_checked(folder: Path) -> None:
    with watching(folder) as watched:
        first = watched.run()
        assert (first["files"], first["errors"], first["warnings"], first["diagnostics"]) == (2, 0, 0, [])
        (folder / "main.call").write_text(MAIN.replace("-> parts", "-> part"))
        found = watched.until("E201")["diagnostics"][0]
        assert (found["file"], found["line"]) == ("./main.call", 2)
        (folder / "main.call").write_text(MAIN)
        watched.until()


def test_includes_are_watched(folder: Path) -> None:
    with watching(folder, "main.call") as watched:
        assert watched.run()["files"] == 1
        (folder / "lib" / "parts.call").write_text(PARTS.replace("step parts", "step others"))
        watched.until("E201")
        (folder / "lib" / "parts.call").unlink()
        watched.until("E208")
        (folder / "lib" / "parts.call").write_text(PARTS)
        watched.until()


def test_translations_are_watched_before_they_are_there(folder: Path) -> None:
    (folder / "main.call").write_text('languages en-GB, de-DE\nstep main { talk "Hello." }\n')
    with watching(folder, "main.call") as watched:
        watched.until("W049")
        (folder / "locale").mkdir()
        (folder / "locale" / "de-DE.po").write_text('msgid "Hello."\nmsgstr "Hallo."\n')
        watched.until()


def test_scripts_come_and_go(folder: Path) -> None:
    (folder / "later.call").write_text(GOOD)
    with watching(folder, "lib", "later.call") as watched:
        assert watched.run()["files"] == 2
        (folder / "later.call").unlink()
        watched.until("E110")
        (folder / "later.call").write_text(GOOD)
        watched.until()
        (folder / "lib" / "new.call").write_text(BAD)
        assert watched.until("E104")["files"] == 3
        (folder / "lib" / "new.call").unlink()
        assert watched.until()["files"] == 2
        (folder / "later.call").write_bytes(b"\xff")
        watched.until("E110")


def test_a_folder_that_cannot_be_read_for_a_while_ends_nothing(folder: Path) -> None:
    with watching(folder) as watched:
        watched.run()
        (folder / "deep").mkdir()
        _deepen(folder / "deep")
        found = watched.until("E110")
        assert "cannot read" in found["diagnostics"][0]["message"]
        assert found["files"] == 2
        (folder / "lib" / "parts.call").write_text(BAD)
        assert "E104" in [one["code"] for one in watched.run()["diagnostics"]]
        (folder / "lib" / "parts.call").write_text(PARTS)
        shutil.rmtree(folder / "deep")
        watched.until()


def _deepen(folder: Path) -> None:
    """Make folders so deep that their path is longer than the system reads."""
    number = os.open(folder, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=number)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=number)
        os.close(number)
        number = inner
    os.close(number)


@pytest.mark.slow
def test_what_it_finds_is_what_check_finds(folder: Path) -> None:
    """Also with syntax errors, which may end elsewhere in a text that was edited."""
    texts = (BAD, MAIN + BAD.replace("main", "more"), MAIN.replace("}", ""), GOOD, MAIN + 'talk "\n')
    with watching(folder) as watched:
        watched.run()
        for text in texts:
            (folder / "main.call").write_text(text)
            command = [*COMMAND, "--format", "json"]
            done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, check=False)
            wanted = json.loads(done.stdout)["diagnostics"]
            while watched.run()["diagnostics"] != wanted:
                pass


def test_text_has_a_time_and_a_count(folder: Path) -> None:
    """On a terminal, the screen is cleared first; into a pipe, nothing is sent that a terminal would obey."""
    (folder / "main.call").write_text(BAD)
    command = [*COMMAND, "--watch"]
    with subprocess.Popen(command, cwd=folder, env=_environment(), stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        told = b""
        while b"Ctrl-C" not in told:
            told += _read(process.stderr)
        process.send_signal(signal.SIGINT)
        assert process.wait(_PATIENCE) == 0
    assert b"\x1b" not in told
    assert b"error[E104]" in told
    lines = told.decode().splitlines()
    assert lines[-2][2] == lines[-2][5] == ":"
    assert lines[-2][8:].startswith("  1 error")
    assert lines[-1] == "watching 2 files; press Ctrl-C to stop"
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=folder, env=_environment(), stderr=theirs) as process:
        os.close(theirs)
        told = b""
        with os.fdopen(ours, "rb") as terminal:
            while b"Ctrl-C" not in told:
                told += _read(terminal)
            process.send_signal(signal.SIGINT)
            assert process.wait(_PATIENCE) == 0
    assert told.startswith(b"\x1b[2J")


@pytest.mark.parametrize("more", [["-"], ["--fix"], ["--unsafe-fixes"], ["--format", "sarif"]])
def test_what_cannot_be_combined_is_refused(folder: Path, more: list[str]) -> None:
    command = [*COMMAND, "--watch", *more]
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, check=False, timeout=_PATIENCE)
    assert done.returncode == 2
    assert b"--watch" in done.stderr
    assert b"Traceback" not in done.stderr
