"""`call --emulate`: no account, no network."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from nccodsl.emulator.core.sound_files import MP3_FRAME, MP3_SAMPLES, RATE
from tests.e2e.calls.placed_calls import (
    Run,
)
from tests.e2e.servers import hooks


def test_a_call_that_is_emulated(run: Run, here: Path) -> None:
    (here / "p.yaml").write_text('reaction: 0.1\ndoes: [{hears: "hello ann", hang_up: true, interrupt: true}]\n')
    done = run("call", "hello.call", "--emulate", "--persona", "p.yaml", "--json", "--html", "call.html")
    assert done.returncode == 0
    call = json.loads(done.stdout)
    assert (call["outcome"], call["legs"][0]["ended_by"]) == ("completed", "user")
    assert "Hello Ann" in (here / "call.html").read_text()
    assert not (here / "state").exists(), "nothing is written down"
    loose = run("call", "loose.call", "--emulate")
    assert "hears “Hello”" in loose.stdout


def test_the_page_of_a_call_that_is_written_as_sound_plays_it(run: Run, here: Path) -> None:
    pytest.importorskip("lameenc")
    done = run("call", "hello.call", "--emulate", "--html", "call.html", "--audio", "call.wav")
    assert (done.returncode, (here / "call.wav").read_bytes()[:4]) == (0, b"RIFF")
    page = (here / "call.html").read_text()
    (sound,) = re.findall(r'<audio preload="none" data-leg="0" src="data:audio/mpeg;base64,([^"]+)"', page)
    (seconds,) = re.findall(r'data-seconds="([^"]+)"', page)
    assert len(b64decode(sound)) / MP3_FRAME * MP3_SAMPLES / RATE == pytest.approx(float(seconds), abs=0.2)
    assert 'class="wave-hears"' in page


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("p.yaml", "does:\n  - heers: x\n    press: 1\n", "did you mean `hears`?"),
        ("p.yaml", "does: [\n", "error[E110]"),
        ("p.json", '{"outcome": "bussy"}', "did you mean busy?"),
        ("p.txt", "x", ".json, .yaml or .toml"),
    ],
)
def test_a_persona_file_that_is_wrong(run: Run, here: Path, name: str, text: str, words: str) -> None:
    (here / name).write_text(text)
    done = run("call", "hello.call", "--emulate", "--persona", name)
    assert done.returncode in (1, 2)
    assert words in done.stderr
    assert not done.stdout


def test_a_persona_that_does_not_exist(run: Run) -> None:
    assert "did you mean `busy`?" in run("call", "hello.call", "--emulate", "--persona", "busi").stderr
    assert "x.yaml does not exist" in run("call", "hello.call", "--emulate", "--persona", "x.yaml").stderr


def test_options_that_do_not_go_together(run: Run) -> None:
    for words in (("--emulate", "--dry-run"), ("--persona", "busy"), ("--emulate", "--reference", "x")):
        assert run("call", "hello.call", *words).returncode == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, b"<html></html>", "text/html"), "text/html, not application/json"),
        ((302, b"", "application/json"), "redirects are not followed"),
        ((200, b" " * 10_000_000, "application/json"), "larger than"),
        ((200, b'[{"action": "talk"}]', "application/json"), "`talk` has no `text`"),
    ],
)
def test_an_answer_address_of_no_use(run: Run, here: Path, answer: Any, words: str) -> None:
    with hooks() as server:
        server.answer = lambda _: answer
        (here / "a.call").write_text(
            f'call {{ to phone 14155550101 from phone 14155550100 answer_url="{server.url}/a" }}\n'
        )
        done = run("call", "a.call", "--emulate")
    assert done.returncode == 0
    assert "E712" in done.stdout
    assert words in done.stdout
    assert "hears" not in done.stdout
