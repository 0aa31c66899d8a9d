"""`nccodsl fmt`: what it writes, prints, and leaves alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from nccodsl.cli import fmt as formatting_of_files
from nccodsl.cli.output import CannotWrite
from nccodsl.syntax.formatter import format_and_prove
from tests.e2e.in_process import invoke

UGLY, FINE = 'talk    "é"  # hello\n', 'talk "é"  # hello\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {"ugly.call": UGLY, "below/fine.call": FINE, "below/wrong.call": 'talk "x\n'}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def run(*args: str, input: str | bytes | None = None) -> Result:
    return invoke("fmt", *args, input=input)


def test_files_are_written_in_their_place(here: Path) -> None:
    result = run("ugly.call")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "formatted ugly.call\n1 file formatted\n"
    assert (here / "ugly.call").read_text("utf-8") == FINE
    assert run("ugly.call").stderr == "1 file unchanged\n"


def test_of_a_folder_all_scripts_and_the_wrong_one_is_left(here: Path) -> None:
    result = run(".")
    assert result.exit_code == 1
    assert "E102" in result.stderr
    assert result.stderr.endswith("1 file formatted, 1 unchanged, 1 not formatted\n")
    assert (here / "below/wrong.call").read_text() == 'talk "x\n'
    assert (here / "ugly.call").read_text("utf-8") == FINE


def test_check_writes_nothing(here: Path) -> None:
    result = run("--check", "ugly.call", "below/fine.call")
    assert (result.exit_code, result.stderr) == (1, "would format ugly.call\n1 file would change, 1 unchanged\n")
    assert (here / "ugly.call").read_text("utf-8") == UGLY
    assert run("--check", "below/fine.call").exit_code == 0


def test_diff_shows_what_would_change(here: Path) -> None:
    (here / "ugly.call").write_bytes(b'talk  "x"')
    result = run("--diff", "ugly.call")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == ["--- ugly.call", "+++ ugly.call (formatted)"]
    assert '-talk  "x"\n\\ No newline at end of file\n+talk "x"\n' in result.stdout
    assert run("--diff", "--check", "ugly.call").exit_code == 1
    assert (here / "ugly.call").read_bytes() == b'talk  "x"'


def test_standard_input_goes_to_standard_output() -> None:
    assert run("-", input=UGLY).stdout == FINE
    assert run("-", "--check", input=UGLY).exit_code == 1
    assert run("-", "--check", input=UGLY).stdout == ""
    assert "would format <stdin>" in run("-", "--check", input=UGLY).stderr
    wrong = run("-", input="tlak")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "<stdin>:1:1" in wrong.stderr
    assert run("-", input="").stdout == ""


def test_width_mark_and_line_ends(here: Path) -> None:
    (here / "dos.call").write_bytes(b"\xef\xbb\xbf" + b'talk   "x" style=2\r\n\r\n\r\nwait 1s')
    assert run("dos.call", "--width", "12").exit_code == 0
    assert (here / "dos.call").read_bytes() == b"\xef\xbb\xbf" + b'talk "x"\r\n  style=2\r\n\r\nwait 1s\r\n'
    assert run("dos.call", "--width", "0").exit_code == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_of_a_folder_only_files_are_read(here: Path) -> None:
    os.mkfifo(here / "pipe.call")
    (here / "below/wrong.call").unlink()
    assert run(".").stderr.endswith("1 file formatted, 1 unchanged\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_file_is_not_written_in_place(here: Path) -> None:
    os.mkfifo(here / "pipe.call")
    result = run("pipe.call", "ugly.call")
    assert result.exit_code == 1
    assert "pipe.call is not a regular file" in result.stderr
    assert result.stderr.endswith("1 file formatted, 1 not formatted\n")


def test_a_file_that_cannot_be_written_lets_the_others_go_on(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str | None, data: bytes) -> None:
        if path == "ugly.call":
            raise CannotWrite(path, OSError(30, "Read-only file system"))
        Path(str(path)).write_bytes(data)

    (here / "other.call").write_text(UGLY, encoding="utf-8")
    monkeypatch.setattr(formatting_of_files, "write_whole", refuse)
    result = run("ugly.call", "other.call")
    assert result.exit_code == 1
    assert "cannot write ugly.call: Read-only file system" in result.stderr
    assert (here / "other.call").read_text("utf-8") == FINE


def test_a_folder_that_cannot_be_read_is_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def walk(folder: str, onerror: Callable[[OSError], None]) -> Iterator[tuple[str, list[str], list[str]]]:
        onerror(PermissionError(13, "Permission denied", "below"))
        return iter(())

    monkeypatch.setattr(os, "walk", walk)
    result = run("--check", ".")
    assert result.exit_code == 2
    assert "cannot read below: Permission denied" in result.stderr


def test_lines_of_a_diff_end_at_line_feeds_alone(here: Path) -> None:
    (here / "ugly.call").write_text('talk "a\u2028b"  # \f\ntalk    "y"\n', encoding="utf-8")
    assert "No newline" not in run("--diff", "ugly.call").stdout


def test_a_link_stays_a_link(here: Path) -> None:
    (here / "link.call").symlink_to("ugly.call")
    assert run("link.call").exit_code == 0
    assert (here / "link.call").is_symlink()
    assert (here / "ugly.call").read_text("utf-8") == FINE


def test_wrong_usage(here: Path) -> None:
    (here / "empty").mkdir()
    assert "no *.call files in empty" in run("empty").stderr
    assert run("none.call").exit_code == 2
    assert run("-", "-").exit_code == 2


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ('talk "other"\n', "what it means"),
        ('talk "é"\n', "its comments"),
        ('talk  "é"  # hello\n', "twice"),
        ("tlak\n", "what it means"),
    ],
)
def test_our_own_mistake_leaves_the_file_alone(
    here: Path, monkeypatch: pytest.MonkeyPatch, printed: str, why: str
) -> None:
    real = format_and_prove._printed
    first = iter([printed])
    monkeypatch.setattr(format_and_prove, "_printed", lambda *args: next(first, None) or real(*args))
    result = run("ugly.call", "below/fine.call")
    assert result.exit_code == 70
    assert why in result.stderr
    assert "please report it" in result.stderr
    assert result.stderr.endswith("1 file unchanged, 1 not formatted\n")
    assert (here / "ugly.call").read_text("utf-8") == UGLY
