"""What an editor waits for in a script of 5,000 lines, against a whole check of it in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nccodsl
from nccodsl.editor.document import Document
from nccodsl.editor.services.completions import completion
from nccodsl.editor.services.format_edits import formatting
from nccodsl.io.message_frames import frames

WANTED = {"findings after an edit": 0.07, "completion": 0.04, "formatting a small change": 0.07}
"""Of a whole check; 50, 30 and 50 ms where that takes 700 ms."""
START_WANTED = 18.0
"""Bare interpreters that the start up to the answer to `initialize` may take."""
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


def waits(steps: int, rounds: int) -> tuple[float, dict[str, float]]:
    """Milliseconds of processor time: a whole check, and each thing that is waited for. The best of the rounds."""
    text = large_script(steps)
    document = Document("large.call", text)
    assert not document.findings
    formatting(document)
    best = dict.fromkeys(("check", *WANTED), float("inf"))

    def measure(what: str, work: Callable[[], object]) -> object:
        start = time.process_time()
        done = work()
        best[what] = min(best[what], (time.process_time() - start) * 1000)
        return done

    middle = text.index("Nobody", len(text) // 2)
    for number in range(rounds):
        measure("check", lambda: nccodsl.check(document.text, name="large.call"))
        document.edit(middle, middle + 1, "SN"[number % 2])
        assert measure("findings after an edit", lambda: document.findings) == []
        assert measure("completion", lambda: completion(document, middle - 6)) is not None
        document.edit(middle - 6, middle - 6, "   ")
        assert len(measure("formatting a small change", lambda: formatting(document))) == 1  # type: ignore[arg-type]
        document.edit(middle - 6, middle - 3, "")
    return best.pop("check"), best


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
