"""`nccodsl simulate` as a command: piped lines, a terminal, personas, replies, transcripts, and being wrong."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nccodsl.cli.main import cli

MENU = """param name: text = "friend"
step main {
  talk "Hello {{ name }}. Press 1." barge_in=true
  input dtmf max_digits=1 {
    on "1" -> account
    retry 1 "Sorry."
    otherwise { talk "Goodbye." }
  }
}
step account {
  fetch "https://crm.example.com/a?id=1" as account { on error { talk "Nothing found." hangup } }
  talk "You have {{ account.points }} points."
}
"""
PLACED = 'call { to phone 14155550101  from phone 14155550100 }\ntalk "Hi." connect phone 14155550102'
FAILS = 'step main { talk "Hi." fetch "https://x.example.com/" as found  talk "{{ found }}." }'
REPLY = 'https://crm.example.com/a?id=1={"points": 7}'


def run(*arguments: str, **more: object) -> Result:
    return CliRunner().invoke(cli, ["simulate", *arguments], **more)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {"menu.call": MENU, "placed.call": PLACED, "fails.call": FAILS}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_lines_come_from_standard_input(folder: Path) -> None:
    done = run("menu.call", "--var", "name=Ann", input='2\n1\n{"points": 3}\n')
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert "— main (menu.call:3)" in lines
    assert "— account (menu.call:11)" in lines
    said = [line.split("hears ")[1] for line in lines if "hears " in line]
    assert said == ["“Hello Ann. Press 1.”", "“Sorry.”", "“Hello Ann. Press 1.”", "“You have 3 points.”"]
    assert lines[-1].startswith("phone 14155550101: completed after")


def test_a_reply_may_be_json_or_a_file_or_an_error(folder: Path) -> None:
    (folder / "points.json").write_text('{"points": 9}')
    assert "You have 7 points" in run("menu.call", "--reply", REPLY, input="1\n").output
    assert "You have 9 points" in run("menu.call", "--reply", "https://crm.*=points.json", input="1\n").output
    assert "Nothing found" in run("menu.call", "--reply", "https://crm.*=error", input="1\n").output


def test_a_persona_holds_the_phone(folder: Path) -> None:
    (folder / "ann.yaml").write_text('does: [{hears: "press 1", press: 1}]\n')
    done = run("menu.call", "--persona", "ann.yaml", "--reply", REPLY, input="never read\n")
    assert done.exit_code == 0
    assert "You have 7 points" in done.output
    busy = run("placed.call", "--persona", "busy")
    assert busy.exit_code == 0
    assert "phone 14155550101: busy" in busy.output


def test_who_is_connected_is_asked(folder: Path) -> None:
    done = run("placed.call", input="busy\n")
    assert "phone 14155550102: busy" in done.output


def test_a_transcript_as_text(folder: Path) -> None:
    done = run("menu.call", "--transcript", "call.txt", input="2\n2\n")
    assert done.exit_code == 0
    text = (folder / "call.txt").read_text()
    assert text.startswith("menu.call\n\n")
    assert "— main (menu.call:3)\n" in text
    assert "hears “Sorry.”  (menu.call:6)\n" in text
    assert "presses 2\n" in text
    assert "call.txt" in done.stderr


def test_a_transcript_as_json(folder: Path) -> None:
    run("menu.call", "--transcript", "call.json", input="2\n2\n")
    document = json.loads((folder / "call.json").read_text())
    assert document["outcome"] == "completed"
    rows = [(row["kind"], row.get("step"), row.get("line")) for row in document["transcript"]]
    assert ("hears", "main", 3) in rows
    assert ("hears", "main", 6) in rows
    assert [row["keys"] for row in document["transcript"] if row["kind"] == "presses"] == ["2", "2"]


def test_a_flow_that_fails_is_told_at_its_line(folder: Path) -> None:
    done = run("fails.call", "--reply", "*=error")
    assert done.exit_code == 1
    assert "error[E801]" in done.stderr
    assert "fails.call:1" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("nowhere.call",), 2, "nowhere.call"),
        (("menu.call", "--persona", "nobody"), 2, "nobody"),
        (("menu.call", "--reply", "https://x.example.com"), 2, "URL=REPLY"),
        (("menu.call", "--reply", "https://x.example.com={"), 2, "URL=REPLY"),
        (("menu.call", "--transcript", "no/such/folder/call.txt"), 2, "no/such/folder"),
        (("menu.call", "--transcript", "menu.call"), 2, "cannot be the output file"),
        (("menu.call", "--var", "nme=Ann"), 1, "E212"),
    ],
)
def test_wrong_usage(folder: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = run(*arguments, input="1\n")
    assert done.exit_code == code, done.output
    assert says in done.output
    assert "hears" not in done.output, "nobody is called before the wrong usage is told"
    assert (folder / "menu.call").read_text() == MENU


def test_without_standard_input_there_is_silence(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nccodsl", "simulate", "menu.call"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "Goodbye" in done.stdout


class Terminal:
    """A process at a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "dumb"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nccodsl", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs)
        os.set_blocking(self._ours, False)
        self.seen = ""

    def until(self, text: str) -> None:
        deadline = time.monotonic() + 60
        while text not in self.seen:
            assert time.monotonic() < deadline, f"{text!r} does not come: {self.seen!r}"
            try:
                self.seen += os.read(self._ours, 65536).decode()
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:  # it has ended
                assert text in self.seen, self.seen
                return

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def close(self) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(60)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


def test_at_a_terminal(folder: Path) -> None:
    with Terminal("simulate", "menu.call") as terminal:
        terminal.until("keys> ")
        assert "`bye` hangs up" in terminal.seen
        terminal.type("where\n")
        terminal.until("step main, menu.call:4")
        terminal.type("!1\n")
        terminal.until("the script fetches https://crm.example.com/a?id=1")
        terminal.until("JSON> ")
        terminal.type('{"points": 5}\n')
        terminal.until("You have 5 points.")
        terminal.until("completed after")
        assert "cut short" in terminal.seen
        assert terminal.close() == 0


def test_the_end_of_the_input_hangs_up(folder: Path) -> None:
    with Terminal("simulate", "menu.call") as terminal:
        terminal.until("keys> ")
        terminal.type("\x04")
        terminal.until("hung up by the caller")
        assert terminal.close() == 0


def test_an_interruption_leaves_a_whole_transcript(folder: Path) -> None:
    with Terminal("simulate", "menu.call", "--transcript", "call.json") as terminal:
        terminal.until("keys> ")
        os.kill(terminal.process.pid, signal.SIGINT)
        terminal.until("call.json")
        assert terminal.close() == 130
        assert json.loads((folder / "call.json").read_text())["transcript"]
        assert "Traceback" not in terminal.seen
