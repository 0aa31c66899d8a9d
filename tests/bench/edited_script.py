"""What an editor waits for in a script of 5,000 lines, against a whole check of it in the same run."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import nccodsl
from nccodsl.editor.document import Document
from nccodsl.editor.services.completions import completion
from nccodsl.editor.services.format_edits import formatting
from nccodsl.io.message_frames import frames

WANTED: dict[str, float | None] = {
    "open": None,
    "edit in a text": 0.18,
    "edit of what others read": None,
    "completion behind an edit": 0.11,
    "completion": 0.11,
    "format a small change": 0.18,
}
"""Of a whole check, in 95 of 100 cases: 50 and 30 ms where that takes 280 ms."""
START_WANTED = 18.0
"""Bare interpreters that the start up to the answer to `initialize` may take."""
MEMORY_WANTED = 150.0
"""MB of the server with 50 files of 200 lines, after many edits."""
_HEAD = """\
# A large telephone menu
param name:  text  = "friend"      "How the caller is addressed"
param agent: phone = "14155550123"
let greeting = "Hello {{ name | title }}"
defaults talk    language=en-GB style=2
defaults connect from=14155550100
"""
_STEP = """
# Menu number %(number)d: what it is about, in a sentence or two.
step %(name)s {
  if {{ visits == 1 }} { talk "{{ greeting }}. This is menu number %(number)d." barge_in=true }
  talk "Press 1 for sales, 2 for support, or 3 to hear this again." barge_in=true
  input dtmf speech
    max_digits=1
    timeout=5s
    context=["sales", "support", "again"]
    end_on_silence=1.5s
    as choice%(number)d
  {
    on "1", "sales" {
      talk "You have chosen sales, {{ name }}."
      connect phone {{ agent }} timeout=20s {
        on busy, timeout, rejected, failed, unanswered {
          talk "Nobody can take your call now."
          -> %(next)s
        }
      }
    }
    on "2", "support" -> %(next)s
    on "3", "again"   -> %(name)s
    retry 2 "Sorry, I did not catch that."
    otherwise         -> bye
  }
}
"""
_END = '\nstep bye {\n  talk "Goodbye, {{ name }}."\n  hangup\n}\n'


def large_script(steps: int) -> str:
    """A script of about 27 lines for each step."""
    names = ["main", *(f"s{number}" for number in range(1, steps)), "bye"]
    parts = [_STEP % {"number": number, "name": names[number], "next": names[number + 1]} for number in range(steps)]
    return "".join([_HEAD, *parts, _END])


_IN_A_TEXT = ("Nobody can", "N")
_OF_OTHERS = (("let gree", "x"), ("\nstep s", "x"), ("as ch", "x"), ("speech\n", "{"))
"""Where something is typed, and what: in a text; and a value, a step, a name and a bracket."""
Work = Callable[[], object]


class _Clock:
    """Milliseconds of processor time by what was done."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {}

    def measure(self, what: str, work: Work) -> Any:
        start = time.process_time()
        done = work()
        self.taken.setdefault(what, []).append((time.process_time() - start) * 1000)
        return done


def waits(steps: int, rounds: int) -> tuple[float, dict[str, tuple[float, float]]]:
    """Milliseconds of processor time: a whole check (p50), and p50 and p95 of each thing that is waited for.

    In each round, all is done once or some times, at another place of the script.
    """
    text, clock = large_script(steps), _Clock()
    document = Document("large.call", text)
    assert not document.findings
    formatting(document)
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)  # as `nccodsl` starts
    for number in range(rounds):
        clock.measure("check", lambda: nccodsl.check(text, name="large.call"))
        clock.measure("open", lambda: Document("large.call", text).findings)
        for key in (_IN_A_TEXT, *_OF_OTHERS):
            what = "edit in a text" if key == _IN_A_TEXT else "edit of what others read"
            at = _behind(text, key[0], number / rounds)
            for edit in ((at, at, key[1]), (at, at + len(key[1]), "")):
                document.edit(*edit)
                clock.measure(what, lambda: document.findings)
            assert document.findings == []
        at = _behind(text, "talk", number / rounds)
        document.edit(at, at, " ")
        assert clock.measure("completion behind an edit", lambda at=at: completion(document, at + 1)) is not None
        assert clock.measure("completion", lambda at=at: completion(document, at + 1)) is not None
        assert len(clock.measure("format a small change", lambda: formatting(document))) == 1
        document.edit(at, at + 1, "")
    gc.set_threshold(*before)
    return median(clock.taken.pop("check")), {what: (median(ms), _p95(ms)) for what, ms in clock.taken.items()}


def _behind(text: str, words: str, part: float) -> int:
    """Behind the first such words in what follows a part of the text."""
    at = text.find(words, int(len(text) * part))
    return (at if at >= 0 else text.index(words)) + len(words)


def _p95(values: list[float]) -> float:
    return sorted(values)[(len(values) * 95 - 1) // 100]


def start_to_initialize(rounds: int) -> tuple[float, float]:
    """Milliseconds of processor time up to the answer to `initialize`, and those of a bare interpreter."""
    params = {"processId": None, "rootUri": None, "capabilities": {}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
    return (
        min(_until_answer([sys.executable, "-m", "nccodsl", "lsp"], body) for _ in range(rounds)),
        min(_until_answer([sys.executable, "-c", _ECHO], body) for _ in range(rounds)),
    )


_ECHO = "import sys; sys.stdout.write('Content-Length: 2\\r\\n\\r\\n{}'); sys.stdout.flush(); sys.stdin.read()"


def _until_answer(command: list[str], body: bytes) -> float:
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        process.stdin.flush()
        assert next(frames(process.stdout.read1))  # type: ignore[attr-defined]
        spent = _processor_time(process.pid)
        process.kill()
    return spent * 1000


def _processor_time(pid: int) -> float:
    """What a running process has taken, in seconds, to a ten-thousandth (the scheduler's own count)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
